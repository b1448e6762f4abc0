"""Sessions in the database, under keys that tell by themselves that they were handed out here.

Only users who are or were signed in hold one. So the web process sorts live requests before any
database is asked, and a made-up cookie takes no place of staff. Whether a session still holds only the database knows.
"""

import time

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils.crypto import constant_time_compare, get_random_string, salted_hmac
from django.utils.http import base36_to_int, int_to_base36

DAY = 86_400  # seconds
DAYS = 28  # that a key is believed at sight: two lives of a session, which use prolongs
DIGITS = 4  # of the day, counted from 1970
RANDOM = 20  # characters of 36 kinds: 103 bits
SIGNED = 16  # hexadecimal characters: enough for sorting, and the key fits its column of 40


class SessionStore(DatabaseStore):
    def _get_new_session_key(self) -> str:
        while self.exists(key := new_key()):
            pass
        return key


def new_key() -> str:
    day = int_to_base36(int(time.time() // DAY)).rjust(DIGITS, "0")
    stem = day + get_random_string(RANDOM, "0123456789abcdefghijklmnopqrstuvwxyz")
    return stem + _signature(stem)


def is_ours(key: str) -> bool:
    """Whether a session was begun here under this key, in the last :data:`DAYS` days. Asks nobody."""
    stem, signature = key[: DIGITS + RANDOM], key[DIGITS + RANDOM :]
    if not constant_time_compare(_signature(stem), signature):
        return False
    return time.time() // DAY - base36_to_int(stem[:DIGITS]) <= DAYS


def _signature(stem: str) -> str:
    return salted_hmac("incidents.accounts.sessions", stem, algorithm="sha256").hexdigest()[:SIGNED]
