"""Logos and colours of a page."""
