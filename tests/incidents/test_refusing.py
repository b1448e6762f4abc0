"""One way for a refusal to reach the person, one table of what doors answer, and one check of a right."""

import pytest
from django import forms
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.exceptions import PermissionDenied, ValidationError

from incidents import permissions, refusing
from incidents.exceptions import DomainError, GateNotMet, NotAllowed, StaleVersion, TooMany, answers
from incidents.permissions import require
from tests import factories as make

REFUSALS = {
    DomainError("no"): (422, 422, 422),
    NotAllowed("no"): (403, 403, 403),
    StaleVersion("no"): (412, 409, 412),
    GateNotMet(["no"]): (422, 409, 409),
    TooMany("no", retry_after=60): (429, 429, 429),
    type("Odd", (NotAllowed,), {})("no"): (403, 403, 403),
}


class Form(forms.Form):
    reason = forms.CharField(required=False)
    ends_in = forms.CharField(required=False)


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: type(refusal).__name__)
def test_every_refusal_has_its_answers(refusal):
    assert tuple(answers(refusal)) == REFUSALS[refusal]


@pytest.mark.parametrize(
    ("named", "options", "shown"),
    [
        ("reason", {}, "reason"),
        ("other", {}, "__all__"),
        (None, {}, "__all__"),
        (None, {"field": "reason"}, "reason"),
        ("ends_at", {"names": {"ends_at": "ends_in"}}, "ends_in"),
    ],
)
def test_it_stands_beside_its_field_or_above_the_form(named, options, shown):
    form = Form({})
    with refusing.in_form(form, **options) as tried:
        raise NotAllowed("Ask a lead.", field=named)

    assert (form.errors, tried.is_done, tried.status) == ({shown: ["Ask a lead."]}, False, 403)
    assert form.refused_as == 403


def test_what_is_done_is_no_refusal():
    form = Form({})
    with refusing.in_form(form) as tried:
        pass

    assert (form.errors, tried.is_done, tried.status, tried.said, tried.headers) == ({}, True, 200, [], {})


def test_a_fault_of_ours_is_no_refusal():
    with pytest.raises(ZeroDivisionError), refusing.in_form(Form({})):
        raise ZeroDivisionError


def test_it_is_said_on_the_next_screen(rf):
    request = rf.get("/")
    request._messages = CookieStorage(request)
    with refusing.in_messages(request) as tried:
        raise TooMany("Wait.", retry_after=60)

    assert [str(message) for message in get_messages(request)] == ["Wait."]
    assert tried.headers == {"Retry-After": "60"}


def test_what_is_cleaned_is_invalid():
    with pytest.raises(ValidationError, match="Taken"), refusing.as_invalid():
        raise DomainError("Taken.")


@pytest.mark.django_db
def test_a_right_is_refused_in_the_sentence_of_its_app():
    for name, sentence in permissions.refusals().items():
        with pytest.raises(NotAllowed) as refused:
            require(make.user(), name)
        assert str(refused.value) == str(sentence)
        require(make.superuser() if "restrict" not in name else make.in_group("Security"), name)
        require(None, name)


@pytest.mark.django_db
def test_of_several_rights_all_are_needed():
    with pytest.raises(NotAllowed, match="invite people"):
        require(make.user(permissions=["add_user"]), "incidents.add_user", "incidents.invite_user")
    with pytest.raises(PermissionDenied):
        require(make.user(), "incidents.view_incident")
