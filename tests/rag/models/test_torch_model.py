"""The reference: sentence-transformers, and its token vectors."""

from __future__ import annotations

import numpy as np
import pytest

from rag import Embedder, Settings

TEXTS = [
    "",
    "cells",
    "How is leukemia treated?",
    " Weißes Blut\n白血病 🧬 ",
    "Stem cells divide and renew. " * 90,
]


@pytest.fixture(scope="module")
def reference() -> Embedder:
    return Embedder(settings=Settings(embedding_backend="torch"))


def test_it_says_what_runs_it(reference: Embedder) -> None:
    assert reference.backend.startswith("sentence-transformers ")


def test_both_backends_are_the_same_model(reference: Embedder, embedder: Embedder) -> None:
    assert embedder.backend.startswith("OpenVINO ")
    assert reference.identity == embedder.identity
    assert (reference.embed(TEXTS) * embedder.embed(TEXTS)).sum(axis=1).min() > 0.999


def test_both_backends_give_the_same_token_vectors(reference: Embedder, embedder: Embedder) -> None:
    pairs = zip(reference.embed_tokens(TEXTS), embedder.embed_tokens(TEXTS), strict=True)
    for theirs, ours in pairs:
        assert np.array_equal(theirs.spans, ours.spans)
        assert theirs.pooled @ ours.pooled > 0.999
        lengths = np.linalg.norm(theirs.vectors, axis=1) * np.linalg.norm(ours.vectors, axis=1)
        cosines = (theirs.vectors * ours.vectors).sum(axis=1) / lengths
        assert not len(cosines) or cosines.min() > 0.999


def test_token_vectors_pool_to_the_vector_of_the_text(reference: Embedder) -> None:
    vectors = reference.embed(TEXTS)
    for vector, tokens in zip(vectors, reference.embed_tokens(TEXTS), strict=True):
        assert tokens.pooled @ vector > 0.9999
