"""Reads text from pictures: scanned pages of a PDF, and picture files.

``engine`` recognises the lines of a picture, ``columns`` puts them in reading order, ``page`` makes
them lines as those of a PDF, ``scans`` reads the scanned pages of a document and counts what is
doubtful, and ``pictures`` is the format of picture files.
"""
