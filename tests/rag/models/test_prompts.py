"""Another embedding model: its prompts, its languages, and a library made with it.

The model is a BERT of a few kilobytes with random weights, made on the spot: it tests the wiring
and no meaning.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
from transformers import BertConfig, BertModel, BertTokenizerFast

from ingest import ingest
from rag import Embedder, Rag, Settings
from rag.errors import EmbedderMismatchError
from rag.models.loading import Prompts, choose_prompts, read_languages

PROMPTS = {"query": "ask: ", "document": "say: "}
_WORDS = "ask say : der die das ist wie wo ein eine hund katze haus garten rot blau im und"


@pytest.fixture(scope="module")
def random_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model with random weights that wants prompts and says that it reads German and English."""
    raw, folder = tmp_path_factory.mktemp("raw"), tmp_path_factory.mktemp("model") / "random"
    letters = [chr(code) for code in range(97, 123)]
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *_WORDS.split(), *letters]
    vocabulary += [f"##{letter}" for letter in letters]
    places = {piece: place for place, piece in enumerate(dict.fromkeys(vocabulary))}
    tokenizer = BertTokenizerFast(vocab=places, model_max_length=64)
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        intermediate_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        max_position_embeddings=64,
        initializer_range=0.5,
    )
    BertModel(config).save_pretrained(raw)
    tokenizer.save_pretrained(raw)
    transformer = Transformer(str(raw), max_seq_length=64)
    pooling = Pooling(transformer.get_embedding_dimension())
    SentenceTransformer(modules=[transformer, pooling], prompts=PROMPTS).save(str(folder))
    (folder / "README.md").write_text("---\nlanguage:\n- de\n- en\ntags: []\n---\n", "utf-8")
    return folder


@pytest.fixture(params=["auto", "torch"])
def embedder(request: pytest.FixtureRequest, random_model: Path) -> Embedder:
    return Embedder(str(random_model), Settings(embedding_backend=request.param))


def test_questions_and_passages_get_the_prompts_of_the_model(
    embedder: Embedder, random_model: Path
) -> None:
    plain = SentenceTransformer(str(random_model))
    text = "wo ist die katze"
    asked, said = plain.encode(["ask: " + text, "say: " + text], normalize_embeddings=True)
    assert embedder.embed_words([text])[0] @ asked > 0.999
    assert embedder.embed([text])[0] @ said > 0.999
    assert not np.allclose(asked, said, atol=0.01)


def test_the_prompt_takes_part_of_what_the_model_reads(embedder: Embedder) -> None:
    assert embedder.max_tokens == 64 - 2 - 2


def test_settings_outrank_the_prompts_of_the_model(random_model: Path) -> None:
    other = Embedder(str(random_model), Settings(embedding_passage_prompt=""))
    assert other.prompts == Prompts("ask: ", "")
    assert other.identity != Embedder(str(random_model)).identity


def test_a_library_made_with_other_prompts_is_not_asked(random_model: Path, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Die Katze ist im Haus. Der Hund ist im Garten.", "utf-8")
    settings = Settings(home=tmp_path / "home", embedding_model=str(random_model))
    report = ingest([tmp_path / "a.txt"], settings)
    assert (report.failed, report.unread) == ((), ())
    with Rag(settings) as bot:
        answer = bot.ask("Wo ist die Katze?")
        assert answer.passages[0].text.startswith("Die Katze")
        assert 0 <= answer.confidence < 1
    changed = settings.model_copy(update={"embedding_passage_prompt": "tell: "})
    with Rag(changed) as bot, pytest.raises(EmbedderMismatchError):
        bot.ask("Wo ist die Katze?")


@pytest.mark.parametrize(
    ("name", "known", "chosen"),
    [
        ("multilingual-e5-small", {}, Prompts("query: ", "passage: ")),
        ("multilingual-e5-small", {"query": "q: "}, Prompts("q: ", "")),
        ("some-model", {"query": "q: ", "document": "", "passage": "p: "}, Prompts("q: ", "p: ")),
        ("some-model", {"classification": "c: "}, Prompts()),
        ("paraphrase-multilingual-MiniLM-L12-v2", {"query": "", "document": ""}, Prompts()),
        ("mode5", {}, Prompts()),
    ],
)
def test_prompts_are_chosen_by_their_names(
    name: str, known: dict[str, str], chosen: Prompts
) -> None:
    assert choose_prompts(name, known) == chosen


@pytest.mark.parametrize(
    ("head", "languages"),
    [
        ("language: en", {"en"}),
        ("language:\n- de\n- pt-BR\nlicense: mit", {"de", "pt"}),
        ("language: [de, fr]", {"de", "fr"}),
        ("language:\n  - multilingual\n  - af", None),
        ("license: mit", None),
    ],
)
def test_languages_are_read_from_the_head_of_the_readme(
    tmp_path: Path, head: str, languages: set[str] | None
) -> None:
    (tmp_path / "README.md").write_text(f"---\n{head}\n---\n# A model\nlanguage: xx\n", "utf-8")
    assert read_languages(tmp_path) == languages


def test_a_model_without_a_readme_reads_any_language(tmp_path: Path) -> None:
    assert read_languages(tmp_path) is None
    config = {"prompts": None}
    (tmp_path / "config_sentence_transformers.json").write_text(json.dumps(config), "utf-8")
    assert Embedder(str(tmp_path)).prompts == Prompts()
    assert Embedder(str(tmp_path)).reads("ja")
