"""The product as ``make run`` starts it, on a folder and a port of its own."""

import os
import re
import signal
import stat
import subprocess
import sys

import pytest

from config.children import ROOT
from config.supervisor import ADDRESS
from tests.config.processes import Run, descendants, runs, until

pytestmark = pytest.mark.own_data


@pytest.fixture
def start():
    started = []

    def run(data, **environment):
        started.append(Run(data, **environment))
        return started[-1]

    yield run
    for each in started:
        each.process.terminate()
        each.process.wait(30)


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """What the first start said, and the data that it left."""
    run = Run(tmp_path_factory.mktemp("first") / "var").wait()
    front = _front(run)
    family = descendants(run.process.pid)
    run.process.terminate()
    code = run.process.wait(30)
    return {"run": run, "front": front, "code": code, "left": [pid for pid in family if runs(pid)]}


def _front(run):
    """The front page but for the port in its addresses, which is another at each start."""
    status, body = run.get("/") or (None, b"")
    return status, re.sub(rb"(?<=http://127\.0\.0\.1:)\d+", b"PORT", body)


def test_the_first_start_makes_everything_and_says_where(first):
    run = first["run"]
    logins = run.data / "demo-logins.txt"

    assert first["front"][0] == 200
    assert f"Page   http://127.0.0.1:{run.port}/\n" in run.said()
    assert f"Admin  http://127.0.0.1:{run.port}/admin/\n" in run.said()
    assert all(line.strip() in run.said() for line in logins.read_text().splitlines())
    assert [stat.S_IMODE((run.data / name).stat().st_mode) for name in ("demo-logins.txt", "secret-key")] == [0o600] * 2


def test_sigterm_stops_every_process(first):
    assert (first["code"], first["left"]) == (0, [])


def test_a_folder_may_be_called_as_it_likes(tmp_path, start):
    data = tmp_path / "50% #1 &c? Zählwerk"
    run = start(data, DEMO="False").wait()
    until(lambda: (run.get("/readyz") or (0,))[0] == 200)

    assert sorted(path.name for path in tmp_path.iterdir()) == [data.name, "output"]
    assert (data / "bridgewatch.sqlite3").stat().st_size > 0
    assert [run.get("/admin/login/")[0], run.get("/static/incidents/staff.css")[0]] == [200, 200]


def test_a_second_start_keeps_data_and_logins_and_its_death_leaves_nothing(first, start):
    data = first["run"].data
    kept = {name: (data / name).read_bytes() for name in ("demo-logins.txt", "secret-key")}

    run = start(data).wait()

    assert _front(run) == first["front"]
    assert {name: (data / name).read_bytes() for name in kept} == kept
    until(lambda: len(descendants(run.process.pid)) >= 6)  # the guard, web server and web worker, worker, pool and beat
    family = descendants(run.process.pid)

    run.process.kill()

    until(lambda: not any(map(runs, family)))
    assert run.get("/") is None


def test_the_admin_answers_on_localhost_too(first, start):
    run = start(first["run"].data).wait()

    assert [run.get("/admin/login/", host=host)[0] for host in ("127.0.0.1", "localhost")] == [200, 200]


def test_a_web_server_that_was_killed_comes_back(first, start):
    run = start(first["run"].data).wait()
    killed = run.pid("granian")

    os.kill(killed, signal.SIGKILL)

    until(lambda: run.pid("granian") not in (None, killed))
    until(lambda: _front(run) == first["front"])


def test_pages_are_served_without_the_database_and_none_is_made_in_its_place(first, start):
    data = first["run"].data
    for file in data.glob("bridgewatch.sqlite3*"):
        file.rename(data / f"away-{file.name}")
    try:
        run = start(data).wait()

        assert _front(run) == first["front"]
        assert "THE DATABASE IS AWAY" in run.said()
        assert list(data.glob("bridgewatch.sqlite3*")) == []
    finally:
        for file in data.glob("away-*"):
            file.rename(data / file.name.removeprefix("away-"))


def test_a_command_runs_on_the_same_data_without_further_settings(first):
    done = manage(first["run"], "check_truth")

    assert (done.returncode, "No contradiction" in done.stdout + done.stderr) == (0, True), done.stderr


def test_a_command_knows_the_address_of_the_last_run(first):
    done = manage(first["run"], "shell", "-c", "from django.conf import settings; print(settings.PUBLIC_URL)")

    assert done.stdout.splitlines()[-1] == (first["run"].data / ADDRESS).read_text().strip(), done.stderr
    assert done.stdout.splitlines()[-1].rpartition(":")[2] != "8000"


def manage(run, *command):
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(run.data)}
    return subprocess.run(
        [sys.executable, "-m", "config.manage", *command], cwd=ROOT, env=environment, capture_output=True, text=True
    )


def test_without_the_demo_an_installation_is_empty(start, tmp_path):
    run = start(tmp_path / "var", DEMO="False").wait()

    assert run.get("/")[0] == 404
    assert run.get("/admin/login/")[0] == 200
    assert not (run.data / "demo-logins.txt").exists()
    assert "Demo" not in run.said()
