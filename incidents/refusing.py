"""The one way in which a refusal (:class:`~incidents.exceptions.DomainError`) reaches the person who asked.

A door tries the action ``with`` one of these and asks the :class:`Try` afterwards whether it was done. Nothing else
catches refusals, except where a screen has more to say about one than its sentence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpRequest

from incidents.exceptions import DomainError, TooMany, answers


@dataclass
class Try:
    refusal: DomainError | None = None

    @property
    def is_done(self) -> bool:
        return self.refusal is None

    @property
    def status(self) -> int:
        """What a screen answers with (the table in :mod:`incidents.exceptions`)."""
        return answers(self.refusal).screen if self.refusal else 200

    @property
    def said(self) -> list[str]:
        """The sentence, where it was refused."""
        return [str(self.refusal)] if self.refusal else []

    @property
    def headers(self) -> dict[str, str]:
        """When to try again, where the refusal says so."""
        return {"Retry-After": str(self.refusal.retry_after)} if isinstance(self.refusal, TooMany) else {}


def refuse(form: BaseForm, refusal: DomainError, *, field: str | None = None) -> int:
    """Show the sentence beside its field (``field``: beside that one), or above the form.

    The status to answer with, which the form keeps for the screen that it is drawn on (``refused_as``).
    """
    field = field or refusal.field
    form.add_error(field if field in form.fields else None, str(refusal))
    form.refused_as = answers(refusal).screen
    return form.refused_as


@contextmanager
def kept() -> Iterator[Try]:
    """A refusal is left to the screen, which has more to say about it than its sentence."""
    tried = Try()
    try:
        yield tried
    except DomainError as refusal:
        tried.refusal = refusal


@contextmanager
def in_form(form: BaseForm, *, field: str | None = None, names: Mapping[str, str] | None = None) -> Iterator[Try]:
    """A refusal is shown in the form. ``names``: what the form calls the fields that the action names."""
    with kept() as tried:
        yield tried
    if tried.refusal:
        refuse(form, tried.refusal, field=field or (names or {}).get(tried.refusal.field or ""))


@contextmanager
def in_messages(request: HttpRequest) -> Iterator[Try]:
    """A refusal is said on the next screen, which this one leads to though nothing was done (``is_refused``)."""
    with kept() as tried:
        yield tried
    if tried.refusal:
        request.is_refused = True
        messages.error(request, str(tried.refusal))


@contextmanager
def as_invalid() -> Iterator[None]:
    """In the cleaning of a field: what the action would refuse is invalid."""
    with kept() as tried:
        yield
    if tried.refusal:
        raise ValidationError(str(tried.refusal)) from tried.refusal
