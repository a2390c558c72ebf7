"""Passages for a question: candidates of both indexes, fused, reranked."""
