"""Documents that mention some words: recognised, found by the words themselves, and cited."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest import ingest
from rag import Rag, Settings
from rag.requests.mentions import find_asked_words


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Which documents mention sidra?", "sidra"),
        ("which files mention the river Aln", "the river Aln"),
        ("How many reports mention “solar panels”?", "solar panels"),
        ("list all documents that mention copper", "copper"),
        ("Where is the Treaty of Rome mentioned?", "the Treaty of Rome"),
        ("does any file contain the word tariff?", "tariff"),
        ("in which letters is Ada mentioned", "Ada"),
        ("What does the report mention about copper?", ""),
        ("Who mentions copper?", ""),
        ("Which side effects are mentioned?", ""),
        ("Which documents do I need for a passport?", ""),
        ("", ""),
    ],
)
def test_what_asks_for_mentions(question: str, words: str) -> None:
    found = find_asked_words(question)
    assert (found.words if found else "") == words


@pytest.mark.parametrize("name", ["seeds/questions.jsonl", "bench/fresh_questions.jsonl"])
def test_plain_questions_ask_for_none(name: str) -> None:
    lines = (Path(__file__).parents[3] / name).read_text("utf-8").splitlines()
    assert len(lines) > 50
    assert not any(find_asked_words(json.loads(line)["question"]) for line in lines)


@pytest.fixture(scope="module")
def mill(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rag]:
    folder = tmp_path_factory.mktemp("mill")
    (folder / "wheel.md").write_text(
        "# The wheel\n\nThe wheel is made of oak. Copper nails hold it.\n", encoding="utf-8"
    )
    (folder / "roof.md").write_text(
        "# The roof\n\nThe roof is slate. It was once copper\nnails and all.\n", encoding="utf-8"
    )
    (folder / "pond.md").write_text("# The pond\n\nCarp live in it.\n", encoding="utf-8")
    settings = Settings(home=folder / "home")
    ingest([folder / name for name in ("wheel.md", "roof.md", "pond.md")], settings)
    with Rag(settings) as bot:
        yield bot


def test_each_document_is_cited_once(mill: Rag) -> None:
    answer = mill.ask("Which documents mention copper nails?")
    assert answer.intent == "documents"
    assert answer.text.splitlines()[0] == "2 documents mention “copper nails”."
    assert {Path(c.source).name for c in answer.citations} == {"wheel.md", "roof.md"}
    for citation in answer.citations:
        assert mill.source_text(citation)[citation.start : citation.end] == citation.quote
        assert "copper" in citation.quote.lower()


def test_what_no_document_mentions_is_refused_with_the_reason(mill: Rag) -> None:
    answer = mill.ask("Does any document mention zinc?")
    assert answer.status == "abstained"
    assert answer.explanation == ("No document mentions “zinc” in these very words.",)
