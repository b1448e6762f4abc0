"""Keys of sessions that tell by themselves that they were handed out here."""

import time

import pytest
from hypothesis import given, strategies as st

from incidents.accounts import sessions
from incidents.accounts.sessions import DAY, DAYS, is_ours, new_key


def test_a_key_is_ours_until_it_is_old(monkeypatch):
    key, now = new_key(), time.time()

    assert is_ours(key)
    assert len(key) == 40  # the column's length
    for days, holds in ((DAYS - 1, True), (DAYS + 1, False)):
        monkeypatch.setattr(sessions.time, "time", lambda days=days: now + days * DAY)
        assert is_ours(key) is holds


def test_no_character_of_it_may_be_another():
    key = new_key()

    assert [at for at in range(40) if is_ours(key[:at] + ("0" if key[at] != "0" else "1") + key[at + 1 :])] == []
    assert not is_ours(key + "0")


@given(st.text(max_size=50))
def test_what_somebody_makes_up_is_not_ours(key):
    assert not is_ours(key)


def test_another_installations_key_is_not_ours(settings):
    key = new_key()
    settings.SECRET_KEY = "another" * 8

    assert not is_ours(key)


@pytest.mark.django_db
def test_who_signs_in_gets_one(client, django_user_model):
    client.force_login(django_user_model.objects.create_user("ada", "ada@example.com", "long enough 1"))

    assert is_ours(client.cookies["sessionid"].value)
