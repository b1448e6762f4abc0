"""Promises with a deadline: the clocks that run, how those of the past were kept, and the figures of both."""
