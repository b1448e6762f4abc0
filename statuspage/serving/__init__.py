"""Published pages answered from memory, before Django and without the database."""

from statuspage.serving.tree import PublishedTree

__all__ = ["PublishedTree"]
