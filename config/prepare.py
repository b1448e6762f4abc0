"""What has to be true before the first request of ``make run``: a database in shape, static files, the demo, pages.

Ends with 0 when the processes may start. That is so as well when the database is away and pages were published before:
then those are served, and nothing is made that could pass for the lost data.
"""

import hashlib
import io
import os
import shutil
import sys
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.management.commands import collectstatic
from django.core.management import call_command
from django.db import DatabaseError, connection

from config import database, env
from config.children import say
from config.static import QuickStaticFiles


def main() -> int:
    django.setup()
    data: Path = settings.DATA_DIR
    shutil.rmtree(data / "web", ignore_errors=True)  # what processes of the last run said of themselves
    (data / "broker" / "control").mkdir(parents=True, exist_ok=True)
    _collect_static(data)
    _create_sqlite(data)
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        return _without_database(error)
    call_command("migrate", interactive=False, verbosity=0)
    if env.flag("DEMO", default=True) and not (data / "demo-logins.txt").exists():
        call_command("demo", stdout=io.StringIO())  # the supervisor shows the logins, now and at every later start
    call_command("publish", all=True, stdout=io.StringIO())
    return 0


def _collect_static(data: Path) -> None:
    """Collect the static files where any of them changed since the last time."""
    found = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            status = os.stat(storage.path(path))
            found.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    stamp = data / "static-was-collected"
    if not (settings.STATIC_ROOT.exists() and stamp.exists() and stamp.read_text() == found.hexdigest()):
        command = collectstatic.Command()
        command.storage = QuickStaticFiles()
        call_command(command, interactive=False, verbosity=0)
        stamp.write_text(found.hexdigest())


def _create_sqlite(data: Path) -> None:
    """Make an empty database file, only where neither a database nor a page has ever been."""
    if connection.vendor != "sqlite":
        return
    file = database.file_of(str(connection.settings_dict["NAME"]))
    mark = data / "database-was-created"
    if file.exists():
        mark.touch()
    elif not mark.exists() and not settings.PUBLISH_ROOT.exists():
        os.close(os.open(file, os.O_CREAT | os.O_EXCL, 0o600))
        mark.touch()


def _without_database(error: DatabaseError) -> int:
    say(f"THE DATABASE IS AWAY ({str(error).strip()})")
    if not settings.PUBLISH_ROOT.exists():
        say("Nothing was published yet, so there is nothing to serve without it.")
        return 1
    say("Serving the pages published last. Bring the database back; nothing was created in its place.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
