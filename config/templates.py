"""Where templates come from, and how those of public pages and mails may be laid out.

What is published holds no byte of indentation. In its HTML templates (``FOLDERS``) lines end as they do in JSX:

- An indented line goes on with the line above.
- Beside a tag (``<…>``, ``{% … %}``) or a comment (``{# … #}``) line end and indentation vanish: ``</li>``, ``<li>``.
- Elsewhere, between words, variables and the attributes of a tag, they are one space.
- After an empty line an indented line begins a line of its own; the indentation vanishes.
- A line that is not indented stays as it is. Nor is anything else touched: a space beside a tag does not break.

All other templates are served as they stand. Line numbers in error messages are those of the joined text.
"""

import re

from django.template.loaders import filesystem

FOLDERS = ("statuspage/base.html", "statuspage/page/", "notifications/mail/", "notifications/public/")

_LINE_END = re.compile(r"\n(?P<empty>\n*)[ ]+(?=[^ \n])")
_TAG_BEFORE = (">", "%}", "#}")
_TAG_AFTER = ("<", "{%", "{#")


class Loader(filesystem.Loader):
    """Reads ``templates/``."""

    def get_contents(self, origin):
        text = super().get_contents(origin)
        return joined(text) if is_joined(origin.template_name) else text


def is_joined(name: str) -> bool:
    return name.endswith(".html") and name.startswith(FOLDERS)


def joined(text: str) -> str:
    """The template as it is published from."""
    return _LINE_END.sub(_between, text)


def _between(line_end: re.Match[str]) -> str:
    if line_end["empty"]:
        return line_end["empty"]
    text = line_end.string
    is_beside_tag = text.endswith(_TAG_BEFORE, 0, line_end.start()) or text.startswith(_TAG_AFTER, line_end.end())
    return "" if is_beside_tag else " "
