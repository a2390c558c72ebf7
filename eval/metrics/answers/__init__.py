"""Metrics of what an answer says: gold facts and words, and whether it answers or refuses."""
