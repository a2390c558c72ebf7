"""Everything the code knows of English: word lists, patterns and the idf of common words.

``words/`` holds lists, one file each, closed classes in ``words/closed/``; ``patterns/`` holds what
no list can say. Nothing here imports another folder of ``rag``. Another language is another folder.
"""
