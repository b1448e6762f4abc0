"""Whole numbers from outside, and characters that nothing stores."""

import json

import pytest
from django.test import RequestFactory
from django.urls import reverse

from incidents import numbers
from incidents.maintenance.operator_files import kept
from incidents.staff.middleware import StorableText
from postmortems.views.saving import _unturned
from tests import factories as make

BEYOND = ["9" * 4400, "9" * 25, "9223372036854775808", "²", "٣", "-1", "1.5", "1e9", " 1", ""]


@pytest.mark.parametrize("text", BEYOND)
def test_what_is_no_key_is_no_row(text):
    assert (numbers.is_key(text), numbers.read(text)) == (False, 0)


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("7", 7), ("007", 7), ("9" * 18, 10**18 - 1)])
def test_a_key(text, number):
    assert (numbers.is_key(text), numbers.read(text)) == (True, number)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/subscribe/", "/admin/login/", "/admin/forgot-password/"])
@pytest.mark.parametrize("bad", ["\0", "a\0b"])
def test_an_unstorable_character_is_a_bad_request_wherever_it_stands(client, path, bad):
    make.page(slug="platform", is_default=True)
    asked = [
        client.get(path, {"x": bad}),
        client.get(path, {bad: "x"}),
        client.get(f"/p/{bad}/subscribe/"),
        client.get(path, headers={"cookie": 'sessionid="a\\000b"'}),
    ]
    if path != "/":
        asked += [client.post(path, {"address": bad}), client.post(path, {bad: "x"})]

    assert [answer.status_code for answer in asked] == [400] * len(asked)


def test_half_a_character_is_not_stored_either():
    request = RequestFactory().get("/", {"x": "y"})
    request.GET = request.GET.copy()
    request.GET["x"] = "\ud800"
    with pytest.raises(Exception, match="cannot be stored"):
        StorableText(lambda request: None)(request)


@pytest.mark.parametrize("sign", [*"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"])
def test_what_turns_letters_round_is_left_at_the_door(sign):
    """What joins letters stays: Persian is not written without it, nor are families."""
    form = {"title": f"SMS {sign}delayed\u200c\u200d", "n": ["1", f"2{sign}"]}
    request = RequestFactory().post(f"/?q=a{sign}b", form)
    StorableText(lambda each: None)(request)
    StorableText(lambda each: None).process_view(request, None, (), {})
    assert request.GET.dict() == {"q": "ab"}
    assert dict(request.POST.lists()) == {"title": ["SMS delayed\u200c\u200d"], "n": ["1", "2"]}
    assert json.loads(json.dumps({"a": f"x{sign}"}), object_hook=_unturned) == {"a": "x"}
    assert kept(f"SUMMARY:x{sign}y".encode()) == "SUMMARY:xy"


@pytest.mark.django_db
@pytest.mark.parametrize("number", ["9" * 4400, "9" * 25, "9223372036854775808", "²"])
def test_staff_addresses_with_such_a_number_find_nothing(client, number):
    client.force_login(make.superuser())
    announcement = make.told().announcements.first()
    messages = reverse("notifications_staff:announcement", args=[announcement.public_id])
    missing = [
        f"{messages}{number}/", "/admin/notifications/messagesettings/" + number + "/change/",
        f"/admin/notifications/subscriber/{number}/pause/", f"/admin/notifications/channel/{number}/test/",
    ]  # fmt: skip

    assert [client.get(path).status_code for path in missing] == [404, 302, 404, 404]
    assert [client.get(path).status_code for path in (f"{messages}?after={number}",)] == [200]
    assert client.get(reverse("notifications_staff:queue"), {"before": number}).status_code == 200
    sample = client.post(reverse("statuspage_staff:sample"), {"body": "x", "page": number})
    assert sample.json() == {"text": "x"}
