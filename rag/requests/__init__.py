"""Answers about documents rather than in them: an overview, a list, an outline, a welcome.

Every sentence of theirs is the documents' own and opens what it cites; what citespan itself says
stands in the text between them.
"""
