"""A made-up kind of subject and of document: words to readers, each at an address of its own, as plain text.

This is all that a kind is: what documents know of it (``values``), the function that loads it, which may use the
database (``load``), the one that draws it, which may not (``documents``), and a line in each of the two tables.
"""
