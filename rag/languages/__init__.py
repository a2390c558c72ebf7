"""Languages other than English: which one a text is in, its function words, abbreviations, stems.

``words/`` has a file for each language in Latin or Cyrillic letters; the others are told by their
script. English has a folder of its own, :mod:`rag.english`.
"""
