"""What is known of English, as data files and the functions that read them.

Nothing else in the tree holds a list of English words. Another language is another folder.
"""
