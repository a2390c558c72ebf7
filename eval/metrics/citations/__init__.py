"""Metrics of what supports an answer: its citations, and the sentences that they support."""
