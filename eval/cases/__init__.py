"""Cases: what to ask, and what a right answer holds.

The doors are :func:`case.load_cases` and :func:`sets.load_set`. ``drafts`` and ``feedback`` draft
cases; ``libraries`` prepares the documents of a set.
"""
