"""Fits the judge of support."""
