"""Public forms of question sets, read whole or refused with the place and the remedy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from eval import CasesError, evaluate, load_set, seed_set
from eval.cases import libraries
from eval.cases.libraries import identity_of, prepare_library
from eval.cases.sets import Text
from rag import Rag, Settings

CORPUS = [
    {"_id": "d1", "title": "Grey_heron", "text": "The grey heron nests in tall trees by lakes."},
    {"_id": "d2", "title": "", "text": "Storks breed on roofs in Spain."},
]
QUERIES: list[dict[str, Any]] = [
    {"_id": "q1", "text": "Where do grey herons nest? "},
    {"_id": "q2", "text": "Where do storks breed?", "answers": ["roofs", "on roofs", "roofs"]},
    {"_id": "q3", "text": "Where do storks sleep?", "answers": [], "is_impossible": True},
    {
        "_id": "q4",
        "text": "Which birds are there?",
        "type": "list",
        "exact_answer": [["heron", "grey heron"], ["stork"]],
        "ideal_answer": ["There are herons and storks."],
    },
    {"_id": "q5", "text": "Do storks breed?", "type": "yesno", "exact_answer": "yes"},
    {"_id": "q6", "text": "A query of another split?"},
]
QRELS = "query-id\tcorpus-id\tscore\nq1\td1\t2\nq2\td2\t1\nq3\td2\t1\nq5\td2\t1\nq1\td2\t0\n"


def beir(folder: Path, **files: str) -> Path:
    texts = {
        "corpus.jsonl": "\n".join(map(json.dumps, CORPUS)),
        "queries.jsonl": "\n".join(map(json.dumps, QUERIES)),
        "qrels.tsv": QRELS,
    } | files
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_a_beir_folder_is_read(tmp_path: Path) -> None:
    found = load_set(beir(tmp_path))
    cases = {case.id: case for case in found.cases}
    assert found.documents == (
        Text("d1", "Grey heron", CORPUS[0]["text"]),
        Text("d2", "", CORPUS[1]["text"]),
    )
    assert list(cases) == ["q1", "q2", "q3", "q4", "q5"]
    assert cases["q1"].relevant == (("d1", 2),)
    assert cases["q1"].question == "Where do grey herons nest?"
    assert cases["q2"].facts == (("roofs", "on roofs"),)
    assert not cases["q3"].answerable
    assert cases["q3"].kind == "adversarial"
    assert cases["q4"].facts == (("heron", "grey heron"), ("stork",))
    assert cases["q4"].answers == ("There are herons and storks.",)
    assert cases["q5"].facts == ()
    assert cases["q5"].kind == "yesno"


def test_a_squad_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "dev.json"
    answers = [{"text": "trees", "answer_start": 1}, {"text": "tall trees", "answer_start": 1}]
    squad = {
        "version": "v2.0",
        "data": [
            {
                "title": "Grey_heron",
                "paragraphs": [
                    {
                        "context": "It nests in tall trees.",
                        "qas": [
                            {"id": "1", "question": "Where?", "answers": answers},
                            {"id": "2", "question": "When?", "answers": [], "is_impossible": True},
                        ],
                    }
                ],
            }
        ],
    }
    path.write_text(json.dumps(squad))
    found = load_set(path)
    assert found.documents == (Text("Grey_heron-0", "Grey heron", "It nests in tall trees."),)
    assert found.cases[0].answers == ("trees", "tall trees")
    assert found.cases[0].relevant == (("Grey_heron-0", 1),)
    assert not found.cases[1].answerable


@pytest.mark.parametrize(
    ("files", "remedy"),
    [
        ({"qrels.tsv": "h\nq1 d1 1"}, "line 2: write query, document and grade"),
        ({"qrels.tsv": "h\nq1\tnowhere\t1"}, '"nowhere" is not in corpus'),
        ({"qrels.tsv": "h\n", "queries.jsonl": '{"_id": "q", "text": "x?"}'}, "no query with"),
        ({"corpus.jsonl": '{"_id": "d1"}'}, '"text" must be text'),
        ({"queries.jsonl": '{"_id": "q1", "text": ""}'}, '"text" must be the question'),
        ({"queries.jsonl": "[]"}, "line 1: not a JSON object"),
    ],
)
def test_a_broken_beir_folder_is_named_with_its_place(
    tmp_path: Path, files: dict[str, str], remedy: str
) -> None:
    with pytest.raises(CasesError) as caught:
        load_set(beir(tmp_path, **files))
    assert remedy in str(caught.value)


def test_a_folder_without_qrels_and_a_file_that_is_not_squad_are_refused(tmp_path: Path) -> None:
    beir(tmp_path)
    (tmp_path / "qrels.tsv").unlink()
    with pytest.raises(CasesError, match=r"has no qrels\.tsv"):
        load_set(tmp_path)
    (tmp_path / "x.json").write_text('{"data": [{"paragraphs": [{}]}]}')
    with pytest.raises(CasesError, match="not a SQuAD file"):
        load_set(tmp_path / "x.json")
    with pytest.raises(CasesError, match="cannot be read"):
        load_set(tmp_path / "none.json")


def test_a_sample_is_the_same_for_the_same_seed_and_keeps_the_order() -> None:
    whole = seed_set()
    ids = [case.id for case in whole.cases]
    first, again, other = ([case.id for case in whole.sample(20, seed).cases] for seed in (0, 0, 1))
    assert first == again
    assert first != other
    assert sorted(first, key=ids.index) == first
    assert whole.sample(1000, 0) == whole


def test_a_set_is_asked_over_its_own_documents(tmp_path: Path) -> None:
    found = load_set(beir(tmp_path))
    assert isinstance(found.documents, tuple)
    settings = prepare_library(found.documents, Settings(), tmp_path / "libraries")
    made = (settings.home / "catalog.sqlite").stat().st_mtime_ns
    assert prepare_library(found.documents, Settings(), tmp_path / "libraries") == settings
    assert (settings.home / "catalog.sqlite").stat().st_mtime_ns == made
    with Rag(settings) as rag:
        titles = {document.sources: document.title for document in rag.documents()}
        assert titles == {("d1",): "Grey heron", ("d2",): ""}
        report = evaluate(rag, found.cases)
    assert report.failed == 0
    assert report.score("recall@5").value == 1
    assert report.score("exact_spans").value == 1


def test_identity_tells_settings_and_documents_apart(bot: Rag, seeds_home: Path) -> None:
    with (
        Rag(Settings(home=seeds_home)) as same,
        Rag(Settings(home=seeds_home, passages=3)) as other,
    ):
        assert identity_of(same) == identity_of(bot)
        assert identity_of(other) != identity_of(bot)


@pytest.mark.parametrize("name", ["answers.py", "weights.npz", "words.txt"])
def test_outcomes_of_other_code_words_or_weights_are_not_used(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(libraries, "_ROOT", tmp_path)
    digests = []
    for content in (b"one", b"two"):
        (tmp_path / "rag").mkdir(exist_ok=True)
        (tmp_path / "rag" / name).write_bytes(content)
        libraries._code.cache_clear()
        digests.append(libraries._code("rag"))
    libraries._code.cache_clear()
    assert digests[0] != digests[1]
