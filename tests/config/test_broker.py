"""Messages of the file broker appear whole: a reader that looks at any moment never takes half of one."""

import threading

from kombu import Connection

from config import broker


def test_a_message_is_never_read_before_it_is_written(tmp_path, monkeypatch):
    broker.register()
    folder = str(tmp_path)
    options = {"data_folder_in": folder, "data_folder_out": folder, "control_folder": f"{folder}/control"}
    seen, over = [], threading.Event()

    def look():
        while not over.is_set():
            seen.extend(path.read_bytes() for path in tmp_path.glob("*.msg") if not path.name.startswith("."))

    with Connection("filesystem://localhost", transport_options=options) as connection:
        queue = connection.SimpleQueue("sending")
        reader = threading.Thread(target=look)
        reader.start()
        for number in range(200):
            queue.put({"number": number})
        over.set()
        reader.join()
        found = [queue.get(timeout=5).payload["number"] for _each in range(200)]

    assert sorted(found) == list(range(200))
    assert seen
    assert all(body.endswith(b"}") for body in seen)
