"""What stands on the first page: five questions with their answers, and each step of the response against its limit."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _, ngettext, pgettext

from incidents.markdown import one_line
from incidents.wording import listing, placed
from postmortems.choices import ActionState, Metric, SectionKind
from postmortems.document.facts import Counts, Step
from postmortems.document.outline.course import Course
from postmortems.document.outline.values import Answer, Measure
from postmortems.document.values import Action, Content
from postmortems.document.words import (
    TIGHT,
    Calendar,
    due_day,
    first_sentences,
    lasting,
    number,
    percentage,
    sentence,
    without_stop,
)

LONG = 235  # letters of an answer
GROUPS = 3  # of components that are hit in the same places
FIRST = 3  # actions that are named


def answers(content: Content, course: Course, calendar: Calendar) -> tuple[Answer, ...]:
    """A question without an answer is not asked."""
    asked = [
        (pgettext("of an incident", "What happened"), _what(content)),
        (pgettext("of an incident", "Who, how long"), scope(content, course, calendar)),
        (pgettext("of an incident", "Why"), _why(content)),
        (pgettext("of an incident", "What was done"), _done(content)),
        (pgettext("of an incident", "What prevents it"), _prevents(content)),
    ]
    return tuple(Answer(question, text) for question, text in asked if text)


def _what(content: Content) -> str:
    """The summary; a short post-mortem has none, and says under its impact what customers noticed, or else nothing that
    they were not told first."""
    text = _first_paragraph(content, SectionKind.SUMMARY) or _first_paragraph(content, SectionKind.IMPACT)
    if text or content.is_full or not content.notices:
        return text
    return first_sentences(one_line(min(content.notices, key=lambda each: each.at).text), LONG)


def _first_paragraph(content: Content, kind: SectionKind) -> str:
    """The first that customers read too, so that both documents begin alike."""
    section = content.section(kind)
    if section is None or section.is_internal:
        return ""
    texts = (one_line(paragraph.text) for paragraph in section.paragraphs if not paragraph.is_internal)
    return first_sentences(next(filter(None, texts), ""), LONG)


def scope(content: Content, course: Course, calendar: Calendar) -> str:
    """1,310 of 4,780 customers (27.4 %), 1,855,000 messages. From 09:14 to 12:08 UTC: 2 h 54 min. In SMS and Verify."""
    return " ".join(extent(content, course, calendar))


def extent(content: Content, course: Course, calendar: Calendar) -> list[str]:
    counts, sentences, said = _counts(content), [], []
    if counts.customers is not None:
        said.append(_customers(counts))
    if counts.volume is not None:
        said.append(f"{number(counts.volume)}{TIGHT}{counts.volume_unit}".strip())
    if said:
        sentences.append(sentence(_(", ").join(said)))
    began = content.times.started_at
    if over := content.times.resolved_at:
        told = {"stretch": calendar.stretch(began, over), "span": lasting(over - began)}
        sentences.append(_("From %(stretch)s: %(span)s.") % told)
    else:
        sentences.append(_("Since %(moment)s.") % {"moment": calendar.moment(began)})
    if course.strips:
        sentences.append(sentence(_("Affected: %(places)s") % {"places": _places(course)}))
    if counts.lasting:
        sentences.append(sentence(counts.lasting))
    return sentences


def _places(course: Course) -> str:
    """SMS and Verify in Frankfurt and Singapore; Voice in Virginia."""
    where: dict[str, list[str]] = {}
    for strip in course.strips:
        where.setdefault(strip.component, []).append(strip.location)
    alike: dict[tuple[str, ...], list[str]] = {}
    for component, locations in where.items():
        alike.setdefault(() if "" in locations else tuple(locations), []).append(component)
    groups = [placed(listing(names), listing(locations)) for locations, names in alike.items()]
    if rest := len(groups) - GROUPS:
        groups[GROUPS:] = [ngettext("%(n)d more", "%(n)d more", rest) % {"n": rest}] if rest > 0 else []
    return _("; ").join(groups)


def _counts(content: Content) -> Counts:
    """Those that customers read too, so that both documents begin alike."""
    return Counts() if content.counts.is_internal else content.counts


def _customers(counts: Counts) -> str:
    if counts.customers_total is None or counts.percent is None:
        return ngettext("%(n)s customer", "%(n)s customers", counts.customers) % {"n": number(counts.customers)}
    told = {"n": number(counts.customers), "all": number(counts.customers_total), "share": percentage(counts.percent)}
    return (
        ngettext(
            "%(n)s of %(all)s customer (%(share)s)", "%(n)s of %(all)s customers (%(share)s)", counts.customers_total
        )
        % told
    )


def _why(content: Content) -> str:
    roots = content.roots
    if not any(cause.is_internal for cause in roots):
        causes = roots
    else:
        causes = tuple(cause for cause in roots if not cause.is_internal)
    told = first_sentences(" ".join(sentence(cause.text) for cause in causes), LONG)
    return told or _first_paragraph(content, SectionKind.ROOT_CAUSE)


def _done(content: Content) -> str:
    if text := _first_paragraph(content, SectionKind.MITIGATION):
        return text
    done = (sentence(each.text) for each in content.mitigations if not each.is_internal and each.lasts != "no_effect")
    return first_sentences(" ".join(done), LONG)


def _prevents(content: Content) -> str:
    """The first of what lasts, with the day by which it is done, and how many more actions the document has."""
    lasting_ones = [each for each in content.working if not each.is_temporary and not each.is_internal]
    named: list[str] = []
    letters = 0
    for action in lasting_ones[:FIRST]:
        text = f"{first_sentences(without_stop(action.text), LONG // 2)}{_day(action)}."
        if named and letters + len(text) > LONG:
            break
        named.append(text)
        letters += len(text)
    if not named:
        return ""
    if rest := len(content.working) - len(named):
        named.append(ngettext("One more action follows.", "%(n)d more actions follow.", rest) % {"n": rest})
    return " ".join(named)


def _day(action: Action) -> str:
    if action.state == ActionState.DONE:
        done = action.done_on or action.due_on
        return f" ({_('done %(day)s') % {'day': due_day(done)} if done else _('done')})"
    return f" ({_('by %(day)s') % {'day': due_day(action.due_on)}})" if action.due_on else ""


def _took(minutes: int | None) -> str:
    """Set large, and so as short as it gets."""
    if minutes is None:
        return "–"
    return lasting(minutes) if minutes else _("<1 min").replace(" ", TIGHT)


def measures(steps: Iterable[Step], *, is_internal: bool) -> tuple[Measure, ...]:
    return tuple(_measure(step, is_internal=is_internal) for step in steps)


def _measure(step: Step, *, is_internal: bool) -> Measure:
    share = step.minutes / step.limit if step.minutes is not None and step.limit else None
    if step.minutes is None:
        verdict = _("not recorded")
    elif step.limit is None:
        verdict = _("no limit")
    elif step.over:
        verdict = _("%(span)s over") % {"span": lasting(step.over)}
    else:
        verdict = pgettext("a limit was kept", "within")
    alternative = _("%(n)s of the limit used") % {"n": percentage(round(100 * share))} if share is not None else ""
    dispute = ""
    if is_internal and step.dispute:
        who = step.disputed_by
        dispute = f"{without_stop(step.dispute)} ({who})." if who else sentence(step.dispute)
    return Measure(
        name=str(Metric(step.metric).label),
        minutes=step.minutes,
        took=_took(step.minutes),
        limit=lasting(step.limit) if step.limit is not None else "–",
        since=step.since,
        verdict=verdict,
        share=share,
        is_over=step.over > 0,
        alternative=alternative,
        dispute=dispute,
    )
