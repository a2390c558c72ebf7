"""Text as it stands: characters, search terms, names, sentences, tables, author lines."""
