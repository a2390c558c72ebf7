"""Finds the documents, the part of them and the time that a question names."""
