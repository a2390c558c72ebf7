"""What the code knows of languages other than English: which one a text is in, function words and
abbreviations of each, and the names of all.

``words/`` has a file for each language in Latin or Cyrillic letters; the others are told by their
script. English has a folder of its own, :mod:`rag.english`.
"""
