"""Walks: every address, as every kind of person, in every way (``make walk``; a draw of them in each run of the suite).

Nothing here lists screens. Addresses come from the resolver, lists from the admin's registry, lookups and tables from
the models; ``verdicts`` says who may do what there, and a new address without a verdict fails.
"""
