"""Public holidays of a country or a part of it (3-05). What a calendar knows beside them stands in its own rows."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

import holidays
from holidays.registry import COUNTRIES

ENGLISH = "en_US"
SOURCE = f"holidays {holidays.__version__}"  # a later version of the library may know other days


@lru_cache
def countries() -> list[tuple[str, str]]:
    """Code and English name of every country whose holidays are known, by name."""
    names = {codes[1]: re.sub(r"(?<=[a-z])(?=[A-Z])", " ", codes[0]) for codes in COUNTRIES.values()}
    codes = (code for code in holidays.list_supported_countries() if len(code) == 2)
    return sorted(((code, names.get(code, code)) for code in codes), key=lambda country: country[1])


@lru_cache
def subdivisions(country: str) -> tuple[str, ...]:
    """Codes of the parts of a country that have holidays of their own."""
    return tuple(holidays.list_supported_countries().get(country, ()))


@lru_cache(maxsize=512)
def part_names(country: str) -> dict[str, str]:
    """The same with their names, as they are called there, by name."""
    codes = subdivisions(country)
    known = holidays.country_holidays(country).get_subdivision_aliases() if codes else {}
    return dict(sorted(((code, next(iter(known.get(code, ())), code)) for code in codes), key=lambda part: part[1]))


@lru_cache(maxsize=512)
def public_holidays(country: str, subdivision: str, year: int) -> dict[date, str]:
    """By day with their names, in English where the library can; none for a country that it does not know."""
    if country not in dict(countries()):
        return {}
    part = subdivision if subdivision in subdivisions(country) else None
    kind = holidays.country_holidays(country, subdiv=part)
    language = ENGLISH if ENGLISH in kind.supported_languages else None
    found = holidays.country_holidays(country, subdiv=part, years=year, language=language)
    return {day: name for day, name in sorted(found.items()) if day.year == year}
