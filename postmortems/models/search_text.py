"""What people find an incident by: the words of everything that was written about it, and what is still to be read."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import models
from django.db.models import Lookup
from django.utils import timezone

from incidents.models import Incident


class WordsField(models.TextField):
    """Folded words, each with its place and its weight, as PostgreSQL writes a ``tsvector``: `` sms:1A delayed:2A``.

    PostgreSQL keeps it as one. Elsewhere it is a text, in which a word begins after a space. How words are made of
    texts is said in :mod:`postmortems.learning.words`; no parser and no language of a database is asked.
    """

    def db_type(self, connection):
        return "tsvector" if connection.vendor == "postgresql" else super().db_type(connection)


class _Beginnings(Lookup):
    """Words that begin with these: only letters and digits, so that nothing in them is an operator."""

    prepare_rhs = False
    rhs: Sequence[str]
    joined: tuple[str, str]  # for a tsquery, for conditions

    def as_sql(self, compiler, connection):
        left, params = self.process_lhs(compiler, connection)
        condition = f" {self.joined[1]} ".join(f"{left} LIKE %s" for _word in self.rhs)
        return f"({condition})", [value for word in self.rhs for value in (*params, f"% {word}%")]

    def as_postgresql(self, compiler, connection):
        left, params = self.process_lhs(compiler, connection)
        return f"{left} @@ %s::tsquery", [*params, tsquery(self.rhs, self.joined[0])]


@WordsField.register_lookup
class HasAll(_Beginnings):
    lookup_name = "has_all"
    joined = ("&", "AND")


@WordsField.register_lookup
class HasAny(_Beginnings):
    lookup_name = "has_any"
    joined = ("|", "OR")


def tsquery(words: Sequence[str], operator: str) -> str:
    """``'sms':* & 'frank':*``"""
    return f" {operator} ".join(f"'{word}':*" for word in words)


class SearchText(models.Model):
    """One row for each incident with its post-mortem, derived after each change (:mod:`postmortems.learning.index`)."""

    incident = models.OneToOneField(Incident, models.CASCADE, primary_key=True, related_name="search_text")
    words = WordsField(default="")

    class Meta:
        default_permissions = ()

    def __str__(self):
        return f"Words of {self.incident_id}"


class SearchMark(models.Model):
    """Something about the incident was written and is still to be read: a row for each time, which nobody waits for."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        ordering = ["pk"]

    def __str__(self):
        return f"{self.incident_id} at {self.at:%H:%M:%S}"
