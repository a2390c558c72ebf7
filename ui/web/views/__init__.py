"""Answers, messages and sources as HTML; pure functions.

Every text from a document, a model or a person is escaped (:mod:`ui.escape`). Each message of the
chat is one block of HTML on one line, so that the chat's Markdown reader leaves it as it is: no
link, image, formula or diagram can come out of a text.
"""
