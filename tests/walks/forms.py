"""The forms of a page as a browser would send them, read from its HTML; and the same sent with other intentions."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from random import Random
from urllib.parse import urljoin, urlsplit

EXAMPLES = {  # for fields that take not just any words, by a part of their name
    "email": "walker{n}@example.org", "new_address": "https://hooks.example.com/{n}",
    "address": "walker{n}@example.org",
    "url": "https://example.org/{n}", "time_zone": "Europe/Berlin", "slug": "slug-{n}", "public_id": "comp_walk{n:09}",
    "host": "", "brand_color": "#225577", "language": "en",
    "cut_off": "17:00", "off_peak_from": "23:00", "off_peak_until": "05:00", "first_day": "2026-12-18",
    "last_day": "2027-01-03", "own_days": "",
}  # fmt: skip
FREE = {"text", "textarea", "search", "email", "url", "number"}
NASTY = [
    "",
    "\0",
    "-1",
    "²",
    "9" * 20,
    "9" * 5000,
    "'\"<script>",
    "%s{{ 7|add:7 }}",
    "2026-13-45",
    "on",
    "inc_000000000000",
]
COLUMNS = {  # what no form asks for, and what somebody would like to set
    **dict.fromkeys(["is_superuser", "is_staff", "is_active"], "on"),
    **dict.fromkeys(["id", "pk", "user_permissions", "incident", "owner", "by"], "1"),
    **dict.fromkeys(["secret", "token"], "known"),
    "password": "pbkdf2_sha256$1$x$x", "email": "me@example.org", "status": "resolved", "audience": "public",
    "version": "999999", "public_id": "inc_chosenbyme0",
}  # fmt: skip


@dataclass
class Form:
    """Where it goes, and what it holds: name → values, with the kind of each control."""

    action: str
    method: str
    data: dict[str, list[str]] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    options: dict[str, list[str]] = field(default_factory=dict)  # of what is chosen or ticked
    buttons: list[tuple[str, str]] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self, page: str):
        super().__init__(convert_charrefs=True)
        self.page, self.forms, self._stack, self._text, self._select = page, [], [], None, None

    @property
    def _form(self) -> Form | None:
        return self._stack[-1] if self._stack else None

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            action = urlsplit(urljoin(self.page, given.get("action", "") or self.page))
            form = Form(f"{action.path}?{action.query}".rstrip("?"), given.get("method", "get").lower())
            self.forms.append(form)
            self._stack.append(form)
        elif self._form is None:
            return
        elif tag == "input" and given.get("name") and given.get("type") not in ("submit", "button", "file", "image"):
            kind = given.get("type", "text")
            if kind in ("checkbox", "radio"):
                self._form.options.setdefault(given["name"], []).append(given.get("value", "on"))
            if kind not in ("checkbox", "radio") or "checked" in given:
                self._add(given["name"], given.get("value", "on" if kind == "checkbox" else ""), kind)
            else:
                self._form.kinds.setdefault(given["name"], kind)
        elif tag == "textarea" and given.get("name"):
            self._text = given["name"]
            self._add(self._text, "", "textarea")
        elif tag == "select" and given.get("name"):
            self._select = given["name"]
            self._form.kinds[self._select] = "select"
        elif tag == "option" and self._select:
            self._form.options.setdefault(self._select, []).append(given.get("value", ""))
            if "selected" in given:
                self._add(self._select, given.get("value", ""), "select")
        elif tag == "button" and given.get("name"):
            self._form.buttons.append((given["name"], given.get("value", "")))

    def handle_endtag(self, tag):
        if tag == "form" and self._stack:
            self._stack.pop()
        elif tag == "textarea":
            self._text = None
        elif tag == "select":
            self._select = None

    def handle_data(self, data):
        if self._text and self._form:
            self._form.data[self._text][-1] += data

    def _add(self, name, value, kind):
        self._form.data.setdefault(name, []).append(value)
        self._form.kinds[name] = kind


def read(html: str, page: str) -> list[Form]:
    """The forms that POST; ``page`` is the address they were read from."""
    reader = _Reader(page)
    reader.feed(html)
    return [form for form in reader.forms if form.method == "post"]


def valid(form: Form, random: Random) -> dict[str, list[str]]:
    """As somebody sends it who filled in what was empty, changed a text, chose, ticked and pressed a button."""
    data = {name: list(values) for name, values in form.data.items()}
    for name, kind in form.kinds.items():
        chosen = [value for value in form.options.get(name, []) if value]
        if kind in FREE and not name.endswith("_FORMS") and (data.get(name) in (None, [""]) or random.random() < 0.3):
            data[name] = [_example(name, kind, (data.get(name) or [""])[0], random)]
        elif chosen and kind in ("select", "radio") and (data.get(name) in (None, [""]) or random.random() < 0.2):
            data[name] = [random.choice(chosen)]
        elif chosen and kind == "checkbox" and random.random() < 0.4:
            data[name] = sorted({*data.get(name, []), random.choice(chosen)})
    if form.buttons:
        name, value = random.choice(form.buttons)
        data[name] = [value]
    return data


def _example(name: str, kind: str, old: str, random: Random) -> str:
    number = random.randrange(10**6)
    if kind == "number":
        return str(int(old) + 1 if old.isdigit() else 5)
    found = next((example for part, example in EXAMPLES.items() if part in name), None)
    return f"{old} once more".strip() if found is None else found.format(n=number)


def foreign(form: Form, random: Random, ids: list[str]) -> dict[str, list[str]]:
    """With the identity of something else in place of its own."""
    data = valid(form, random)
    kinds = ("select", "hidden", "radio")
    names = [name for name in data if form.kinds.get(name) in kinds and not name.startswith("csrf")] or list(data)
    for name in random.sample(names, min(len(names), 2)):
        data[name] = [random.choice(ids)]
    return data


def tampered(form: Form, random: Random) -> dict[str, list[str]]:
    """With fields that the form has not, and with values that it would never send."""
    data = valid(form, random)
    if data and random.random() < 0.5:
        data[random.choice(list(data))] = [random.choice(NASTY)]
    else:
        data |= {name: [value] for name, value in random.sample(sorted(COLUMNS.items()), 6)}
    return data
