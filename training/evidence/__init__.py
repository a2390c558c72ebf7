"""Fits which sentences answer, and the confidence."""
