"""Fits the reader of question and sentence."""
