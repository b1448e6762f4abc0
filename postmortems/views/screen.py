"""What the screens of one post-mortem share: the header with its stage and clock, and what this person may do."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone

from incidents.views.incident import page
from postmortems.choices import Stage
from postmortems.clocks import publish_clock
from postmortems.models import Postmortem


@dataclass(frozen=True)
class May:
    """The permissions that the verbs check."""

    write: bool
    draft: bool
    sign: bool
    publish: bool

    @classmethod
    def of(cls, user) -> May:
        names = {"write": "write_record", "draft": "draft_postmortem", "sign": "sign_postmortem"}
        found = {name: user.has_perm(f"postmortems.{right}") for name, right in names.items()}
        return cls(**found, publish=user.has_perm("postmortems.publish_postmortem"))


@dataclass(frozen=True)
class Step:
    """A stage in the header: behind, here, or ahead."""

    label: str
    state: str


def steps(postmortem: Postmortem) -> list[Step]:
    stages = list(Stage)
    if not postmortem.template.is_signed:
        stages = [Stage.DRAFT, Stage.PUBLISHED]
    here = stages.index(Stage(postmortem.stage)) if postmortem.stage in stages else 0
    done = len(stages) - 1
    return [
        Step(
            str(stage.label),
            "here" if at == here and here < done else "done" if at <= here else "ahead",
        )
        for at, stage in enumerate(stages)
    ]


def screen(
    request: HttpRequest,
    template: str,
    postmortem: Postmortem,
    *,
    here: str,
    title: str = "",
    status: int = 200,
    **more,
) -> TemplateResponse:
    """One of its screens in the staff shell. ``here``: which, for the navigation of the header."""
    return page(
        request,
        f"postmortems/{template}",
        title=title or postmortem.incident.title,
        postmortem=postmortem,
        incident=postmortem.incident,
        steps=steps(postmortem),
        clock=publish_clock(postmortem),
        may=May.of(request.user),
        now=timezone.now(),
        here=here,
        status=status,
        **more,
    )
