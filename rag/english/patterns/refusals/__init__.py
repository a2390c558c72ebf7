"""How a text says that something is not in the documents: a sentence of it, or a whole answer."""
