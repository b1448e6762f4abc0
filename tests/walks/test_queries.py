"""Every screen × whatever its query may say: a number out of range, or what is none, finds nothing."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from tests.walks import addresses, walking
from tests.walks.walking import ask, client_of

ASKED = 0.004  # the share that each run of the suite asks for
VALUES = ["9" * 20, "9" * 5000, "-1", "0", "²", "1e400", "9999-99", "2026-13-45", "+9999999999-99", "0001-01-01T00:00Z"]
LISTED = re.compile(r'(?:GET|query|QUERY)(?:\.get\(|\.getlist\(|\[)"(\w+)"')
FORM = re.compile(r'<form[^>]*method="get".*?</form>', re.DOTALL | re.IGNORECASE)


def names_read():
    """What any view of ours looks for in a query."""
    found = set()
    for app in ("incidents", "postmortems", "statuspage", "notifications"):
        for path in (Path(settings.BASE_DIR) / app).rglob("*.py"):
            found |= set(LISTED.findall(path.read_text()))
    return found


def names_on(body):
    """What the screen itself sends: its links to itself, and the fields of what narrows it."""
    queries = re.findall(r'href="\?([^"#]+)"', body)
    found = {name for query in queries for name in re.findall(r"(?:^|[&;])(\w+)=", query)}
    for form in FORM.findall(body):
        found |= set(re.findall(r'name="(\w+)"', form))
    return found


@pytest.mark.parametrize("kind", ["Engineering Leads", "superuser"])
def test_no_query_breaks_a_screen(world, kind):
    client, found, steps = client_of(world, kind), [], []
    everywhere = names_read()
    assert {"p", "q", "page", "number"} <= everywhere
    for address in addresses.addresses(world):
        if address.about != "open" or address.name.endswith("logout"):
            continue
        steps += [(address.path, name) for name in sorted(everywhere)]
    for path, name in walking.draw(steps, ASKED, salt=f"queries{kind}"):
        for value in VALUES:
            outcome = ask(client, "get", path, {name: value})
            if outcome.status >= 500:
                found.append(f"{path}?{name}={value[:30]}: {outcome.status}")
    walking.judge(found, kind)


@pytest.mark.parametrize("kind", ["superuser"])
def test_nor_does_one_that_it_sends_itself(world, kind):
    client, found = client_of(world, kind), []
    shown = [each for each in addresses.addresses(world) if each.about == "open" and not each.name.endswith("logout")]
    for address in walking.draw(shown, ASKED * 20, salt="sent"):
        for name in sorted(names_on(ask(client, "get", address.path).body)):
            for value in VALUES:
                outcome = ask(client, "get", address.path, {name: value})
                if outcome.status >= 500:
                    found.append(f"{address.path}?{name}={value[:30]}: {outcome.status}")
    walking.judge(found, kind)
