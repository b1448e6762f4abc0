"""What a browser would send back of a form that it was shown, without a browser."""

from html.parser import HTMLParser


class Forms(HTMLParser):
    """The forms of a page: ``forms[action]`` is what each would post, untouched. ``""`` is the page's own address."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.forms, self.now, self.area, self.select = {}, None, None, None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form":
            self.now = self.forms.setdefault(attrs.get("action", ""), {})
        if self.now is None:
            return
        name, kind = attrs.get("name"), attrs.get("type", "text")
        if tag == "input" and name and kind not in ("submit", "button"):
            if kind not in ("checkbox", "radio"):
                self.now[name] = attrs.get("value", "")
            elif "checked" in attrs:
                self._add(name, attrs.get("value", "on"), many=kind == "checkbox")
        elif tag == "textarea":
            self.area = name
            self.now[name] = ""
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and ("selected" in attrs or self.select not in self.now):
            self.now[self.select] = attrs.get("value", "")

    def _add(self, name, value, *, many):
        self.now[name] = [*self.now.get(name, []), value] if many else value

    def handle_endtag(self, tag):
        if tag == "form":
            self.now = None
        elif tag == "textarea":
            self.area = None
        elif tag == "select":
            self.select = None

    def handle_data(self, data):
        if self.area is not None and self.now is not None:
            self.now[self.area] += data


def form(response, action=""):
    """The values of the form of that action; a textarea's first line break is the template's."""
    values = Forms(response.content.decode()).forms[action]
    values.pop("csrfmiddlewaretoken", None)
    return {
        name: value.removeprefix("\r\n").removeprefix("\n") if isinstance(value, str) else value
        for name, value in values.items()
    }
