"""Fields that a screen draws outside of a form: one of time by itself, and one whose control it writes itself, with the
label, guidance and error of every other (``_field.html``).
"""

from django import template
from django.forms import BoundField
from django.template.loader import render_to_string
from django.utils.html import format_html

from incidents.forms.time_inputs import HiddenMoment, MomentInput

register = template.Library()


@register.simple_tag
def moment_input(name: str, at, *, id: str) -> str:
    """The control of a :class:`~incidents.forms.moments.MomentField` on a screen without its form, with what it holds
    as a form that notices clashes asks for it.
    """
    held = HiddenMoment().render(f"initial-{name}", at, {"id": f"{id}-held"})
    return format_html("{}{}", MomentInput().render(name, at, {"id": id}), held)


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
