from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Notice:
    pk: int
    id: str
    text: str
    about: int | None = None  # a component
    starts_at: datetime | None = None  # from then on the component is under maintenance
    ends_at: datetime | None = None
