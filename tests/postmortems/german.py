"""The same incident told in German, with the long words of that language: what is fixed in width has to hold them."""

from dataclasses import replace

from incidents.choices import Level
from postmortems.choices import ActionKind, ActionState, CauseKind, Lasts, SectionKind
from postmortems.document.facts import Counts, Impact, Notice
from postmortems.document.values import Action, Cause, Event, Mitigation, Paragraph, Section, Why
from tests.postmortems import long
from tests.postmortems.long import at

TEXTS = {
    SectionKind.SUMMARY: (
        "Zusammenfassung",
        "SMS und Einmalkennwörter, die über Frankfurt und Singapur gesendet wurden, kamen bis zu **1 h 28 min** "
        "verspätet "
        "an. Alle wurden zugestellt; keine Nachricht ging verloren, keine wurde doppelt gesendet.",
    ),
    SectionKind.IMPACT: (
        "Umfang und Auswirkungen",
        "Betroffen war jede Nachricht über die beiden Standorte. Die Benachrichtigungszustellungsbestätigungen "
        "verspäteten "
        "sich um ebenso viel.",
    ),
    SectionKind.TIMELINE: ("Zeitlicher Ablauf", ""),
    SectionKind.DETECTION: (
        "Erkennung und Erkennungslücke",
        "Die Überwachung meldete die Verzögerung nach 17 Minuten; unsere Frist sind 5. Die Sendegeschwindigkeit selbst "
        "wurde nicht überwacht.",
    ),
    SectionKind.ROOT_CAUSE: (
        "Grundursache",
        "Eine Konfigurationsänderung setzte einen Taktwert in der falschen Einheit: Je Standort wurden 30 statt 480 "
        "Nachrichten in der Sekunde gesendet.",
    ),
    SectionKind.FACTORS: ("Begünstigende Umstände", ""),
    SectionKind.MITIGATION: (
        "Entschärfung und Behebung",
        "Einmalkennwörter gingen ab 10:21 über Virginia. Der Wert wurde um 10:48 in Singapur und um 11:02 in Frankfurt "
        "berichtigt.",
    ),
    SectionKind.RESPONSE_LOG: ("Protokoll der Maßnahmen", ""),
    SectionKind.ACTIONS: ("Korrektur- und Vorbeugungsmaßnahmen", ""),
    SectionKind.CONTACT: ("Ansprechstelle und Freigabe", ""),
}

CONTENT = replace(
    long.CONTENT,
    title="Verspätete Kurznachrichten und Einmalkennwörter über Frankfurt und Singapur",
    severity="Kritisch",
    origin="Eigene Plattform",
    counts=Counts(1310, 4780, 1_855_000, "Nachrichten", "Die längste Wartezeit betrug 1 h 28 min.", "Keine verloren"),
    sections=tuple(
        Section(kind, title, paragraphs=(Paragraph(text),) if text else ()) for kind, (title, text) in TEXTS.items()
    ),
    events=(
        Event(at("09:14"), "Eine Konfigurationsänderung wird in Frankfurt und Singapur wirksam."),
        Event(at("09:31"), "Der Nachrichtenalterungsschwellwertalarm löst für Frankfurt aus."),
        Event(at("11:02"), "Frankfurt sendet wieder mit voller Geschwindigkeit."),
        Event(at("12:08"), "Der Vorfall ist behoben."),
    ),
    mitigations=(
        Mitigation(at("09:49"), "Zusätzliche Sendeprozesse in Frankfurt", "Nachrichtenübermittlungsdienst", "", None,
                   Lasts.NO_EFFECT, "Ohne Wirkung; um 10:05 zurückgenommen"),
        Mitigation(at("10:21"), "Einmalkennwortverkehr nach Virginia umgeleitet", "Verkehrslenkungsbereitschaft", "",
                   at("11:30"), Lasts.TEMPORARY, "Zustellung innerhalb von 45 Sekunden", (2,)),
    ),
    causes=(
        Cause(1, "Die Taktwertbedeutungsänderung der Ausgabe 2026.45 wurde ohne Umrechnung übernommen.",
              CauseKind.CONFIGURATION, True, whys=(
                  Why("Warum waren Nachrichten verspätet?", "Je Standort wurden höchstens 30 in der Sekunde gesendet."),
                  Why("Warum verhinderte es keine Prüfung?", "Die Konfigurationsprüfung vergleicht den Wert "
                                                             "nicht mit dem "
                                                             "Verkehrsaufkommen des Standorts."))),
        Cause(2, "Geschwindigkeitsbegrenzungskonfigurationsfelder tragen keine Einheit.", CauseKind.SOFTWARE),
    ),
    actions=(
        Action(1, "act_000000000001", "Die Einheit in den Feldnamen aufnehmen; den alten Namen zurückweisen",
               ActionKind.PREVENT, ActionState.IN_PROGRESS, role="Nachrichtenübermittlung",
               due_on=at("00:00", 27).date(), causes=(1, 2)),
        Action(2, "act_000000000002", "Eigene Warteschlange für Einmalkennwörter an jedem Standort", ActionKind.PREVENT,
               role="Authentifizierungsdienste", due_on=at("00:00", 30).date(), causes=(1,)),
    ),
    impacts=tuple(
        Impact(component, location, level, at(start), at(end))
        for component, location, level, start, end in (
            ("Kurznachrichten", "Frankfurt am Main", Level.MAJOR, "09:14", "11:02"),
            ("Kurznachrichten", "Singapur", Level.PARTIAL, "09:14", "10:48"),
            ("Zustellungsbestätigungen", "Frankfurt am Main", Level.DEGRADED, "09:20", "11:52"),
        )
    ),
    notices=(
        Notice(at("09:43"), "Wird untersucht", "Kurznachrichten über Frankfurt und Singapur sind verspätet.",
            at("10:13")),
        Notice(at("10:20"), "Ursache gefunden", "Ein Taktwert begrenzt beide Standorte.", at("11:10")),
        Notice(at("12:08"), "Behoben", "Alle zurückgehaltenen Nachrichten wurden gesendet."),
    ),
    contact="zuverlaessigkeit@ferrypost.example",
    records=(),
    meeting=None,
)  # fmt: skip
