"""Post-mortems of every kind, in which each thing that customers must not read holds a word of its own."""

from dataclasses import dataclass, field
from datetime import timedelta

from hypothesis import strategies as st

from incidents.choices import Level
from postmortems.choices import ActionKind, Affects, CauseKind, EventKind, Lasts, Metric, SectionKind, Visibility
from postmortems.document.facts import Counts, Impact, Notice, Step, Times
from postmortems.document.values import (  # fmt: skip
    Action,
    Cause,
    Content,
    Event,
    Meeting,
    Mitigation,
    Paragraph,
    RecordInfo,
    Section,
    Source,
    Why,
)
from tests.postmortems.long import at


@dataclass
class Words:
    """Hands out words that stand nowhere else, and remembers which of them are secret."""

    secret: list[str] = field(default_factory=list)
    count: int = 0

    def public(self) -> str:
        self.count += 1
        return f"open{self.count:04d}"

    def hidden(self) -> str:
        self.count += 1
        self.secret.append(f"Zq{self.count:04d}x")
        return self.secret[-1]

    def of(self, is_internal: bool) -> str:
        return self.hidden() if is_internal else self.public()


def times() -> st.SearchStrategy[Times]:
    """Any of them may be missing, and in any order."""
    moment = st.integers(0, 4000).map(lambda minutes: at("09:00") + timedelta(minutes=minutes))
    some = st.none() | moment
    return st.builds(Times, moment, moment, some, some, some, some, some, some)


@st.composite
def contents(draw, most: int = 4) -> tuple[Content, list[str]]:
    """A post-mortem, and the words in it that are for staff."""
    words, is_internal = Words(), st.booleans()
    moment = st.integers(0, 4000).map(lambda minutes: at("09:00") + timedelta(minutes=minutes))
    some = st.integers(0, most)

    def sources() -> tuple[Source, ...]:
        return (Source(words.hidden(), words.hidden()),) if draw(is_internal) else ()

    kinds = draw(st.lists(st.sampled_from(SectionKind), unique=True, max_size=9))
    sections = []
    for kind in kinds:
        hidden = draw(is_internal)
        inner = [draw(is_internal) for _n in range(draw(some))]
        sections.append(
            Section(
                kind,
                words.of(hidden),
                Visibility.INTERNAL if hidden else Visibility.CUSTOMERS,
                tuple(Paragraph(f"*{words.of(hidden or each)}*", each, sources()) for each in inner),
            )
        )
    shown = {section.kind for section in sections if not section.is_internal}

    def kept(hidden: bool, *needs: SectionKind) -> str:
        return words.of(hidden or not set(needs) & shown)

    causes = []
    for number, hidden in enumerate(sorted(draw(st.lists(is_internal, max_size=most))), start=1):
        is_root = draw(is_internal)
        home = SectionKind.ROOT_CAUSE if is_root else SectionKind.FACTORS
        inner = [hidden or draw(is_internal) for _n in range(draw(st.integers(0, 2)))]
        whys = tuple(Why(kept(each, home), kept(each, home), each) for each in inner)
        causes.append(
            Cause(number, kept(hidden, home), draw(st.sampled_from(CauseKind)), is_root,
                  draw(st.sampled_from(Affects)), whys, hidden, sources())
        )  # fmt: skip
    numbers = [cause.number for cause in causes]
    actions = []
    for number, hidden in enumerate(sorted(draw(st.lists(is_internal, max_size=most))), start=1):
        actions.append(
            Action(number, f"act_{number:012d}", kept(hidden, SectionKind.ACTIONS), draw(st.sampled_from(ActionKind)),
                   owner=words.hidden(), role=kept(hidden, SectionKind.ACTIONS), causes=tuple(numbers),
                   ticket=f"https://t.example/{words.hidden()}", proof=words.hidden(), is_internal=hidden,
                   sources=sources())
        )  # fmt: skip
    done = (SectionKind.MITIGATION, SectionKind.RESPONSE_LOG)
    is_printed_inside = any(section.kind in done and section.is_internal for section in sections)
    mitigations = []
    for is_marked in draw(st.lists(is_internal, max_size=most)):
        hidden = is_marked or is_printed_inside
        mitigations.append(
            Mitigation(draw(moment), kept(hidden, *done), kept(hidden, *done), words.hidden(), draw(st.none() | moment),
                       draw(st.sampled_from(Lasts)), kept(hidden, *done), tuple(a.number for a in actions), is_marked,
                       sources())
        )  # fmt: skip
    events = [
        Event(draw(moment), kept(hidden, SectionKind.TIMELINE), draw(st.sampled_from(EventKind)), hidden, sources(),
              f"https://e.example/{words.hidden()}")
        for hidden in draw(st.lists(is_internal, max_size=most))
    ]  # fmt: skip
    impacts = [
        Impact(words.public(), draw(st.sampled_from(["", "Here", "There"])), draw(st.sampled_from(Level)), draw(moment),
               draw(st.none() | moment))
        for _n in range(draw(some))
    ]  # fmt: skip
    has_counts = not (uncounted := draw(is_internal)) and SectionKind.IMPACT in shown
    counts = Counts(
        draw(st.none() | st.integers(0, 9)), draw(st.none() | st.integers(0, 9)), draw(st.none() | st.integers(0, 9)),
        words.of(not has_counts), words.of(not has_counts), words.of(not has_counts), uncounted,
    )  # fmt: skip
    content = Content(
        id="rca_generated000", incident_id="inc_generated000", title=words.public(), severity=words.public(),
        origin=words.public(), is_full=draw(st.booleans()), times=draw(times()),
        counts=counts,
        sections=tuple(sections), events=tuple(events), mitigations=tuple(mitigations), causes=tuple(causes),
        actions=tuple(actions), impacts=tuple(impacts),
        notices=tuple(Notice(draw(moment), words.public(), words.public(), draw(st.none() | moment))
                      for _n in range(draw(some))),
        steps=tuple(Step(metric, draw(st.none() | st.integers(0, 99)), draw(st.none() | st.integers(0, 99)),
                         words.public(), words.hidden(), words.hidden())
                    for metric in draw(st.lists(st.sampled_from(Metric), unique=True))),
        records=(RecordInfo(words.hidden(), words.hidden(), words.hidden(), draw(st.none() | moment)),),
        meeting=Meeting(draw(moment), 5, (words.hidden(),), words.hidden()) if draw(is_internal) else None,
        contact=words.public(), settled=(words.hidden(),),
    )  # fmt: skip
    return content, words.secret
