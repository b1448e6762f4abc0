"""One installation with a row of everything, a restricted incident among it that was public once, and its people."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.core.files.base import ContentFile
from django.utils import timezone

from incidents import actions
from incidents.actions import addresses
from incidents.choices import Audience, Level, Promise, Status
from incidents.groups import ready
from incidents.maintenance import actions as maintenance
from incidents.maintenance.choices import State
from incidents.maintenance.models import Approval, OperatorNotice, Series, Window, WindowTemplate
from incidents.models import Breach, ChangeFreeze, Impact, Incident, IncidentUpdate, User
from notifications.choices import DeliveryState, Transport
from notifications.models import Announcement, Channel, Delivery, MessageSettings, Subscriber
from postmortems import actions as pm
from postmortems.choices import Way
from postmortems.document import frozen
from postmortems.document.redaction import for_customers
from postmortems.learning import index
from postmortems.models import ActionItem, CalendarFeed, Cause, Event
from postmortems.reading import content_of
from statuspage.models import Page, PageLink, StageTemplate
from tests import factories as make
from tests.incidents.maintenance import around
from tests.notifications import sent
from tests.walks.forms import Form

SECRETS = ["Zanzibar keys", "Quokka summary", "Wombat note", "Numbat update", "Dingo rule", "Echidna reason"]
HIDDEN = ["channelsecretchannelsecret", "hooks.example.com/services/T0/B0/hidden"]  # for those only who change channels
INSIDERS = ["member", "Security"]
KINDS = ["anonymous", "nobody", *ready(), "superuser", "member"]


@dataclass
class World:
    page: Page
    other_page: Page
    open: Incident
    restricted: Incident
    people: dict[str, User | None]
    everything: User  # every group, a superuser and a member: whose screens hold every form there is
    subscriber: Subscriber
    channel: Channel
    calendar: CalendarFeed  # of somebody who may not see what is restricted
    draft: Window
    scheduled: Window
    running: Window  # what is restricted is one of the incidents that it caused
    approval: Approval
    series: Series
    notice: OperatorNotice
    address_link: str  # by which ``everything`` confirms another address
    forms: dict[str, list[Form]] = field(default_factory=dict)  # by the page of ``everything`` that was read

    def sees_restricted(self, kind: str) -> bool:
        return kind in INSIDERS

    def update_of(self, incident: Incident) -> IncidentUpdate:
        return incident.updates.order_by("pk").first()

    def impact_of(self, incident: Incident) -> Impact:
        return incident.impacts.order_by("pk").first()

    def breach_of(self, incident: Incident) -> Breach:
        return incident.breaches.get()

    def item_of(self, incident: Incident) -> ActionItem:
        return incident.postmortem.actionitems.get()

    def delivery_of(self, incident: Incident) -> Delivery:
        return Delivery.objects.filter(announcement__incident=incident).order_by("pk").first()


def build() -> World:
    sms = make.component(name="SMS", team=make.team(name="Messaging core"))
    page = make.page(sms, name="Larkwire", is_default=True)
    voice = make.component(name="Voice")
    other = make.page(voice, name="Elsewhere")
    frankfurt = make.location(name="Frankfurt", calendar=make.calendar(country="DE", subdivision="HE"))
    frankfurt.calendar.own_days.create(day=date(2026, 12, 24), name="Christmas Eve")
    freeze = ChangeFreeze.objects.create(
        name="Year-end traffic", first_day=date(2026, 12, 18), last_day=date(2027, 1, 3)
    )
    freeze.calendars.add(frankfurt.calendar)
    PageLink.objects.create(page=page, label="Support", url="https://support.example.com/")
    StageTemplate.objects.create(
        name="Of this page", body="We look at {{ components }}.", status="identified", page=page
    )
    MessageSettings.objects.create(page=page)
    subscriber = make.subscriber(page)
    channel = make.channel(
        name="#support-incident", transport=Transport.WEBHOOK, address=f"https://{HIDDEN[1]}", secret=HIDDEN[0]
    )
    people = {"anonymous": None, "nobody": make.user(), "superuser": make.superuser()}
    people |= {group: make.in_group(group) for group in ready()}
    people["member"] = make.in_group("Reliability", first_name="Mia")
    everything = make.user(groups=list(ready()), is_superuser=True, password=make.PASSWORD)
    hidden = _restricted(page, sms, member=people["member"])
    actions.add_member(hidden, user=everything, by=None)
    shown = make.confirmed(title="SMS delayed", affects=[make.affected(sms, frankfurt, Level.MAJOR)])
    sent.told(page, shown, status=Status.IDENTIFIED)
    make.merged(title="Merged away", into=shown)
    make.suspicion(title="Mail slow")
    make.resolved(title="Over since a while", page=page)
    actions.pin(
        voice, level=Level.MAJOR, reason="Seen by a supplier", ends_at=timezone.now() + timedelta(hours=1), by=None
    )
    for incident in (shown, hidden):
        _breach(incident)
        incident.refresh_from_db()
        _action_item(incident, owner=people["member"])
        incident.refresh_from_db()
    make.invited(first_name="Invited")  # has no password yet
    sent.end(Delivery.objects.filter(announcement__incident__isnull=False)[:1], DeliveryState.FAILED, answer="550 no")
    change = addresses.ask_address(everything, address="everything@example.org", by=None)
    link = addresses.confirm_url(change).rstrip("/").rpartition("/")[2]
    calendar = pm.make_calendar(by=people["Reliability"])
    pm.track(shown.postmortem.actionitems.get(), owner=people["Reliability"], by=None)
    index.read_marked()
    windows = _maintenance(page, sms, hidden, approver=people["Managers"], by=everything)
    return World(page, other, shown, hidden, people, everything, subscriber, channel, calendar, *windows, link)


def _maintenance(page, item, hidden, *, approver, by):
    draft = make.window(item, title="Disks swapped", by=by, starts_at=timezone.now() + timedelta(days=2))
    make.place_window(page, draft)
    approval = maintenance.ask_approval(draft, approver=approver, reason="They fail.", by=by)
    running = make.scheduled(item, page=page, title="Router upgrade")
    at = timezone.now() - timedelta(hours=1)
    Window.objects.filter(pk=running.pk).update(
        state=State.IN_PROGRESS, starts_at=at, started_at=at, ends_at=at + timedelta(hours=3)
    )
    maintenance.link_incident(running, hidden, by=None)
    scheduled = make.scheduled(item, page=page, title="Database moved")
    WindowTemplate.objects.create(name="Patches", title="Databases patched", kind="security")
    series = around.series(item, pages=[page], title="Patch night")
    [notice] = maintenance.ingest(b"No calendar", source="noc@operator.example", by=None)
    return draft, scheduled, running, approval, series, notice


def _restricted(page, item, *, member):
    """Public for a while, with all that may hold a secret, and told; then closed."""
    incident = make.suspicion(title="Zanzibar keys of Acme", summary="Quokka summary", by=member)
    actions.confirm(
        incident, rule=make.rule("flow"), severity=make.severity("major"), note="Dingo rule", owner=member, by=None
    )
    actions.set_impacts(incident, [make.affected(item, level=Level.MAJOR)], by=None)
    sent.told(page, incident, status=Status.IDENTIFIED, body="Numbat update")
    incident.refresh_from_db()
    actions.add_note(incident, text="Wombat note", by=member)
    actions.change_facts(incident, customer_impact="Wombat note", by=None)
    incident.refresh_from_db()
    return actions.set_audience(incident, audience=Audience.RESTRICTED, reason="Echidna reason", by=None)


def _breach(incident):
    at = timezone.now() - timedelta(minutes=30)
    Breach.objects.create(
        incident=incident, clock=Promise.FIRST_NOTICE, started_at=at - timedelta(minutes=15), due_at=at, noticed_at=at
    )


def _action_item(incident, *, owner):
    """Overdue, in a post-mortem that is being written while the incident is still watched."""
    actions.change_facts(incident, mitigated_at=timezone.now(), by=None)
    postmortem = pm.open_postmortem(incident, by=None)
    cause = pm.add(Cause, postmortem, text="Wombat note" if incident.is_restricted else "A lock was held.", by=None)
    item = pm.add(
        ActionItem,
        postmortem,
        text="Quokka summary" if incident.is_restricted else "Reports read from a copy.",
        owner=owner,
        due_on=timezone.localdate() - timedelta(days=3),
        by=None,
    )
    pm.link(item, cause, on=True, by=None)
    postmortem = pm.choose_way(postmortem, way=Way.FULL, by=None)
    [record] = pm.invite(postmortem, people=[owner], by=None)
    event = pm.add(Event, postmortem, record=record, at=incident.started_at, text=cause.text, by=None)
    pm.add(Cause, postmortem, record=record, text=cause.text, by=None)
    pm.attach(postmortem, event, ContentFile(cause.text.encode(), name="log.txt"), record=record, by=None)
    pm.comment(postmortem, section=postmortem.sections.first(), text=cause.text, by=owner)
    content = content_of(postmortem)
    digests = {"digest": frozen.digest(content), "customers_digest": frozen.digest(for_customers(content))}
    postmortem.versions.create(number=1, content=frozen.dump(content), by=owner, **digests)
    key = f"{incident.public_id}-file"
    postmortem.renderings.create(reader="internal", content={}, key=key, state="failed", error=cause.text)


def announcement_of(incident: Incident) -> Announcement:
    return Announcement.objects.filter(incident=incident).order_by("pk").first()
