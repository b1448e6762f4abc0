"""Post-mortems to try things on: a long one, a short one and a hostile one, with what a document of each needs."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO

from PIL import Image, ImageDraw

from incidents.choices import Level
from postmortems.choices import ActionKind, CauseKind, Metric, SectionKind
from postmortems.document.edition import Dress, Edition, SignOff
from postmortems.document.facts import Counts, Impact, Notice, Step, Times
from postmortems.document.frozen import digest
from postmortems.document.outline import shown
from postmortems.document.values import Action, Cause, Content, Event, Mitigation, Paragraph, Section, Why  # fmt: skip
from tests.postmortems import long as story
from tests.postmortems.long import at

LONG = story.CONTENT
DRESS = Dress("Ferrypost", color="#0b5fa5", address="https://status.ferrypost.example/i/inc_8v6q4wyzw4j3")

SHORT = Content(
    id="rca_short0000001", incident_id="inc_3kq8x2m7v5nd", title="Portal sign-in failed for one customer in five",
    severity="Minor", origin="Our platform", is_full=False,
    times=Times(at("13:02"), at("13:09"), at("13:10"), None, at("13:21"), at("13:27"), at("13:40")),
    counts=Counts(412, 2060),
    sections=(
        Section(SectionKind.TIMELINE, "Timeline"),
        Section(SectionKind.ROOT_CAUSE, "Root cause", paragraphs=(
            Paragraph("One of five sign-in servers kept the certificate of last year. It had been left out when "
                      "the others "
                      "were renewed, because it was being repaired on that day."),)),
        Section(SectionKind.IMPACT, "Impact", paragraphs=(
            Paragraph("One attempt to sign in to the portal in five failed with an error of the browser. A "
                      "second attempt "
                      "mostly worked. Sending was not affected."),)),
        Section(SectionKind.MITIGATION, "Resolution", paragraphs=(
            Paragraph("The server was taken out at 13:27, given the new certificate, and put back at 13:40."),)),
        Section(SectionKind.ACTIONS, "Actions"),
    ),
    events=(
        Event(at("13:02"), "The old certificate expires."),
        Event(at("13:09"), "Failed sign-ins pass 5 %."),
        Event(at("13:21"), "The fifth server is found."),
        Event(at("13:27"), "It is taken out."),
        Event(at("13:40"), "It is back, with the new certificate."),
    ),
    mitigations=(Mitigation(at("13:27"), "Takes the fifth server out", "Platform engineer", "Ines Moreau",
                            effect="No failed sign-in since"),),
    causes=(Cause(1, "A server under repair is left out when certificates are renewed.", CauseKind.PROCESS, True),),
    actions=(
        Action(1, "act_000000000001", "Check all servers after a renewal, those under repair too", ActionKind.PREVENT,
               owner="Ines Moreau", role="Platform", due_on=at("00:00", 27).date(), causes=(1,)),
        Action(2, "act_000000000002", "Alert 14 days before any certificate expires", ActionKind.DETECT,
               owner="Ines Moreau", role="Platform", due_on=at("00:00", 30).date(), causes=(1,)),
    ),
    impacts=(Impact("Portal", "", Level.PARTIAL, at("13:02"), at("13:27")),),
    steps=(Step(Metric.DETECT, 7, 10, "beginning"), Step(Metric.ACKNOWLEDGE, 1, 5, "detection"),
           Step(Metric.MITIGATE, 25, 60, "beginning"), Step(Metric.RESOLVE, 38, 240, "beginning")),
    contact="support@ferrypost.example",
)  # fmt: skip

ODD = "Ωmega Приклад 漢字 仮名 한글 שלום مرحبا हिन्दी ไทย 🚢🏽 👩‍👩‍👧 ⚠️ \u202eabc\u202c a\u0301\u0327 ﷽"
WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 3
MARKUP = "<script>alert(1)</script><b>bold</b> {{ o.title }} {% load x %} </style><img onerror=1> & &amp; \\ `*_[x](y)"
ENDING = "\u2028\u0085\u200b\ufeff end"


def hostile(rows: int = 200, causes: int = 40, actions: int = 30, impacts: int = 40, days: int = 3) -> Content:
    """Every text long, odd or like markup, over midnight, with many rows of everything and times that are missing."""
    start = at("22:47")
    end = start + timedelta(days=days, hours=3, minutes=11)

    def moment(place: int, of: int):
        return start + (end - start) * place / max(of - 1, 1)

    text = f"{MARKUP} {ODD} {ENDING}"
    spoken = f"{text}\n\n- {WORD}\n- x\n\n> {WORD}\n\n```\n{WORD}\n  <pre>\n```\n\n***\n\n1. a\n2. "
    spoken += f"[{WORD}](https://example.org/{WORD})"
    kinds = list(SectionKind)
    return Content(
        id="rca_hostile00001", incident_id="inc_hostile00001", title=f"{MARKUP} שלום {WORD} {ODD}", severity=WORD,
        origin=ODD, is_full=True, times=Times(start, start + timedelta(minutes=1), resolved_at=end),
        counts=Counts(10**9, 10**12, 10**15, WORD, text, text),
        sections=tuple(Section(kind, f"{kind.label} {ODD} {MARKUP}", paragraphs=(
            Paragraph(spoken), Paragraph(f"مرحبا {text}"))) for kind in kinds),
        events=tuple(Event(moment(n, rows), f"{n} {text}") for n in range(rows)),
        mitigations=tuple(Mitigation(moment(n, rows), f"{n} {text}", ODD, effect=WORD if n % 9 == 0 else "")
                          for n in range(rows)),
        causes=tuple(Cause(n, f"{n} {text}", CauseKind.DATA, n < 3, whys=(Why(WORD, ODD),) * (7 if n < 3 else 0))
                     for n in range(1, causes + 1)),
        actions=tuple(Action(n, f"act_{n:012d}", f"{n} {text}", list(ActionKind)[n % 4], role=ODD,
                             causes=tuple(range(n, min(n + 5, causes + 1)))) for n in range(1, actions + 1)),
        impacts=tuple(Impact(f"{WORD} {n // 7}", f"{ODD} {n % 7}", Level(n % 4), moment(n, 44),
                             None if n % 5 == 0 else moment(n + 3, 44)) for n in range(impacts)),
        notices=tuple(Notice(moment(n, 200), ODD, spoken, moment(n, 200) + timedelta(minutes=n))
                      for n in range(rows * 3 // 10)),
        steps=(Step(Metric.DETECT, None, None, ODD), Step(Metric.RESOLVE, 10**6, 1, WORD)),
        contact=WORD,
    )  # fmt: skip


def edition(content: Content, *, number: int = 2, is_draft: bool = False, is_internal: bool = False) -> Edition:
    """As the digest, the versions and the signatures would be."""
    signed = [("Reliability", "Oskar Nyman", "08:14"), ("Engineering leads", "Priya Nair", "08:40"),
              ("Management", "Claire Martin", "09:02")]  # fmt: skip
    signed = signed if content.is_full else signed[:1]
    edition = Edition(
        number=0 if is_draft else number,
        is_draft=is_draft,
        is_internal=is_internal,
        digest="",
        published_at=None if is_draft else at("09:10", 23),
        sign_offs=tuple(
            SignOff(role, "" if is_draft and place else name, None if is_draft and place else at(clock, 23))
            for place, (role, name, clock) in enumerate(signed)
        ),
        versions=() if is_draft else (
            (1, at("10:00", 21), "First published"),
            (2, at("09:10", 23), "Number of expired passcodes corrected from 41,000 to 41,200"),
        )[:number],
    )  # fmt: skip
    return replace(edition, digest=digest(shown(content, edition)))


def logo() -> bytes:
    """A small picture with a transparent ground."""
    image = Image.new("RGBA", (320, 64), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    pen.polygon([(4, 60), (32, 4), (60, 60)], fill="#0b5fa5")
    for place in range(6):
        pen.rectangle((84 + place * 40, 14, 110 + place * 40, 50), fill="#14171a")
    file = BytesIO()
    image.save(file, "PNG")
    return file.getvalue()
