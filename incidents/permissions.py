"""What a group may do, in sentences. One sentence may stand for several of Django's permissions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import Permission
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Right:
    """A tick box. ``names`` are written as Django checks them: ``incidents.view_team``."""

    key: str
    sentence: str
    names: frozenset[str]


def _right(key: str, sentence: str, *names: str) -> Right:
    return Right(key, sentence, frozenset(names))


def _edit(app: str, *models: str) -> list[str]:
    return [f"{app}.{verb}_{model}" for model in models for verb in ("add", "change", "delete")]


def _see(app: str, *models: str) -> list[str]:
    return [f"{app}.view_{model}" for model in models]


SECTIONS: list[tuple[str, list[Right]]] = [
    (
        _("Incidents"),
        [
            _right("see", _("See incidents that are not restricted"), *_see("incidents", "incident", "pin")),
            _right("report", _("Report a suspicion"), "incidents.report_incident"),
            _right("work", _("Confirm, dismiss, and change stage, facts and impacts"), "incidents.work_incident"),
            _right(
                "publish",
                _("Publish, correct and withdraw public updates; pin components"),
                "incidents.publish_incident",
            ),
            _right("override", _("Resolve past the closure gate, with a reason"), "incidents.override_incident"),
            _right("reopen", _("Merge and reopen"), "incidents.merge_incident", "incidents.reopen_incident"),
        ],
    ),
    (
        _("Restricted incidents"),
        [
            _right("see_all", _("See every restricted incident"), "incidents.view_restricted_incident"),
            _right("restrict", _("Change who may see an incident"), "incidents.restrict_incident"),
        ],
    ),
    (
        _("Catalogue and policy"),
        [
            _right(
                "catalogue_see",
                _("See components, locations, teams, severities and declare rules"),
                *_see("incidents", "component", "location", "team", "severity", "declarerule"),
            ),
            _right(
                "catalogue",
                _("Change components, locations and teams"),
                *_edit("incidents", "component", "location", "team"),
            ),
            _right("policy", _("Change severities and declare rules"), *_edit("incidents", "severity", "declarerule")),
        ],
    ),
    (
        _("Telling people"),
        [
            _right(
                "pages_see",
                _("See pages and templates"),
                *_see("statuspage", "page", "pagelink", "pagecomponent", "stagetemplate"),
            ),
            _right("pages", _("Change pages"), *_edit("statuspage", "page", "pagelink", "pagecomponent")),
            _right("templates", _("Change the templates of updates"), *_edit("statuspage", "stagetemplate")),
            _right("messages_see", _("See messages and how each went"), *_see("notifications", "announcement")),
            _right("messages", _("Release, drop, replay and pause messages"), "notifications.send_announcement"),
            _right(
                "message_settings_see",
                _("See how pages tell their subscribers"),
                *_see("notifications", "messagesettings", "messagetext"),
            ),
            _right(
                "message_settings",
                _("Change how pages tell their subscribers, and the texts of mails"),
                *_edit("notifications", "messagesettings", "messagetext"),
            ),
            _right("subscribers_see", _("See subscribers"), *_see("notifications", "subscriber")),
            _right("subscribers", _("Change and remove subscribers"), *_edit("notifications", "subscriber")),
            _right("subscribers_export", _("Export subscribers"), "notifications.export_subscriber"),
            _right("channels_see", _("See internal channels"), *_see("notifications", "channel")),
            _right("channels", _("Change and test internal channels"), *_edit("notifications", "channel")),
        ],
    ),
    (
        _("People"),
        [
            _right("people_see", _("See who works here"), *_see("incidents", "user")),
            _right(
                "people",
                _("Invite people and change their details and groups, up to one’s own rights"),
                "incidents.add_user",
                "incidents.change_user",
                "incidents.invite_user",
            ),
            _right("groups_see", _("See groups"), "auth.view_group"),
            _right("groups", _("Change groups, up to one’s own rights"), "auth.add_group", "auth.change_group"),
        ],
    ),
]
RIGHTS = {right.key: right for _title, rights in SECTIONS for right in rights}


def held(names: Iterable[str]) -> list[str]:
    """The keys of the rights that these permissions amount to."""
    names = set(names)
    return [key for key, right in RIGHTS.items() if right.names <= names]


def permissions(names: Iterable[str]) -> list[Permission]:
    """The rows for ``app.codename`` names; one query."""
    wanted = Q(pk__in=[])
    for name in names:
        app, codename = name.split(".", 1)
        wanted |= Q(content_type__app_label=app, codename=codename)
    return list(Permission.objects.filter(wanted).select_related("content_type"))


def name(permission: Permission) -> str:
    return f"{permission.content_type.app_label}.{permission.codename}"
