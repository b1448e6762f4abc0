"""Screens of the staff side that the status pages own; the workspace of an incident embeds some by URL name."""
