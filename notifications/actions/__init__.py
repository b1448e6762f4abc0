"""The verbs of telling people. Only they write what has a life."""
