"""Other ways to use a library: asynchronously, by LangChain's types, and to add to it."""
