"""The record of an incident, as it is read: entries in words, in order, with what each edit changed."""
