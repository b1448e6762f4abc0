"""What every form of the staff side has, whoever made its template: a one-time token, and what keeps its text."""

import re

from tests.walks import addresses, forms, walking
from tests.walks.walking import ask, client_of

SHARE = 0.2
FORM = re.compile(r'<form\b[^>]*\bmethod="post"[^>]*>.*?</form>', re.DOTALL)
WRITTEN = re.compile(r"<textarea\b(?![^>]*\bhidden\b)[^>]*\bname=")
WORDS = re.compile(r'<template id="bw-words" data-person="(\d*)"')


def faults(page: str, person) -> list[str]:
    found = []
    for form in FORM.findall(page):
        if form.count('name="once"') != 1:
            found.append(f"{form.count('name=once')} one-time tokens: {form[:120]}")
        is_kept = "incidents/drafts.js" in page and WORDS.findall(page) == [str(person.pk)]
        if WRITTEN.search(form) and "data-saving" not in form[: form.index(">")] and not is_kept:
            found.append(f"its text is not kept: {form[:120]}")
    return found


def test_every_form_has_a_one_time_token_and_keeps_what_is_written(world):
    client, found, written = client_of(world, "everything"), [], set()
    every = [each for each in addresses.addresses(world) if each.about != "nowhere" and each.path.startswith("/admin/")]
    for address in walking.draw(every, SHARE, salt="tokens"):
        page = ask(client, "get", address.path)
        if page.status == 200 and forms.read(page.body, address.path):
            found += [f"{address.path}: {fault}" for fault in faults(page.body, world.everything)]
            if any(WRITTEN.search(form) for form in FORM.findall(page.body)):
                written.add(address.name)
    walking.judge(found, "tokens")
    assert written


def test_of_a_restricted_incident_every_screen_says_so_to_the_script(world):
    """There a text is kept in its tab only."""
    client = client_of(world, "everything")
    every = [each for each in addresses.addresses(world) if each.about == "restricted"]
    found = []
    for address in walking.draw(every, SHARE, salt="closed"):
        page = ask(client, "get", address.path)
        is_written = page.status == 200 and any(WRITTEN.search(form) for form in FORM.findall(page.body))
        if is_written and "data-closed" not in page.body:
            found.append(address.path)
    walking.judge(found, "closed")
