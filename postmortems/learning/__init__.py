"""What was learned: search, similar incidents, recurring causes, and how long recovery takes. It only reads; what it
keeps for searching is derived (:mod:`postmortems.learning.index`)."""
