"""Rows for tests, plainly made: ``from tests import factories as make``, then ``make.user()``, ``make.confirmed()``.

Only what a test names is special; the rest is ordinary and the same for every test. Whatever has a life goes through
the actions, with the system (``by=None``) as the actor unless a test names one.
"""

from datetime import timedelta
from decimal import Decimal
from itertools import count

from django.contrib.auth.models import Group, Permission
from django.utils import timezone

from incidents import actions, models
from incidents.choices import Audience, Level, RuleKind, SeverityLevel, Status
from incidents.maintenance import actions as maintenance
from incidents.maintenance.choices import Expected
from incidents.maintenance.judging import Affects
from incidents.maintenance.models import Window
from incidents.scope import Affected
from notifications.choices import Transport
from notifications.models import Channel, Subscriber, Subscription
from postmortems import actions as pm
from postmortems.choices import Way
from postmortems.models import ActionItem, Cause, Event, Paragraph, Postmortem
from postmortems.models.action_item import zone_of
from statuspage.models import Page, PageComponent, PageIncident, PageWindow

PASSWORD = "correct horse battery staple"
_number = count(1)


# People


def user(*, groups=(), permissions=(), password=None, **fields) -> models.User:
    """A member of staff in ``groups`` (names of ready groups), with ``permissions`` (codenames) of their own.

    They were in before. Made without a usable password, which is quick; sign in with ``client.force_login``.
    """
    name = f"person{next(_number)}"
    fields = {"username": name, "email": f"{name}@example.com", "is_staff": True, "last_login": timezone.now()} | fields
    person = models.User(**fields)
    if password is None:
        person.set_unusable_password()
    else:
        person.set_password(password)
    person.save()
    person.groups.set([Group.objects.get(name=group) for group in groups])
    person.user_permissions.set([Permission.objects.get(codename=codename) for codename in permissions])
    return person


def invited(**fields) -> models.User:
    """Nobody has the account in hand yet."""
    return user(**{"last_login": None} | fields)


def in_group(group: str, **fields) -> models.User:
    """Of one ready group: Viewers, Support, Engineering, Engineering Leads, Reliability, Managers or Security."""
    return user(groups=[group], **fields)


def superuser(**fields) -> models.User:
    return user(is_superuser=True, **fields)


# The catalogue


def team(**fields) -> models.Team:
    return models.Team.objects.create(**{"name": f"Team {next(_number)}"} | fields)


def location(**fields) -> models.Location:
    return models.Location.objects.create(**{"name": f"Location {next(_number)}"} | fields)


def component(**fields) -> models.Component:
    return models.Component.objects.create(**{"name": f"Component {next(_number)}"} | fields)


# What the organisation has agreed; these rows exist in every database


def severity(level: str = "minor") -> models.Severity:
    """One of the three fixed levels by its name: minor, major, critical."""
    return models.Severity.objects.get(level=SeverityLevel[level.upper()])


def rule(word: str = "flow") -> models.DeclareRule:
    """The declare rule whose label contains ``word``: merchants, integration, leak, DELIVERY, rejections, flow."""
    return models.DeclareRule.objects.get(label__icontains=word)


def share_rule(percent: float = 25, **fields) -> models.DeclareRule:
    """A rule of our own about a share."""
    fields = {"label": f"Rule {next(_number)}", "unit": "things", "threshold_percent": Decimal(str(percent))} | fields
    return models.DeclareRule.objects.create(kind=RuleKind.SHARE, **fields)


# Incidents


def _facts(**facts) -> dict:
    """What every incident needs. ``severity`` may be given by its name."""
    level = facts.get("severity", "minor")
    return (
        {"title": "SMS delayed in Frankfurt", "by": None}
        | facts
        | {"severity": severity(level) if isinstance(level, str) else level}
    )


def affected(item=None, location=None, level: Level | None = None) -> Affected:
    return Affected(item or component(), location, level)


def suspicion(**facts) -> models.Incident:
    """Reported, not judged yet; it names a component, unless ``affected`` says otherwise."""
    return actions.suspect(**_facts(**{"affected": [affected()]} | facts))


def confirmed(*, affects=None, **facts) -> models.Incident:
    """Declared for the public and under investigation; nobody was told. ``affects``: components or ``Affected``."""
    facts = _facts(**facts)
    items = [component()] if affects is None else affects
    items = [item if isinstance(item, Affected) else Affected(item) for item in items]
    return actions.declare(affected=items, **facts)


def update(incident, *, status=None, **fields) -> models.IncidentUpdate:
    """One more public update of an incident; the stage stays unless ``status`` says otherwise."""
    fields = {"body": "We are looking into it.", "by": None} | fields
    if status == Status.RESOLVED and fields["by"] is None:
        fields.setdefault("override_reason", "Over for the sake of a test.")
    status = status or models.Incident.objects.values_list("status", flat=True).get(pk=incident.pk)
    return actions.post_update(incident, status=status, **fields)


def told(*, page=None, status=Status.INVESTIGATING, body="We are looking into it.", **facts) -> models.Incident:
    """Confirmed, and the public has read one update. With ``page`` it stands there."""
    incident = confirmed(**facts)
    update(incident, status=status, body=body)
    if page is not None:
        put_on(page, incident)
    incident.refresh_from_db()
    return incident


def resolved(*, page=None, **facts) -> models.Incident:
    """Told twice: that it is looked into, and that it is over. The gate was overridden where it blocks."""
    incident = told(page=page, **facts)
    update(incident, status=Status.RESOLVED, body="It works again.", override_reason="Over for the sake of a test.")
    incident.refresh_from_db()
    return incident


def dismissed(**facts) -> models.Incident:
    return actions.dismiss(suspicion(**facts), reason="It was nothing.", by=None)


def merged(*, into=None, **facts) -> models.Incident:
    """Told, and then found to be part of ``into`` (told too, unless one is given)."""
    return actions.merge(told(**facts), into=into or told(title="SMS delayed everywhere"), by=None)


def restricted(*, members=(), **facts) -> models.Incident:
    """Confirmed and open to its members and Security only."""
    facts = {"title": "Keys of one customer seen in a log", "audience": Audience.RESTRICTED} | facts
    incident = confirmed(**facts)
    for person in members:
        actions.add_member(incident, user=person, by=None)
    incident.refresh_from_db()
    return incident


def internal(**facts) -> models.Incident:
    return confirmed(**{"title": "Dashboards of our own are slow", "audience": Audience.INTERNAL} | facts)


def drill(**facts) -> models.Incident:
    return confirmed(**{"title": "Drill: a region is gone", "audience": Audience.DRILL} | facts)


def backfilled(*, ago=timedelta(days=3), lasted=timedelta(hours=1), page=None, **facts) -> models.Incident:
    """A past incident, recorded afterwards, with a first and a last update."""
    started_at = timezone.now() - ago
    resolved_at = started_at + lasted
    facts = {
        "title": "Voice calls dropped",
        "started_at": started_at,
        "resolved_at": resolved_at,
        "updates": [
            (Status.INVESTIGATING, "We are looking into dropped calls.", started_at + timedelta(minutes=5)),
            (Status.RESOLVED, "Calls work again.", resolved_at),
        ],
    } | facts
    facts.setdefault("affected", [affected()])
    incident = actions.backfill(**_facts(**facts))
    if page is not None:
        put_on(page, incident)
    return incident


def impact(incident=None, *, item=None, location=None, level=Level.DEGRADED, started_at=None, ended_at=None):
    """One row, past every action: for what is computed from impacts, such as uptime."""
    return models.Impact.objects.create(
        incident=incident or confirmed(),
        component=item or component(),
        location=location,
        level=level,
        started_at=started_at or timezone.now() - timedelta(hours=1),
        ended_at=ended_at,
    )


# Pages


def page(*components, **fields) -> Page:
    """A status page that names ``components`` with all below them."""
    number = next(_number)
    fields = {"name": "Plain Post", "slug": f"page-{number}", "tag_host": "status.example.com"} | fields
    row = Page.objects.create(**fields)
    for position, item in enumerate(components):
        PageComponent.objects.create(page=row, component=item, position=position)
    return row


def put_on(page: Page, incident: models.Incident) -> PageIncident:
    """Let the incident stand on the page, whatever the page names."""
    return PageIncident.objects.create(page=page, incident=incident)


# Maintenance


def calendar(**fields) -> models.BusinessCalendar:
    """Without holidays, unless a country is given."""
    return models.BusinessCalendar.objects.create(**{"name": f"Calendar {next(_number)}"} | fields)


def window(*components, location=None, expected=Expected.DEGRADED, **facts) -> Window:
    """A draft that affects ``components``: the night after next month, two hours, unless the test names times."""
    starts_at = facts.setdefault("starts_at", (timezone.now() + timedelta(days=40)).replace(microsecond=0))
    affects = [
        item if isinstance(item, Affects) else Affects(item, location, expected) for item in components or [component()]
    ]
    facts = {
        "title": "Core router upgrade", "kind": "infrastructure", "body": "We replace two routers.",
        "ends_at": starts_at + timedelta(hours=2), "by": None,
    } | facts  # fmt: skip
    return maintenance.draft(affects=affects, **facts)


def scheduled(*components, page=None, **facts) -> Window:
    """Announced as planned, on a page of its own where none is given."""
    components = components or (component(),)
    row = window(*components, **facts)
    if row.audience == Audience.PUBLIC:
        items = [item.component if isinstance(item, Affects) else item for item in components]
        place_window(page or globals()["page"](*items), row)
    maintenance.announce(row, by=None)
    row.refresh_from_db()
    return row


def place_window(page: Page, window: Window) -> PageWindow:
    """Let it stand on the page, once it is announced."""
    return PageWindow.objects.create(page=page, window=window)


# Who is told


def subscriber(*pages, transport=Transport.EMAIL, confirmed=True, scope=None, **fields) -> Subscriber:
    """An address that asked to be told of ``pages``; ``scope`` are fields of the subscriptions."""
    number, now = next(_number), timezone.now()
    address = f"reader{number}@example.com" if transport == Transport.EMAIL else f"https://hooks.example.com/{number}"
    fields = {"transport": transport, "address": address, "confirmed_at": now if confirmed else None} | fields
    row = Subscriber.objects.create(**fields)
    for page in pages:
        subscription(row, page, confirmed=confirmed, **(scope or {}))
    return row


def subscription(subscriber, page, *, confirmed=True, **scope) -> Subscription:
    confirmed_at = timezone.now() if confirmed else None
    return Subscription.objects.create(subscriber=subscriber, page=page, confirmed_at=confirmed_at, **scope)


def channel(**fields) -> Channel:
    """An internal one, by mail."""
    number = next(_number)
    fields = {"name": f"#room-{number}", "address": f"room{number}@example.com", "transport": Transport.EMAIL} | fields
    return Channel.objects.create(**fields)


# Post-mortems


WHY = "Short for the sake of a test."


def postmortem(incident=None, *, way="short", by=None, **facts) -> Postmortem:
    """A draft, of an incident that is resolved. Short, unless ``way`` says full; begun with what the facts tell."""
    incident = incident or resolved(**facts)
    found = pm.open_postmortem(incident, way=Way(way), by=by, reason=WHY)
    if found.template.way != way:
        found = pm.choose_way(found, way=Way(way), by=by, reason=WHY)
    found = pm.draft_from_facts(found, by=by)
    found.refresh_from_db()
    return found


def section(postmortem: Postmortem, kind: str):
    return postmortem.sections.get(kind=kind)


def ready_to_publish(incident=None, *, way="short", **facts) -> Postmortem:
    """A draft whose gates are all met."""
    found = postmortem(incident, way=way, **facts)
    for each in found.sections.filter(is_required=True):
        pm.add(Paragraph, found, by=None, section=each, text=f"{each.title}, in one sentence.")
    pm.change(found.assessments.of_document().get(), by=None, customers=62, customers_total=4100)
    cause = pm.add(Cause, found, by=None, text="A query held a lock.", is_root=True)
    action = pm.add(
        ActionItem, found, by=None, text="Reports read from a copy.", owner=owner_in(found), due_on=timezone.localdate()
    )
    pm.link(action, cause, on=True, by=None)
    if not found.events.of_document().exists():
        pm.add(Event, found, by=None, at=found.incident.started_at, text="Reports take minutes to open.")
    found.refresh_from_db()
    return found


def owner_in(postmortem: Postmortem) -> models.User:
    """One of the staff who may see it, as whoever owns its actions has to."""
    found = user()
    if postmortem.incident.audience == Audience.RESTRICTED:
        actions.add_member(postmortem.incident, user=found, by=None)
    return found


def action_item(of: Postmortem | None = None, *, due_in=7, by=None, **facts) -> ActionItem:
    """In the document, due in so many days (none: no date), where its owner is; ``due_in=0`` is today."""
    found = of or postmortem()
    facts = {"text": "Reports read from a copy.", "owner": facts.get("owner") or owner_in(found)} | facts
    if due_in is not None:
        facts["due_on"] = timezone.now().astimezone(zone_of(facts["owner"])).date() + timedelta(days=due_in)
    return pm.add(ActionItem, found, by=by, **facts)


def published(incident=None, *, way="short", by=None, **facts) -> Postmortem:
    """Published, after every role has signed where the way asks for it."""
    found = ready_to_publish(incident, way=way, **facts)
    if found.template.signatories.exists():
        version = pm.ask_for_review(found, by=None)
        for signatory in found.template.signatories.select_related("group"):
            signer = user(groups=[signatory.group.name])
            pm.sign(found, role=signatory.role, by=signer, digest=version.digest)
    pm.publish(found, by=by)
    found.refresh_from_db()
    return found
