"""Which database an address means: whatever its folder is called, and never said again with its password."""

import sqlite3
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import database

NAMES = ["plain", "a#b", "a?b=c", "100%", "a%20b", "two words", "a&b", "Zählwerk 計測", "a;b:c@d", "\udcff"]


@pytest.mark.parametrize("name", NAMES)
def test_sqlite_opens_the_file_of_its_folder_and_makes_none(tmp_path, name):
    folder = tmp_path / name
    folder.mkdir()
    found = database.parse("", folder)["NAME"]

    with pytest.raises(sqlite3.OperationalError):
        sqlite3.connect(found, uri=True)
    assert [*folder.iterdir()] == []

    file = folder / "bridgewatch.sqlite3"
    file.touch()
    connection = sqlite3.connect(found, uri=True)
    connection.execute("CREATE TABLE made (id)")
    connection.close()
    assert (database.file_of(found), file.stat().st_size > 0) == (file, True)


def test_an_address_of_sqlite_is_read_as_every_address():
    found = database.parse("sqlite:////srv/a%23b%20c/x.sqlite3", Path("/nowhere"))["NAME"]

    assert (found, database.file_of(found)) == ("file:/srv/a%23b%20c/x.sqlite3?mode=rw", Path("/srv/a#b c/x.sqlite3"))


def test_what_an_address_says_goes_before_what_we_set():
    found = database.parse("postgres://ada:p%23w@db.example.com/status?connect_timeout=9", Path("/nowhere"))

    assert {name: found[name] for name in ("USER", "PASSWORD", "HOST", "NAME", "OPTIONS")} == {
        "USER": "ada",
        "PASSWORD": "p#w",
        "HOST": "db.example.com",
        "NAME": "status",
        "OPTIONS": {"connect_timeout": 9, "tcp_user_timeout": 10_000},
    }


@pytest.mark.parametrize(
    "url",
    [
        "postgres://ada:s3cret/x@db.example.com/status",
        "postgres://ada:s3cret@db.example.com:s3cret/status",
        "postgres://ada:s3cret@[db.example.com/status",
        "s3cret://ada:s3cret@db.example.com/status",
        "ada:s3cret@db.example.com",
        "postgres://ada:123/s3cret@db.example.com/status",
    ],
)
def test_a_malformed_address_is_refused_without_its_password(url):
    with pytest.raises(ImproperlyConfigured) as refusal:
        database.parse(url, Path("/nowhere"))

    assert str(refusal.value).startswith("DATABASE_URL cannot be read; write postgres://")
    assert "s3cret" not in str(refusal.value)
    assert refusal.value.__context__ is None
