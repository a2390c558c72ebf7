"""Models that are loaded once for all that use them."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path

import pytest

from rag import Embedder, Rag, Settings
from rag.models.loading import share
from rag.models.reader import Reader


def test_objects_with_the_same_settings_share_their_models(seeds_home: Path) -> None:
    settings = Settings(home=seeds_home, max_sentences=3)
    with Rag(settings) as one, Rag(settings.model_copy(update={"passages": 3})) as other:
        assert one.embedder is other.embedder
        assert one.reader is other.reader
        assert one.varied(max_sentences=1).embedder is one.embedder


@pytest.mark.parametrize(
    "change",
    [{"embedding_precision": "int8"}, {"embedding_backend": "torch"}, {"embedding_model": "x"}],
)
def test_other_settings_of_the_model_have_a_model_of_their_own(change: dict[str, str]) -> None:
    settings = Settings()
    kept = share(Embedder, settings)
    assert share(Embedder, settings.model_copy(update=change)) is not kept


def test_a_model_that_nobody_uses_is_let_go() -> None:
    made = share(Reader, Settings(embedding_precision="int8"))
    watched = weakref.ref(made)
    del made
    gc.collect()
    assert watched() is None
