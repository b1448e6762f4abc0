from incidents.choices import ComponentState
from statuspage.snapshot.reading import Reading
from statuspage.snapshot.values import Impact, Loaded
from tests.statuspage.notices.values import Notice


class Board:
    """In place of a table of the database and its history."""

    def __init__(self):
        self.standing: dict[int, Notice] = {}
        self.ever: dict[int, Notice] = {}

    def put(self, notice: Notice) -> None:
        self.standing[notice.pk] = self.ever[notice.pk] = notice

    def take_down(self, notice: Notice) -> None:
        del self.standing[notice.pk]

    def load(self, reading: Reading) -> Loaded:
        touched = frozenset(self.ever if reading.touched is None else reading.touched)
        turns = [at for each in self.standing.values() for at in (each.starts_at, each.ends_at) if at]
        passed = {at for at in turns if at <= reading.now and (reading.due is None or at >= reading.due)}
        turned = {each.pk for each in self.standing.values() if {each.starts_at, each.ends_at} & passed}
        return Loaded(
            values=tuple(self.standing.values()),
            touched=touched & self.standing.keys(),
            loses_text=reading.taken_back & self.standing.keys(),
            gone=frozenset(self.ever[pk].id for pk in touched if pk not in self.standing),
            components=frozenset(anchor for pk in touched | turned for anchor in self._shows(self.ever[pk], reading)),
            turns=tuple(turns),
            impacts=tuple(
                Impact(anchor, None, ComponentState.MAINTENANCE, each.starts_at, each.ends_at)
                for each in self.standing.values()
                if each.starts_at
                for anchor in self._shows(each, reading)
            ),
        )

    def _shows(self, notice: Notice, reading: Reading) -> tuple[int, ...]:
        return reading.tree.anchors.get(notice.about, ())
