"""Answers in a chat model's words; every sentence is resolved to its sources and judged."""
