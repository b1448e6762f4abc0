"""A company that does not exist, with what it runs, who works there, and what happened to it in ninety days.

``people``, ``catalogue``, ``past`` and ``present`` hold data only; ``script`` gives them their words, ``stage`` plays
them through the actions that people use.
"""
