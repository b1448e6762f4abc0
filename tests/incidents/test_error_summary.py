"""What is wrong in a form: each line leads to its control, wherever a template has put it."""

import pytest
from django import forms
from django.urls import reverse

from incidents.staff.error_summary import led
from incidents.templatetags.errors import error_summary
from tests import factories as make

LINE = '<a data-for="{}">Write it.</a>'


@pytest.mark.parametrize(
    ("control", "expected"),
    [
        ('<input name="x" id="own">', '<input aria-invalid="true" aria-describedby="wrong-1" name="x" id="own">'),
        ('<select name="x">', '<select id="control-29" aria-invalid="true" aria-describedby="wrong-1" name="x">'),
        (
            '<input type="radio" name="x" id="r" aria-describedby="help">',
            '<input type="radio" name="x" id="r" aria-describedby="wrong-1 help">',
        ),
        (
            '<textarea id="t" name="x" aria-invalid="true" aria-describedby="t-error">',
            '<textarea id="t" name="x" aria-invalid="true" aria-describedby="t-error">',
        ),
    ],
)
def test_a_line_leads_to_its_control_which_is_described_by_what_is_wrong(control, expected):
    said = '<p id="help"></p><p id="t-error"></p>'
    page = led(LINE.format("x") + control + said)
    key = expected.partition(' id="')[2].partition('"')[0]
    assert page == f'<a href="#{key}" id="wrong-1">Write it.</a>{expected}{said}'


@pytest.mark.parametrize("control", ['<input type="hidden" name="x" value="1">', '<textarea name="x" hidden>', ""])
def test_of_what_nobody_sees_a_line_is_a_sentence(control):
    assert led(LINE.format("x") + control) == "Write it." + control


def test_of_two_forms_with_one_name_the_next_after_the_line_is_meant():
    page = led(f'<input name="x" id="one">{LINE.format("x")}<input name="x" id="two">')
    assert '<a href="#two" id="wrong-1">' in page


class Two(forms.Form):
    title = forms.CharField(label="title", error_messages={"required": "Write what is done."})
    why = forms.CharField(label="Why?")

    def clean(self):
        raise forms.ValidationError("Somebody was quicker.")


def test_lines_name_the_field_and_say_what_to_write():
    rows = forms.formset_factory(Two)({"f-TOTAL_FORMS": "1", "f-INITIAL_FORMS": "1"}, prefix="f")
    lines = error_summary(Two({}), rows, {"at": "Write a time."}, None, Two())["lines"]
    assert [(line.label, line.text, line.name) for line in lines] == [
        ("", "Somebody was quicker.", ""),
        ("Title:", "Write what is done.", "title"),
        ("Why?", "Write something here.", "why"),
        ("", "Somebody was quicker.", ""),
        ("Title, row 1:", "Write what is done.", "f-0-title"),
        ("Why?, row 1:", "Write something here.", "f-0-why"),
        ("", "Write a time.", "at"),
    ]


@pytest.mark.django_db
def test_the_title_of_the_page_begins_with_it(client):
    client.force_login(make.in_group("Support"))
    address = reverse("admin:incidents_incident_report")
    shown, refused = (client.get(address), client.post(address, {"severity": "1"}))
    assert ["<title>Error: " in each.content.decode() for each in (shown, refused)] == [False, True]
    assert (refused.status_code, 'href="#id_title"' in refused.content.decode()) == (422, True)
