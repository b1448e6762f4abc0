"""Every form of the product, posted empty: what is wrong stands at its head, and each line leads to its field."""

import re
from random import Random

import pytest

from tests.walks import addresses, forms, walking
from tests.walks.walking import ask, client_of

SHARE = 0.15
WRONG = re.compile(r'aria-invalid="true"|class="(?:bw-error|error|wrong)\b')
SUMMARY = re.compile(r"<div[^>]*\bdata-summary\b.*?</ul>", re.DOTALL)
LINKS = re.compile(r'<a href="#([^"]+)"')
KEPT = ("csrfmiddlewaretoken", "once", "version", "by", "act", "do")
STRANGERS = ("subscriptions:", "admin:login", "admin:forgot_password")


def emptied(form: forms.Form) -> dict[str, list[str]]:
    """As it stands, with nothing in what people fill in or choose."""
    kept = {n: v for n, v in form.data.items() if form.kinds[n] == "hidden" or n in KEPT or n.endswith("_FORMS")}
    typed = {name: [""] for name, kind in form.kinds.items() if kind in ("text", *forms.FREE) and name not in kept}
    return kept | typed


def faults(page: str) -> list[str]:
    """What is not right about how a page says that something is wrong."""
    found = []
    summaries = SUMMARY.findall(page)
    if not summaries:
        return ["no summary"]
    if "<title>Error: " not in page:
        found.append("its title does not begin with it")
    for link in LINKS.findall("".join(summaries)):
        controls = re.findall(rf'<\w+[^>]*\bid="{re.escape(link)}"[^>]*>', page)
        if len(controls) != 1:
            found.append(f"{len(controls)} elements are called {link}")
            continue
        described = re.findall(r'aria-describedby="([^"]*)"', controls[0])
        if not described or not all(f'id="{each}"' in page for each in described[0].split()):
            found.append(f"{link} is not described by what is wrong: {controls[0]}")
    if "data-for=" in page:
        found.append("a line that leads nowhere")
    if "This field is required" in page or "Enter a valid" in page or "Ensure this value" in page:
        found.append("a stock sentence")
    return found


@pytest.mark.parametrize("kind", ["everything", "anonymous"])
def test_whatever_is_refused_leads_to_its_fields(world, kind):
    client, found, refused = client_of(world, kind), [], set()
    every = [each for each in addresses.addresses(world) if each.about == "open" or each.name.startswith(STRANGERS)]
    if kind == "anonymous":
        every = [each for each in every if each.name.startswith(STRANGERS)]
    for address in walking.draw(every, SHARE if kind == "everything" else 1, salt=f"errors {kind}"):
        shown = ask(client, "get", address.path)
        if shown.status != 200:
            continue
        for form in forms.read(shown.body, address.path):
            for data in (emptied(form), forms.tampered(form, Random(f"{walking.SEED}{address.path}"))):
                answer = ask(client, "post", form.action, data)
                if answer.status in (200, 412, 422, 429) and WRONG.search(answer.body):
                    refused.add(address.name)
                    found += [f"{address.name} {form.action}: {fault}" for fault in faults(answer.body)]
    walking.judge(sorted(set(found)), f"errors {kind}")
    assert refused
