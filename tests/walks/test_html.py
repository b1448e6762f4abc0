"""The HTML of every staff screen: what validators and screen readers stumble over stands nowhere."""

import re
from html.parser import HTMLParser

from tests.walks import addresses, walking

SHARE = 0.3  # of the screens, in each run of the suite


def test_no_screen_says_what_html_does_not_know(world):
    client, found = walking.client_of(world, "everything"), []
    every = [each for each in addresses.addresses(world) if each.about == "open" and "logout" not in each.name]
    for address in walking.draw(every, SHARE, salt="html"):
        outcome = walking.ask(client, "get", address.path)
        if outcome.status == 200 and "text/html" in outcome.head:
            found += [f"{address.path} {fault}" for fault in faults(outcome.body)]
    walking.judge(found, "html")


def faults(html: str) -> list[str]:
    reader = _Reader()
    reader.feed(html)
    return reader.faults


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.faults, self._head = [], None  # the words of the head of a table that is being read

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        at = f"{tag} in line {self.getpos()[0]}"
        if re.search(r"\.\d{6}", given.get("datetime") or ""):
            self.faults.append(f"{at}: datetime={given['datetime']}")
        if "action" in given and not given["action"]:
            self.faults.append(f"{at}: an empty action")
        if tag == "img" and not given.get("src"):
            self.faults.append(f"{at}: an image without an address")
        if tag == "textarea" and "dir" not in given and "hidden" not in given:
            self.faults.append(f"{at}: a text in whatever direction it is not written in: {given.get('name')}")
        if tag == "th":
            self._head = ""
        elif self._head is not None:
            self._head += given.get("aria-label") or given.get("alt") or given.get("title") or ""

    def handle_data(self, data):
        if self._head is not None:
            self._head += data

    def handle_endtag(self, tag):
        if tag == "th":
            if not self._head.strip():
                self.faults.append(f"th in line {self.getpos()[0]}: the head of a column or row is empty")
            self._head = None


def test_what_is_wrong_is_found():
    wrong = '<form action=""></form><textarea name="body"></textarea><img alt="">'
    wrong += '<time datetime="2026-11-30T12:00:00.123456+00:00"></time><th> </th>'
    assert [fault.split(": ")[1] for fault in faults(wrong)] == [
        "an empty action",
        "a text in whatever direction it is not written in",
        "an image without an address",
        "datetime=2026-11-30T12:00:00.123456+00:00",
        "the head of a column or row is empty",
    ]
    right = '<form action="./"></form><textarea dir="auto"></textarea><img src="a.png">'
    right += '<time datetime="2026-11-30T12:00:00Z"></time><th>Day</th>'
    assert faults(right) == []
