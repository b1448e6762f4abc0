"""Accounts of staff: their sessions, their history in words, and whose account somebody may act on."""
