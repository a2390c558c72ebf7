"""Text as it stands: characters, search terms, sentences, tables and what else a line can be."""
