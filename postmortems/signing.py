"""Who is asked to sign: the roles that the template names when a review is asked for.

A version keeps them. What becomes of the template afterwards makes no review that goes on any less, and none that
nobody can finish: who is asked otherwise is asked for the next version.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group

from incidents.models import User
from postmortems.models import Template, Version


@dataclass(frozen=True, slots=True)
class Asked:
    """A role, and the group whose members may sign for it."""

    role: str
    group_id: int | None
    group: str = ""  # its name now; empty where it was deleted


def of_template(template: Template) -> list[Asked]:
    """Those of the next version."""
    rows = template.signatories.select_related("group")
    return [Asked(row.role, row.group_id, row.group.name if row.group else "") for row in rows]


def of_version(version: Version) -> list[Asked]:
    """Those that it was asked of. One query, unless it is from before versions kept them."""
    roles = _roles(version)
    names = dict(Group.objects.filter(pk__in=[each["group"] for each in roles]).values_list("pk", "name"))
    return [Asked(each["role"], each["group"], names.get(each["group"], "")) for each in roles]


def kept(asked: Iterable[Asked]) -> list[dict[str, Any]]:
    """As a version keeps them."""
    return [{"role": each.role, "group": each.group_id} for each in asked]


def waits_for(version: Version, groups: Container[int]) -> bool:
    """Whether a role that is not signed yet is asked of any of these groups. No query, where the signatures of the
    version and the roles of its template are prefetched."""
    signed = {each.role for each in version.sign_offs.all()}
    return any(each["group"] in groups for each in _roles(version) if each["role"] not in signed)


def may_sign(asked: Asked, user: User) -> bool:
    return user.groups.filter(pk=asked.group_id).exists()


def _roles(version: Version) -> list[dict[str, Any]]:
    """As it kept them; of one from before that, those of the template now."""
    if version.roles is not None:
        return version.roles
    return [{"role": row.role, "group": row.group_id} for row in version.postmortem.template.signatories.all()]
