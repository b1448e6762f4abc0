"""Keys of rows in addresses: found again, and telling no number."""

from itertools import pairwise

import pytest
from django.urls import reverse

from incidents import veiled
from incidents.choices import Promise
from incidents.models import Breach
from tests import factories as make

KEYS = [0, 1, 2, 3, 17, 2**30 - 1, 2**30, 10**15, 10**18, 2**60 - 1]


@pytest.mark.parametrize("key", KEYS)
def test_a_key_is_read_again(key):
    text = veiled.veil(key)

    assert (len(text), veiled.read(text)) == (veiled.LENGTH, key)


def test_keys_that_follow_each_other_look_like_any():
    texts = [veiled.veil(key) for key in range(1, 501)]

    assert len(set(texts)) == 500
    assert texts != sorted(texts)
    shared = [sum(a == b for a, b in zip(one, two, strict=True)) for one, two in pairwise(texts)]
    assert sum(shared) / len(shared) < 1  # of twelve letters; at random one in thirty-two is the same


def test_another_secret_makes_others(settings):
    before = veiled.veil(1)
    settings.SECRET_KEY = "another"

    assert veiled.veil(1) != before
    assert veiled.read(before) != 1


@pytest.mark.parametrize("text", ["", "1", "17", "9" * 4400, "aaaaaaaaaaal", "aaaaaaaaaaA2", "aaaaaaaaaaaaa", "²" * 12])
def test_what_is_none_is_no_row(text):
    assert veiled.read(text) == 0


@pytest.mark.django_db
def test_no_address_of_what_belongs_to_an_incident_holds_its_number(client):
    client.force_login(make.in_group("Engineering"))
    incident = make.told()
    [impact] = incident.impacts.all()
    at = incident.detected_at
    breach = Breach.objects.create(incident=incident, clock=Promise.FIRST_NOTICE, started_at=at, due_at=at)
    base = reverse("admin:incidents_incident_change", args=[incident.public_id]).removesuffix("change/")
    promises = "/admin/promises/"
    found = [(f"{base}impacts/", impact.pk, "", client.get, 200), (promises, breach.pk, "why/", client.post, 302)]

    for start, key, end, ask, status in found:
        reason = {"reason": "Because."}
        assert client.post(f"{start}{key}/{end}", reason).status_code == 404
        assert ask(f"{start}{veiled.veil(key)}/{end}", reason).status_code == status
        assert ask(f"{start}{veiled.veil(key + 1)}/{end}", reason).status_code == 404
