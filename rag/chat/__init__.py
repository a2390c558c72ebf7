"""A chat model writes the answer; every sentence of it is resolved and judged."""
