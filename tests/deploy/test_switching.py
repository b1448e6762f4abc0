"""nginx follows what is published at once, and no reader meets a page that is not there."""

import socket
import threading
import time
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlsplit

import pytest

from tests.deploy.asking import ask
from tests.deploy.nginx import nginx
from tests.deploy.published import publish, write

pytestmark = pytest.mark.nginx


def test_a_new_version_is_seen_at_the_next_request_of_the_same_connection(tmp_path):
    root = publish(tmp_path / "published")
    with nginx(root, tmp_path / "nginx") as address:
        where = urlsplit(address)
        with socket.create_connection((where.hostname, where.port)) as wire:
            for number in range(2, 30):
                write(root, "sp_a", version=f"{number}-{number}", front=b"version %d" % number)
                wire.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
                response = HTTPResponse(wire)
                response.begin()
                assert response.read() == b"version %d" % number


def test_nobody_meets_a_gap_while_versions_switch(tmp_path):
    root = publish(tmp_path / "published")
    with nginx(root, tmp_path / "nginx") as address:
        met, done = set(), threading.Event()

        def read(path):
            connection = HTTPConnection(urlsplit(address).netloc)
            while not done.is_set():
                connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
                response = connection.getresponse()
                response.read()
                met.add((path, response.status))
            connection.close()

        paths = ("/", "/history.atom", "/p/platform/", "/history/2026-11/")
        readers = [threading.Thread(target=read, args=(path,)) for path in paths]
        for reader in readers:
            reader.start()
        try:
            for number in range(2, 150):
                write(
                    root, "sp_a", version=f"{number}-{number}", front=b"%d " % number * 300, month=b"%d" % number * 300
                )
        finally:
            done.set()
            for reader in readers:
                reader.join()

    assert met == {(path, 200) for path in paths}


@pytest.mark.parametrize("accepts", ["identity", "gzip", "br"])
@pytest.mark.parametrize("path", ["/", "/history/2026-11/"])
def test_bytes_of_equal_length_within_one_second_have_etags_of_their_own(tmp_path, path, accepts):
    """nginx makes an ETag of a file's second and its length, so each change needs a second of its own."""
    root = publish(tmp_path / "published")
    with nginx(root, tmp_path / "nginx") as address:
        time.sleep(1 - time.time() % 1)
        answers = []
        for number, letter in enumerate((b"A", b"B", b"C"), start=2):
            write(root, "sp_a", version=f"{number}-{number}", front=letter * 900, month=letter * 900)
            answers.append(ask(address, path, accept_encoding=accepts))

        assert len({answer.headers["Content-Length"] for answer in answers}) == 1
        assert len({answer.body for answer in answers}) == 3
        assert len({answer.headers["ETag"] for answer in answers}) == 3
