"""Answers and sources as HTML."""
