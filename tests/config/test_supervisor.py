import fcntl
import os
import re
import socket
import stat
import subprocess
import sys

import pytest

from config import guard, supervisor
from config.supervisor import Place, Refused

pytestmark = pytest.mark.own_data


@pytest.fixture
def taken():
    """A port that somebody else listens on."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


@pytest.fixture
def place(tmp_path):
    return Place.of({"DATA_DIR": str(tmp_path)})


def start(**environment):
    return subprocess.run(
        [sys.executable, "-m", "config.supervisor"],
        cwd=supervisor.ROOT,
        env={"PATH": os.environ["PATH"]} | environment,
        capture_output=True,
        text=True,
        timeout=30,
    )


def test_a_taken_port_is_said_before_anything_is_made(taken, tmp_path):
    ended = start(PORT=str(taken), DATA_DIR=str(tmp_path / "var"))

    assert ended.returncode == 1
    assert ended.stderr == (
        f"bridgewatch: Cannot listen on port {taken} of 127.0.0.1: address already in use. "
        f"Choose another port: make run PORT={taken + 1}\n"
    )
    assert not (tmp_path / "var").exists()


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1", "٣"])
def test_a_port_that_is_none_is_refused(port, tmp_path):
    with pytest.raises(Refused, match="write a number from 1 to 65535"):
        Place.of({"PORT": port, "DATA_DIR": str(tmp_path)})


def test_a_foreign_host_is_refused(tmp_path):
    place = Place.of({"HOST": "192.0.2.1", "DATA_DIR": str(tmp_path)})

    with pytest.raises(Refused, match=r"Cannot listen on port 8000 of 192\.0\.2\.1"):
        supervisor._check_port(place)


def test_a_host_that_is_no_name_is_refused():
    with pytest.raises(Refused, match="no address of this machine"):
        Place.of({"HOST": "no such host"})


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "::1", "::"])
def test_an_address_is_taken_as_it_is(host):
    assert Place.of({"HOST": host}).address == host


def test_localhost_is_resolved_to_version_4():
    assert Place.of({"HOST": "localhost"}).address == "127.0.0.1"


@pytest.mark.parametrize(
    ("environment", "public_url"),
    [
        ({}, "http://127.0.0.1:8000"),
        ({"HOST": "localhost", "PORT": "9000"}, "http://localhost:9000"),
        ({"HOST": "0.0.0.0"}, "http://localhost:8000"),
        ({"HOST": "::1"}, "http://[::1]:8000"),
        ({"PUBLIC_URL": "https://status.example.org"}, "https://status.example.org"),
    ],
)
def test_the_public_address_is_derived(environment, public_url):
    assert Place.of(environment).public_url == public_url


def test_children_are_told_what_was_not_given(place):
    told = supervisor.environment_of(place, {"PATH": "/bin"})

    assert re.fullmatch(r"smtp://127\.0\.0\.1:\d+", told.pop("EMAIL_URL"))  # the demo's own mailbox
    assert told == {
        "ALLOWED_HOSTS": "127.0.0.1,localhost,[::1]",
        "DATA_DIR": str(place.data),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "EMAIL_FROM": "status@ferrypost.example",
        "LOG_LEVEL": "WARNING",
        "MAILBOX": "True",
        "PATH": "/bin",
        "PUBLIC_URL": "http://127.0.0.1:8000",
        "SECRET_KEY_FILE": str(place.data / "secret-key"),
    }


def test_an_installation_of_ones_own_has_no_mailbox(place):
    told = supervisor.environment_of(place, {"DEMO": "False"})

    assert not {"EMAIL_URL", "MAILBOX"} & set(told)


def test_what_was_given_stays(place, tmp_path):
    (tmp_path / "url").write_text("https://status.example.org\n")
    given = {
        "ALLOWED_HOSTS": "status.example.org",
        "DJANGO_SETTINGS_MODULE": "site.settings",
        "EMAIL_URL": "smtp://mail.example.org",
        "LOG_LEVEL": "INFO",
        "PUBLIC_URL_FILE": str(tmp_path / "url"),
        "SECRET_KEY": "given",
    }

    assert supervisor.environment_of(place, given) == given | {"DATA_DIR": str(place.data)}
    assert not (place.data / "secret-key").exists()


def test_the_secret_key_is_made_once_and_for_its_owner_only(place):
    path = supervisor._secret_key(place.data)
    first = path.read_text()

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(first) > 50
    assert supervisor._secret_key(place.data).read_text() == first
    assert list(place.data.iterdir()) == [path]


def test_data_belong_to_one_supervisor(place):
    lock = supervisor._lock(place.data)

    with pytest.raises(Refused, match="already runs on"):
        supervisor._lock(place.data)
    os.close(lock)


def test_a_predecessor_that_is_stopping_is_waited_for(place, monkeypatch):
    lock = supervisor._lock(place.data)
    guard.mark_stopping(lock)
    looks = []

    def pause(seconds):
        looks.append(seconds)
        if len(looks) == 3:
            os.close(lock)

    monkeypatch.setattr(supervisor.time, "sleep", pause)
    supervisor._wait_for_predecessor(place.data)

    assert len(looks) == 3  # it went on at the first look after the lock was let go
    os.close(supervisor._lock(place.data))


def test_nobody_waits_for_a_predecessor_that_runs_on(place, monkeypatch):
    lock = supervisor._lock(place.data)
    monkeypatch.setattr(supervisor.time, "sleep", lambda seconds: pytest.fail("It waits."))

    supervisor._wait_for_predecessor(place.data)

    fcntl.flock(lock, fcntl.LOCK_UN)
    os.close(lock)
