"""Everything the code knows of English: word lists, patterns and the idf of common words.

``words/`` holds the closed classes and other lists, one file each; the modules beside it hold what
no list can say. Nothing here imports another folder of ``rag``. Another language is another folder.
"""
