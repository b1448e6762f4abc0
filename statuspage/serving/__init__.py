"""Published pages answered from memory, before Django and without the database."""

from statuspage.serving.ledger import SERVED, Ledger
from statuspage.serving.tree import PublishedTree

__all__ = ["SERVED", "Ledger", "PublishedTree"]
