"""The library's door: ask, stream, the Runnable and the retriever, over the real seeds."""

from __future__ import annotations

import inspect
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

import rag as door
from ingest import ingest, remove_all
from rag import (
    Answer,
    CitationError,
    Embedder,
    EmbedderMismatchError,
    EmptyLibraryError,
    QuestionError,
    Rag,
    Settings,
    ask,
)
from rag.answers.citations import cite
from rag.answers.evidence import EvidenceRanker
from rag.errors import GoneError
from rag.types import EVERYTHING, Filter

MARKERS = "Which markers help identify cancer stem cells?"
OFF_TOPIC = "Who won the football world cup in 2018?"


def test_an_answer_quotes_its_sources_exactly(bot: Rag) -> None:
    answer = bot.ask(MARKERS)
    assert answer.status == "answered"
    assert "CD133 and CD44" in answer.text
    assert len(answer.sentences) <= bot.settings.max_sentences
    assert [citation.number for citation in answer.citations] == list(
        range(1, len(answer.citations) + 1)
    )
    for citation in answer.citations:
        assert bot.source_text(citation)[citation.start : citation.end] == citation.quote


def test_the_direct_answer_is_a_span_of_the_first_sentences_quote(bot: Rag) -> None:
    answer = bot.ask(MARKERS)
    direct = answer.direct
    assert direct is not None
    assert "CD133" in direct.text
    assert bot.source_text(direct.document_id)[direct.start : direct.end] == direct.text
    (cited,) = [c for c in answer.citations if c.number == direct.number]
    assert cited.start <= direct.start < direct.end <= cited.end
    assert 0 < direct.probability <= 1
    assert answer.as_dict()["direct"]["text"] == direct.text


def test_how_well_an_answer_fits_is_a_word(bot: Rag) -> None:
    answer = bot.ask(MARKERS)
    assert answer.direct is not None
    likely = replace(answer, confidence=0.95, direct=replace(answer.direct, probability=0.7))
    assert likely.match == "strong"
    assert replace(likely, confidence=0.6).match == "possible"
    assert replace(likely, direct=None).match == "possible"
    assert replace(likely, direct=None, answerer="a model").match == "strong"
    refused = bot.ask(OFF_TOPIC)
    assert (refused.match, refused.direct) == (None, None)


def test_an_answer_is_as_long_as_it_shall_be(bot: Rag) -> None:
    short, normal, full = (
        bot.varied(answer_length=length).ask(MARKERS).sentences
        for length in ("short", "normal", "full")
    )
    assert len(short) <= len(normal) <= len(full)
    assert {s.text for s in short} <= {s.text for s in normal} <= {s.text for s in full}


def test_a_question_for_two_things_is_answered_part_by_part(bot: Rag) -> None:
    answer = bot.ask("Which markers help identify cancer stem cells, and what is leukemia?")
    assert "CD133 and CD44" in answer.text
    assert "complex group of blood cancers" in answer.text
    assert answer.text.index("CD133") < answer.text.index("blood cancers")
    assert answer.direct is not None
    assert "CD133" in answer.direct.text
    assert not answer.notices
    assert len(answer.sentences) <= bot.settings.max_sentences


def test_what_is_missing_of_a_question_for_two_things_is_told(bot: Rag) -> None:
    answer = bot.ask("What is leukemia, and who won the football world cup in 2018?")
    assert "complex group of blood cancers" in answer.text
    (notice,) = answer.notices
    assert "who won the football world cup in 2018?" in notice
    neither = bot.ask(f"{OFF_TOPIC} What is the capital of Mongolia?")
    assert neither.status == "abstained"
    assert not neither.notices


def test_asked_once_it_answers_the_same(bot: Rag) -> None:
    part = Filter(sources=tuple(bot.documents()[0].sources))
    with Rag(bot.settings, embedder=bot.embedder, once=True) as once:
        for where in (EVERYTHING, part):
            mine, theirs = once.ask(MARKERS, where=where), bot.ask(MARKERS, where=where)
            assert replace(mine, timings={}) == replace(theirs, timings={})


def test_every_sentence_is_cited_and_judged(bot: Rag) -> None:
    for sentence in bot.ask(MARKERS).sentences:
        assert sentence.citations
        assert sentence.support.verdict == "supported"
        assert sentence.text.split() == sentence.citations[0].quote.split()
        assert f"[{sentence.citations[0].number}]" in sentence.marked


def test_what_the_documents_do_not_hold_is_refused_with_the_nearest_passages(bot: Rag) -> None:
    answer = bot.ask(OFF_TOPIC)
    assert answer.status == "abstained"
    assert not answer.sentences
    assert not answer.citations
    assert answer.passages
    assert "do not" in answer.text


def test_a_refusal_says_what_was_searched_and_what_no_document_has(
    tmp_path: Path, embedder: Embedder
) -> None:
    for name, said in (("heron", "The heron nests in tall trees."), ("owl", "The owl hunts.")):
        (tmp_path / f"{name}.txt").write_text(f"{said}\n")
    settings = Settings(home=tmp_path / "home")
    ingest(tmp_path, settings)
    owl = Filter(sources=(str(tmp_path / "owl.txt"),))
    with Rag(settings, embedder=embedder) as bot:
        everywhere = bot.ask("How much did the Zamboni cost?")
        in_one = bot.ask("Where does the heron buy its shoes?", where=owl)
        answered = bot.ask("Where does the heron nest?")
    assert everywhere.explanation[:2] == (
        "Searched all 2 documents.", "No document has “Zamboni” or “cost”.",
    )  # fmt: skip
    assert in_one.explanation[0] == "Searched a part of the library: 1 of 2 documents."
    assert "all of it" in in_one.explanation[-1]
    assert answered.explanation == ()


@pytest.mark.parametrize("times", [1, 2])
def test_a_document_replaced_during_an_answer_is_asked_once_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    file, settings = tmp_path / "heron.txt", Settings(home=tmp_path / "home")
    file.write_text("The heron nests in tall trees.\n")
    ingest(file, settings)
    rank, later = EvidenceRanker.rank, ["in low shrubs", "on bare ground"][:times]

    def replaced(*given: Any) -> Any:
        if later:
            file.write_text(f"The heron nests {later.pop(0)}.\n")
            ingest(file, settings)
        return rank(*given)

    monkeypatch.setattr(EvidenceRanker, "rank", replaced)
    with Rag(settings) as bot:
        if times > 1:
            with pytest.raises(GoneError, match="no longer in the library"):
                bot.ask("Where does the heron nest?")
        answer = bot.ask("Where does the heron nest?")
        assert ("low shrubs" if times == 1 else "bare ground") in answer.text
        (cited,) = answer.citations
        assert bot.source_text(cited)[cited.start : cited.end] == cited.quote


def test_the_same_question_gets_the_same_answer(bot: Rag, seeds_home: Path) -> None:
    first = bot.ask(MARKERS)
    assert bot.ask(MARKERS) == first
    with Rag(Settings(home=seeds_home)) as other:
        assert other.ask(MARKERS) == first


def test_a_stream_grows_to_what_ask_returns(bot: Rag) -> None:
    snapshots = list(bot.stream(MARKERS))
    assert snapshots[-1] == bot.ask(MARKERS)
    assert snapshots[-1].timings["total"] > 0
    for number, snapshot in enumerate(snapshots, start=1):
        assert snapshot.sentences == snapshots[-1].sentences[:number]


def test_a_follow_up_is_searched_for_with_what_it_leans_on(bot: Rag) -> None:
    history = [("What are neonatal stem cells?", "They are stem cells of newborns.")]
    answer = bot.ask("Where do they come from?", history)
    assert answer.question == "Where do they come from?"
    assert "neonatal stem cells" in answer.standalone_question
    assert "umbilical cord blood" in answer.text


def test_the_runnable_answers_a_question_and_one_with_history(bot: Rag) -> None:
    chain = bot.as_runnable()
    assert chain.invoke(MARKERS) == bot.ask(MARKERS)
    follow_up = {"question": "Where do they come from?", "history": [("neonatal stem cells?", "")]}
    assert "neonatal" in chain.invoke(follow_up).standalone_question
    assert list(chain.stream(MARKERS))[-1] == bot.ask(MARKERS)
    short = chain | (lambda answer: answer.status)
    assert short.batch([MARKERS, OFF_TOPIC]) == ["answered", "abstained"]


def test_the_retriever_gives_documents_with_exact_places(bot: Rag) -> None:
    documents = bot.retriever.invoke(MARKERS)
    assert 1 <= len(documents) <= bot.settings.passages
    for document in documents:
        place = document.metadata
        whole = bot.source_text(place["document_id"])
        assert whole[place["start"] : place["end"]] == document.page_content
        assert place["source"].endswith(".txt")
        assert place["page"] is None
        assert -1 <= place["cosine"] <= 1


def test_an_answer_becomes_json_and_says_everything(bot: Rag) -> None:
    fields = json.loads(json.dumps(bot.ask(MARKERS).as_dict()))
    assert set(fields) == {*Answer.__dataclass_fields__, "citations", "match"}
    assert fields["citations"][0]["quote"] in fields["passages"][0]["text"] + "".join(
        passage["text"] for passage in fields["passages"]
    )


def test_ask_uses_the_default_library(seeds_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITESPAN_HOME", str(seeds_home))
    assert "CD133" in ask(MARKERS).text


def test_an_empty_home_says_which_command_to_run(tmp_path: Path) -> None:
    with Rag(Settings(home=tmp_path)) as rag, pytest.raises(EmptyLibraryError, match="ingest PATH"):
        rag.ask(MARKERS)


def test_a_library_emptied_again_says_so_too(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("One short note.")
    own = Settings(home=tmp_path / "home")
    ingest([tmp_path / "note.txt"], own)
    remove_all(own)
    with Rag(own) as rag, pytest.raises(EmptyLibraryError, match="citespan ingest"):
        rag.ask("What does the note say?")


def test_a_running_bot_sees_what_was_ingested_after_it_was_opened(tmp_path: Path) -> None:
    own = Settings(home=tmp_path / "home")
    (tmp_path / "a.txt").write_text("The heron nests in tall trees beside the river.")
    ingest([tmp_path / "a.txt"], own)
    with Rag(own) as rag:
        assert "heron" in rag.ask("Where does the heron nest?").text
        (tmp_path / "b.txt").write_text("The otter sleeps in a den called a holt.")
        ingest([tmp_path / "b.txt"], own)
        assert "holt" in rag.ask("Where does the otter sleep?").text


@pytest.mark.fault(77)
def test_another_model_is_refused_with_the_ways_out(seeds_home: Path, tmp_path: Path) -> None:
    model = tmp_path / "other-model"
    model.mkdir()
    (model / "model.safetensors").write_bytes(b"other weights")
    own = Settings(home=seeds_home, embedding_model=str(model))
    with Rag(own) as rag, pytest.raises(EmbedderMismatchError, match="remove --all"):
        rag.ask(MARKERS)


@pytest.mark.fault(94)
@pytest.mark.parametrize("question", ["", "   ", "?!", None, 7, "word " * 1_000_000])
def test_what_is_no_question_is_refused_with_a_sentence(bot: Rag, question: object) -> None:
    with pytest.raises(QuestionError, match="question"):
        bot.ask(question)  # type: ignore[arg-type]


def test_signs_alone_are_not_called_empty(bot: Rag) -> None:
    with pytest.raises(QuestionError, match="no words"):
        bot.ask("😀")


@pytest.mark.parametrize(
    "turn",
    [
        {"role": "user", "content": "What is CD44?"},
        "What is CD44?",
        ("What is CD44?",),
        ("q", None),
    ],
)
def test_what_are_no_turns_is_refused_with_a_sentence(bot: Rag, turn: object) -> None:
    with pytest.raises(QuestionError, match=r"\(question, answer text\)"):
        bot.ask("Where is it found?", [turn])  # type: ignore[list-item]


def test_a_part_of_the_library_without_passages_is_told(bot: Rag) -> None:
    nowhere = Filter(sources=("/no/such/folder",))
    for asked in (bot.ask, bot.search):
        with pytest.raises(QuestionError, match="no document or folder of the library"):
            asked(MARKERS, where=nowhere)  # type: ignore[operator]


def test_a_folder_in_the_place_of_settings_is_told() -> None:
    with pytest.raises(TypeError, match="Settings"):
        Rag("library")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "question",
    ["{braces} and %s", "<|endoftext|> markers", "CD133 \ud800", "\u202eCD133", "naïve π 🧬 CD44?"],
)
def test_odd_characters_in_a_question_do_no_harm(bot: Rag, question: str) -> None:
    assert bot.ask(question).status in {"answered", "abstained"}


def test_odd_characters_in_an_earlier_answer_do_no_harm(bot: Rag) -> None:
    history = [("Who found them?", "It was Foo\ud800 Bar. [1]")]
    answer = bot.ask("Where was he born?", history)
    assert answer.standalone_question.startswith("Where was he born? (Foo")


def test_a_citation_that_is_not_in_the_catalog_is_never_made(bot: Rag) -> None:
    passage = bot.retriever.search(MARKERS)[0]
    from dataclasses import replace

    moved = replace(passage, start=passage.start + 1)
    with pytest.raises(CitationError, match="ask again"):
        cite(bot.library.catalog, moved, 0, 10, 1)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_span_of_a_passage_is_cited_exactly(bot: Rag, data: st.DataObject) -> None:
    passage = data.draw(st.sampled_from(bot.retriever.search(MARKERS)))
    start = data.draw(st.integers(0, len(passage.text) - 1))
    end = data.draw(st.integers(start + 1, len(passage.text)))
    citation = cite(bot.library.catalog, passage, start, end, 1)
    assert bot.source_text(citation)[citation.start : citation.end] == citation.quote
    assert citation.quote == passage.text[start:end]


def test_the_door_offers_what_it_lists() -> None:
    for name in door.__all__:
        public = getattr(door, name)
        assert inspect.getdoc(public), name
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = door.nothing
