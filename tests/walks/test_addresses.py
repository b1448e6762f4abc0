"""Every address × every kind of person: who reads it, who writes there, and what nobody may learn or touch."""

import re
from random import Random

import pytest

from tests import tokens
from tests.walks import addresses, forms, verdicts, walking
from tests.walks.test_lists import lists
from tests.walks.walking import ask, client_of
from tests.walks.world import KINDS

WAYS = ("valid", "valid", "valid", "foreign", "tampered", "empty", "odd")
READ, WRITTEN, COMPARED = 0.05, 0.05, 0.2  # the share of all requests that each run of the suite makes


def test_every_address_has_what_fills_it_and_a_verdict(world):
    routes, fills = addresses.routes(), addresses.fills_of(world)
    filled = {route.name: addresses.fill(route, world, fills) for route in routes}
    ruled = {route.name: verdicts.of(route.name) for route in routes}
    assert len(filled) > 150
    assert filled.keys() == ruled.keys()


def test_a_row_that_is_written_is_seen(world):
    with walking.undone():
        before = walking.rows_written()
        world.restricted.save(update_fields=["title"])
        assert walking.rows_written() > before


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_read(world, kind):
    """Nobody reads where they may not, nothing says a word of a restricted incident, and reading changes nothing."""
    client, person, found = client_of(world, kind), world.people[kind], []
    steps = [(each, method) for each in addresses.addresses(world) for method in ("get", "head")]
    for address, method in walking.draw(steps, READ, salt=kind):
        if address.name.endswith("logout"):
            continue
        outcome = ask(client, method, address.path, watched=True)
        said = walking.leaks(world, kind, outcome, address.path)
        verdict = verdicts.of(address.name)
        if outcome.status >= 500 or said or outcome.changes:
            found.append(f"{method} {address.path}: {outcome.status}, says {said}, changed {sorted(outcome.changes)}")
        if outcome.status == 200 and not verdicts.allows(verdict.reads, person):
            found.append(f"{method} {address.path}: read without {verdict.reads}")
    walking.judge(found, kind)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("member", "Security")])
def test_what_is_restricted_looks_as_if_it_were_not(world, kind):
    """To whoever may not see it: the same answer as for what does not exist."""
    client, found = client_of(world, kind), []
    by_name: dict[str, dict] = {}
    for address in addresses.addresses(world):
        by_name.setdefault(address.name, {})[address.about] = address
    pairs = [each for each in by_name.values() if {"restricted", "nowhere"} <= each.keys()]
    for each in walking.draw(pairs, COMPARED, salt=f"same{kind}"):
        hidden, nothing = each["restricted"], each["nowhere"]
        for method in ("get", "post"):
            one, two = ask(client, method, hidden.path), ask(client, method, nothing.path)
            if (one.status, _plain(one, hidden)) != (two.status, _plain(two, nothing)):
                found.append(f"{method} {hidden.path}: {one.status}, and {two.status} for {nothing.path}")
    walking.judge(found, kind)


def _plain(outcome, address):
    """Without what differs from one request to the next."""
    return tokens.without(re.sub(r'data-now="[^"]+"', "", outcome.body.replace(address.path, "")))


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_written(world, kind):
    """Every form there is, as it should be sent, about something foreign, and tampered with; by everyone."""
    random = Random(f"{walking.SEED}{kind}")
    ids = [world.restricted.public_id, str(world.restricted.pk), world.other_page.public_id, str(world.everything.pk),
           addresses.NOWHERE["inc"], str(world.people["superuser"].pk)]  # fmt: skip
    client, found, written = client_of(world, kind), [], set()
    drawn = walking.draw(addresses.addresses(world), WRITTEN, salt=f"write{kind}")
    known = forms_of(world, drawn)
    for address in drawn:
        plain = forms.Form(address.path, "post", {"reason": ["Because."]})
        ways = WAYS if walking.WHOLE else random.sample(WAYS, 2)
        for form, way in [(form, way) for form in known.get(address.path, [plain]) for way in ways]:
            if address.name.endswith("logout"):
                continue
            method = random.choice(["put", "patch", "delete", "options"]) if way == "odd" else "post"
            data = _data(way, form, random, ids) if method == "post" else {}
            outcome = ask(client, method, form.action, data, watched=True)
            wrong = walking.crossed(world, kind, verdicts.of(address.name), outcome.changes)
            wrong += [f"says {words}" for words in walking.leaks(world, kind, outcome, f"{form.action} {data}")]
            wrong += [f"answers {outcome.status}"] if outcome.status >= 500 else []
            written |= {address.name} if outcome.changes else set()
            if wrong:
                found.append(f"{method} ({way}) {form.action}: {'; '.join(wrong)}, with {_short(data)}")
    walking.judge(found, kind)
    if walking.WHOLE and kind == "superuser":  # else the forms would say nothing
        may = {route.name for route in addresses.routes() if verdicts.of(route.name).writes != verdicts.NOBODY}
        assert len(written) > len(may) / 2, f"only {sorted(written)} of {len(may)}"


def _short(data):
    return {
        name: [value[:40] for value in values]
        for name, values in data.items()
        if name not in ("csrfmiddlewaretoken", "once")
    }


def _data(way, form, random, ids):
    if way == "empty":
        return {}
    if way == "foreign":
        return forms.foreign(form, random, ids)
    return (forms.valid if way == "valid" else forms.tampered)(form, random)


def forms_of(world, drawn):
    """Address → the forms that lead there, from every page that somebody with all rights can open; for a draw, from
    these pages and those that hold most forms."""
    every = addresses.addresses(world)
    hubs = {"admin:index", "admin:incidents_incident_change", "admin:incidents_user_change",
            "notifications_staff:queue",
            "admin:notifications_channel_change", "admin:notifications_subscriber_change"}  # fmt: skip
    pages = [each for each in every if walking.WHOLE or each in drawn or each.name in hubs]
    client, found = client_of(world, "everything"), {}
    for address in pages:
        if address.name.endswith("logout"):
            continue
        if address.path not in world.forms:
            outcome = ask(client, "get", address.path)
            world.forms[address.path] = forms.read(outcome.body, address.path) if outcome.status == 200 else []
        for form in world.forms[address.path]:
            found.setdefault(form.action.partition("?")[0], {})[repr(form)] = form
    for model, path in lists():
        keys = [str(pk) for pk in model._default_manager.values_list("pk", flat=True)]
        deleting = {"action": ["delete_selected"], "_selected_action": keys, "post": ["yes"]}
        found.setdefault(path, {})["all of them"] = forms.Form(path, "post", deleting)
    return {path: list(some.values()) for path, some in found.items()}
