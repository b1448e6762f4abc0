"""What a document says of itself: how it came about, who answers for it, which version it is."""

from __future__ import annotations

from django.utils.translation import gettext as _, ngettext, pgettext

from incidents.markdown import has_words
from incidents.markdown.portable import escaped
from incidents.wording import listing
from postmortems.document.addresses import linked
from postmortems.document.edition import Dress, Edition
from postmortems.document.outline.values import Block, Digest, Head, Line, Prose, Row, Table
from postmortems.document.values import Content
from postmortems.document.words import Calendar, full_day, lasting


def contact(content: Content, dress: Dress) -> Prose | None:
    told = []
    if content.contact:
        told.append(
            _("Questions about this document: %(contact)s, naming %(incident)s.")
            % {"contact": linked(content.contact), "incident": escaped(content.incident_id)}
        )
    if dress.address:
        told.append(_("The incident keeps its page at %(address)s.") % {"address": linked(dress.address)})
    return Prose(" ".join(told)) if told else None


def sign_offs(edition: Edition, calendar: Calendar) -> Table | None:
    if not edition.sign_offs:
        return None
    heads = [Head(pgettext("who signs for what", "For"))]
    heads += [Head(_("Name"), is_internal=True)] if edition.is_internal else []
    heads.append(Head(pgettext("when somebody signed", "Signed")))
    rows = []
    for each in edition.sign_offs:
        when = Line(calendar.moment(each.at)) if each.at else Line(_("Not yet signed"), "quiet")
        name = [(Line(each.name or "–"),)] if edition.is_internal else []
        rows.append(Row(((Line(each.role),), *name, (when,))))
    return Table(name="signed", title=_("Sign-offs"), heads=tuple(heads), rows=tuple(rows))


def signed_line(edition: Edition, calendar: Calendar) -> str:
    """The same in one sentence, for a short post-mortem; empty where nobody is asked to sign."""
    told = []
    for each in edition.sign_offs:
        who = f"{each.role} ({each.name})" if edition.is_internal and each.name else each.role
        when = calendar.moment(each.at) if each.at else _("not yet signed")
        told.append(_("%(who)s, %(when)s") % {"who": who, "when": when})
    return escaped(_("Signed for %(names)s.") % {"names": _("; ").join(told)}) if told else ""


def versions(edition: Edition, calendar: Calendar) -> Table | None:
    if not edition.versions:
        return None
    rows = tuple(
        Row(((Line(str(number), "strong"),), (Line(calendar.moment(at)),), (Line(changed or "–"),)))
        for number, at, changed in sorted(edition.versions, key=lambda each: -each[0])
    )
    return Table(
        name="versions",
        heads=(Head(_("Version")), Head(pgettext("of a version", "Published")), Head(_("What changed"))),
        rows=rows,
    )


def digest(edition: Edition, *, is_full: bool) -> Digest:
    groups = tuple(edition.digest[at : at + 8] for at in range(0, len(edition.digest), 8))
    note = ""
    if edition.is_draft:
        note = _("The same record always gives the same digest. A draft has the digest of what it shows today.")
    elif is_full:
        note = _(
            "The same record always gives the same digest. "
            "A published version does not change; a correction is a new version."
        )
    return Digest(_("Digest (SHA-256) of the record this document was made from"), groups, note)


def about(content: Content, edition: Edition, calendar: Calendar) -> tuple[Block, ...]:
    """For whom it is, where it comes from, in which zone its times are; to staff also whose records it rests on."""
    blocks: list[Block] = [Prose(_whom(edition)), Prose(_times(content, calendar))]
    if edition.is_internal:
        blocks += [each for each in (_records(content, calendar), *_meeting(content, calendar)) if each]
        if content.settled:
            texts = "\n".join(f"- {escaped(' '.join(text.split()))}" for text in content.settled)
            blocks.append(Prose(texts, is_internal=True, title=_("How contradictions were settled")))
    return tuple(blocks)


def _whom(edition: Edition) -> str:
    whom = _("This is the internal version.") if edition.is_internal else _("This is the customers’ version.")
    told = [
        whom,
        _("It is drawn from the records of those involved and from times stamped while the incident was open."),
    ]
    if edition.is_internal:
        told.append(_("What is marked as internal is absent from the customers’ version, which is otherwise the same."))
        told.append(
            _("Notes such as A 4.1 name a record, its section and entry that something rests on; T, the timeline.")
        )
    if edition.is_draft:
        told.append(_("It is a draft: not approved, and not to be passed on."))
    elif not edition.is_internal:
        told.append(_("You may pass it on unchanged."))
    return " ".join(told)


def _times(content: Content, calendar: Calendar) -> str:
    zone = escaped(calendar.zone_name(content.times.started_at))
    if calendar.day:
        where = _("All times are in %(zone)s, on %(day)s, where no other day is given.")
        where %= {"zone": zone, "day": full_day(calendar.day)}
    else:
        where = _("All times are in %(zone)s.") % {"zone": zone}
    return f"{where} {_('Durations are rounded down to whole minutes.')}"


def _records(content: Content, calendar: Calendar) -> Table | None:
    if not content.records:
        return None
    rows = tuple(
        Row((
            (Line(each.letter),),
            (Line(each.name),),
            (Line(each.author or "–"),),
            (Line(calendar.moment(each.submitted_at)) if each.submitted_at else Line(_("Not submitted"), "quiet"),),
        ))
        for each in content.records
    )  # fmt: skip
    heads = (Head(pgettext("a document", "Record")), Head(pgettext("whose record", "Of")), Head(_("Author")),
             Head(pgettext("a record", "Submitted")))  # fmt: skip
    return Table(name="records", title=_("Records"), heads=heads, rows=rows, is_internal=True)


def _meeting(content: Content, calendar: Calendar) -> list[Block]:
    meeting = content.meeting
    if meeting is None:
        return []
    when = calendar.moment(meeting.at)
    if meeting.minutes:
        when = _("%(moment)s, for %(span)s") % {"moment": when, "span": lasting(meeting.minutes)}
    told = [when]
    if meeting.attendees:
        count = len(meeting.attendees)
        who = ngettext("%(n)d attendee: %(names)s", "%(n)d attendees: %(names)s", count)
        told.append(who % {"n": count, "names": listing(list(meeting.attendees), None)})
    lines = [Prose(escaped(". ".join(told)) + "\\.", is_internal=True, title=_("Review meeting"))]
    return [*lines, *([Prose(meeting.text, is_internal=True)] if has_words(meeting.text) else [])]
