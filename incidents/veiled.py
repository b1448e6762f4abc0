"""Keys of rows as they stand in addresses and in ids of messages: a row is found by it, and nothing is counted by it.

Plain keys run on, so gaps between those that one may see would tell how many one may not. This is a permutation keyed
by ``SECRET_KEY`` (a Feistel network): nothing is stored for it, and a new secret gives every such row a new address.
"""

from __future__ import annotations

from django.utils.crypto import salted_hmac

ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"  # without l, o, 0 and 1, which people misread
LENGTH = 12
HALF = 30  # bits
MASK = (1 << HALF) - 1
ROUNDS = 4


def veil(key: int) -> str:
    left, right = key >> HALF, key & MASK
    for turn in range(ROUNDS):
        left, right = right, left ^ _mixed(turn, right)
    number = left << HALF | right
    return "".join(ALPHABET[number >> shift & 31] for shift in range(5 * (LENGTH - 1), -1, -5))


def read(text: str) -> int:
    """The key; 0, which no row has, where the text is none."""
    if len(text) != LENGTH or not set(text) <= set(ALPHABET):
        return 0
    number = 0
    for letter in text:
        number = number << 5 | ALPHABET.index(letter)
    left, right = number >> HALF, number & MASK
    for turn in reversed(range(ROUNDS)):
        left, right = right ^ _mixed(turn, left), left
    return left << HALF | right


def _mixed(turn: int, half: int) -> int:
    digest = salted_hmac("incidents.veiled", f"{turn}.{half}", algorithm="sha256").digest()
    return int.from_bytes(digest[:4], "big") & MASK


class VeiledConverter:
    """In addresses, as ``<veiled:pk>``: registered once, by the app."""

    regex = f"[{ALPHABET}]{{{LENGTH}}}"

    def to_python(self, value: str) -> int:
        return read(value)

    def to_url(self, value: int | str) -> str:
        return veil(int(value))
