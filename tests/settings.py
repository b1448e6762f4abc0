"""The product's settings, with a folder of their own and what makes tests quick. Nothing of the caller's leaks in."""

import os
import tempfile

for _name in ("ALLOWED_HOSTS", "DEBUG", "EMAIL_URL", "PUBLIC_URL", "PUBLISH_STORAGE_URL", "SECRET_KEY", "TRUST_PROXY"):
    os.environ.pop(_name, None)
    os.environ.pop(f"{_name}_FILE", None)
if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
    os.environ.pop("DATABASE_URL", None)
_folder = tempfile.TemporaryDirectory(prefix="bridgewatch-tests-")  # goes when the process ends
os.environ |= {
    "CELERY_BROKER_URL": "memory://localhost",
    "DATA_DIR": _folder.name,
    "LOG_LEVEL": "WARNING",
    "SECRET_KEY": "for the tests only",
}

from config.settings import *  # noqa: E402, F403  the environment had to come first
from config.settings import DATA_DIR, DATABASES, STATIC_ROOT, STORAGES  # noqa: E402

_database = DATABASES["default"]
if _database["ENGINE"].endswith("sqlite3"):
    # A file and not memory, so that threads meet real locks. It dies with the folder: nothing has to reach the disk.
    _database["TEST"] = {"NAME": str(DATA_DIR / "tests.sqlite3")}
    _database["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
else:
    _database["CONN_MAX_AGE"] = 0  # a thread's connection would keep the database from being dropped

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
STATIC_ROOT.mkdir()
