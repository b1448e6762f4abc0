"""A page's own form in the admin, posted as a browser would."""

import re

from django.urls import reverse

from tests.statuspage.staff import fields


def address(page):
    return reverse("admin:statuspage_page_change", args=[page.pk])


def typed(response):
    """What the form holds; the row that a script would copy is not posted as it is, and neither are its buttons."""
    found = fields(response, "page_form")
    return {name: value for name, value in found.items() if "__prefix__" not in name and not name.startswith("_")}


def sent(client, path, data):
    """Sent again with the tick, where the screen asks whether addresses are to change."""
    answer = client.post(path, data)
    key = re.search(rb'name="moves" value="(\w+)"', answer.content)
    return client.post(path, data | {"moves": key[1].decode()}) if key else answer


def posted(client, page, **changes):
    return client.post(address(page), typed(client.get(address(page))) | changes)
