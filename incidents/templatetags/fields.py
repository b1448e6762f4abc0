"""A field whose control a screen writes itself, with the label, guidance and error of every other (``_field.html``)."""

from django import template
from django.forms import BoundField
from django.template.loader import render_to_string

register = template.Library()


@register.simple_block_tag
def field(content, bound: BoundField, id: str, *, label="", note="", help="", classes=""):
    """``{% field form.title "title" %}<input id="title" …>{% endfield %}``. The error has the id ``title-error``, the
    guidance ``title-help``: the control names them in ``aria-describedby``. ``note`` stands small beside the label.
    """
    context = {
        "field": bound,
        "control": content,
        "id": id,
        "label": label or bound.label,
        "note": note,
        "help": help,
        "classes": classes,
        "error_id": f"{id}-error",
        "help_id": f"{id}-help",
    }
    return render_to_string("incidents/_field.html", context)
