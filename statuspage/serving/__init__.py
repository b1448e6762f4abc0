"""What the web process serves of the published tree, and how live requests get their turn."""

from statuspage.serving.front import Front
from statuspage.serving.ledger import SERVED, Ledger
from statuspage.serving.tree import PublishedTree

__all__ = ["SERVED", "Front", "Ledger", "PublishedTree"]
