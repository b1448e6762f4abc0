"""The product as ``make run`` starts it, on a folder and a port of its own."""

import json
import os
import re
import signal
import stat
import subprocess
import sys
from types import SimpleNamespace

import pytest

from config.children import ROOT
from config.supervisor import ADDRESS
from tests import prepared
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
        each.end()


@pytest.fixture
def first(tmp_path):
    """What the first start said, and a copy of the data that it left."""
    data = prepared.copy_of_data(tmp_path / "var")
    seen = json.loads((prepared.first_start() / prepared.SEEN).read_text())
    return SimpleNamespace(**seen, data=data, said=(prepared.first_start() / "output").read_text())


def _without_port(body):
    """A page's addresses have another port at each start."""
    return re.sub(r"(?<=http://127\.0\.0\.1:)\d+", "PORT", body)


def _shows(run, first):
    answer = run.get("/")
    return bool(answer) and answer[0] == 200 and _without_port(answer[1].decode()) == _without_port(first.front)


def test_the_first_start_makes_everything_and_says_where(first):
    logins = first.data / "demo-logins.txt"

    assert (first.status, "</html>" in first.front) == (200, True)
    assert f"Page   http://127.0.0.1:{first.port}/\n" in first.said
    assert f"Admin  http://127.0.0.1:{first.port}/admin/\n" in first.said
    assert all(line.strip() in first.said for line in logins.read_text().splitlines())
    kept = (first.data / name for name in ("demo-logins.txt", "secret-key"))
    assert [stat.S_IMODE(path.stat().st_mode) for path in kept] == [0o600] * 2


def test_sigterm_stops_every_process(first):
    assert (first.code, first.left) == (0, [])


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """An installation without the demo, in a folder with a name that many programs would trip over."""
    with Run(tmp_path_factory.mktemp("empty") / "50% #1 &c? Zählwerk", DEMO="False") as run:
        yield run


def test_a_folder_may_be_called_as_it_likes(empty):
    until(lambda: (empty.get("/readyz") or (0,))[0] == 200)

    assert sorted(path.name for path in empty.data.parent.iterdir()) == [empty.data.name, "output"]
    assert (empty.data / "bridgewatch.sqlite3").stat().st_size > 0
    assert [empty.get("/admin/login/")[0], empty.get("/static/incidents/staff.css")[0]] == [200, 200]


def test_without_the_demo_an_installation_is_empty(empty):
    assert empty.get("/")[0] == 404
    assert not (empty.data / "demo-logins.txt").exists()
    assert "Demo" not in empty.said()


def test_a_second_start_keeps_data_and_logins_and_its_death_leaves_nothing(first, start):
    data = first.data
    kept = {name: (data / name).read_bytes() for name in ("demo-logins.txt", "secret-key")}

    run = start(data).wait()

    assert _shows(run, first)
    assert {name: (data / name).read_bytes() for name in kept} == kept
    until(lambda: len(descendants(run.process.pid)) >= 6)  # the guard, web server and web worker, worker, pool and beat
    family = descendants(run.process.pid)

    run.process.kill()

    until(lambda: not any(map(runs, family)))
    assert run.get("/") is None


def test_the_admin_answers_on_localhost_too(first, start):
    run = start(first.data).wait()

    assert [run.get("/admin/login/", host=host)[0] for host in ("127.0.0.1", "localhost")] == [200, 200]


def test_a_web_server_that_was_killed_comes_back(first, start):
    run = start(first.data).wait()
    killed = run.pid("granian")

    os.kill(killed, signal.SIGKILL)

    until(lambda: run.pid("granian") not in (None, killed))
    until(lambda: _shows(run, first))


def test_pages_are_served_without_the_database_and_none_is_made_in_its_place(first, start):
    data = first.data
    for file in data.glob("bridgewatch.sqlite3*"):
        file.rename(data / f"away-{file.name}")
    try:
        run = start(data).wait()

        assert _shows(run, first)
        assert "THE DATABASE IS AWAY" in run.said()
        assert list(data.glob("bridgewatch.sqlite3*")) == []
    finally:
        for file in data.glob("away-*"):
            file.rename(data / file.name.removeprefix("away-"))


def test_a_command_runs_on_the_same_data_without_further_settings(first):
    done = manage(first.data, "check_truth")

    assert (done.returncode, "No contradiction" in done.stdout + done.stderr) == (0, True), done.stderr


def test_a_command_knows_the_address_of_the_last_run(first):
    done = manage(first.data, "shell", "-c", "from django.conf import settings; print(settings.PUBLIC_URL)")

    assert done.stdout.splitlines()[-1] == (first.data / ADDRESS).read_text().strip(), done.stderr
    assert done.stdout.splitlines()[-1].rpartition(":")[2] != "8000"


def manage(data, *command):
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(data)}
    return subprocess.run(
        [sys.executable, "-m", "config.manage", *command], cwd=ROOT, env=environment, capture_output=True, text=True
    )
