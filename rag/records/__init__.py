"""Answers what is asked of the rows of a table: the rows that fit, the most, how many, a sum.

A question is answered here only if every word of it is understood as a column, a cell, or one of a
few operations; anything else goes on as a plain question. The rows used are shown and cited.
"""
