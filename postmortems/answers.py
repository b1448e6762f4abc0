"""Answers to the questions of a record: which key one has, also before anybody has written it.

The key follows from record and question, so that two who begin to answer at the same time write into one row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from incidents.markdown import has_words
from postmortems.models import Paragraph, Question, Record

QUESTION = "question"  # before the key of the question: what an answer stands under
ANSWER = re.compile(r"par_[0-9a-f]{24}")  # the keys of answers, and of nothing else


@dataclass(frozen=True)
class Answer:
    """A question with what stands under it; ``part`` is none while nobody has written."""

    question: Question
    key: str
    part: Paragraph | None

    @property
    def under(self) -> str:
        return f"{QUESTION}-{self.question.pk}"

    @property
    def text(self) -> str:
        return self.part.text if self.part else ""

    @property
    def is_given(self) -> bool:
        return has_words(self.text)

    @property
    def is_missing(self) -> bool:
        return self.question.is_required and self.question.is_asked and not self.is_given


def key_of(record: Record, question: Question) -> str:
    return "par_" + sha256(f"{record.public_id} {question.pk}".encode()).hexdigest()[:24]


def answers_of(record: Record, questions: Iterable[Question], paragraphs: Iterable[Paragraph]) -> list[Answer]:
    """In the order of the questions: those that are asked, and those that were answered when they still were."""
    given = {part.question_id: part for part in paragraphs if part.record_id == record.pk}
    found = [
        Answer(question, given[question.pk].key if question.pk in given else key_of(record, question),
               given.get(question.pk))
        for question in questions
    ]  # fmt: skip
    return [answer for answer in found if answer.question.is_asked or answer.is_given]
