"""What forms say where a field has no sentence of its own: what to write, in place of Django's own sentences."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core import validators
from django.utils.translation import gettext_lazy as _, ngettext_lazy

SENTENCES: dict[type[forms.Field], dict[str, Any]] = {
    forms.Field: {"required": _("Write something here.")},
    forms.IntegerField: {"invalid": _("Write a whole number, such as 30.")},
    forms.FloatField: {"invalid": _("Write a number, such as 2.5.")},
    forms.DecimalField: {"invalid": _("Write a number, such as 2.5.")},
    forms.DateField: {"invalid": _("Write a day such as 2026-12-09.")},
    forms.EmailField: {"invalid": _("Write a whole address, such as lena@example.com.")},
    forms.URLField: {"invalid": _("Write an address such as https://status.example.com.")},
    forms.UUIDField: {"invalid": _("Copy the whole id.")},
    forms.JSONField: {"invalid": _('Write JSON, such as {"pagerduty": "P123"}.')},
    forms.BooleanField: {"required": _("Tick this.")},
    forms.ChoiceField: {
        "required": _("Choose one."),
        "invalid_choice": _("This can not be chosen; choose one of those shown."),
    },
    forms.MultipleChoiceField: {
        "required": _("Choose at least one."),
        "invalid_choice": _("One of them can not be chosen any more; choose again."),
        "invalid_list": _("Choose again from those shown."),
    },
    forms.ModelChoiceField: {
        "required": _("Choose one."),
        "invalid_choice": _("This can not be chosen; choose one of those shown."),
    },
    forms.ModelMultipleChoiceField: {
        "required": _("Choose at least one."),
        "invalid_choice": _("One of them can not be chosen any more; choose again."),
        "invalid_pk_value": _("One of them can not be chosen any more; choose again."),
        "invalid_list": _("Choose again from those shown."),
    },
    forms.FileField: {
        "required": _("Choose a file."),
        "invalid": _("No file came with the form; choose it again."),
        "missing": _("No file came with the form; choose it again."),
        "empty": _("This file is empty; choose another."),
    },
    forms.ImageField: {"invalid_image": _("This is no picture that can be read; choose a PNG, JPEG or WebP file.")},
}


def install() -> None:
    """Once, before the first form is made: fields copy what their class says when they are made."""
    for kind, sentences in SENTENCES.items():
        kind.default_error_messages = {**vars(kind).get("default_error_messages", {}), **sentences}
    validators.MaxLengthValidator.message = ngettext_lazy(
        "Write at most %(limit_value)d character; these are %(show_value)d.",
        "Write at most %(limit_value)d characters; these are %(show_value)d.",
        "limit_value",
    )
    validators.MinLengthValidator.message = ngettext_lazy(
        "Write at least %(limit_value)d character; these are %(show_value)d.",
        "Write at least %(limit_value)d characters; these are %(show_value)d.",
        "limit_value",
    )
    validators.MinValueValidator.message = _("Write %(limit_value)s or more.")
    validators.MaxValueValidator.message = _("Write %(limit_value)s or less.")
    validators.EmailValidator.message = SENTENCES[forms.EmailField]["invalid"]
    validators.URLValidator.message = SENTENCES[forms.URLField]["invalid"]
    validators.validate_slug.message = _("Write small letters, digits and hyphens, such as external-connectivity.")
    validators.validate_integer.message = SENTENCES[forms.IntegerField]["invalid"]
