"""Subtitles: what is said, with the time about once a minute."""

from __future__ import annotations

import pytest

from ingest.readers import Source, formats
from ingest.reading.load import load
from rag.errors import DocumentError


def read(data: str | bytes) -> Source:
    raw = data.encode() if isinstance(data, str) else data
    return formats()["subtitles"].readers[0](raw, lambda *_: None)


def cues(*said: tuple[int, str]) -> str:
    return "\n\n".join(
        f"{number}\n{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02},000"
        f" --> 09:00:00,000\n{words}"
        for number, (second, words) in enumerate(said, 1)
    )


def test_sentences_are_joined_and_numbers_left_out() -> None:
    said = cues((1, "Eels swim far\nout"), (4, "to sea. They"), (8, "<i>spawn</i> there."))
    assert read(said).text == "[0:00:01] Eels swim far out to sea. They spawn there.\n\n"


def test_a_paragraph_ends_with_a_sentence_after_about_a_minute() -> None:
    said = cues((5, "One."), (50, "Two is"), (70, "long."), (80, "Three."), (3_725, "Four."))
    assert read(said).text == (
        "[0:00:05] One. Two is long.\n\n[0:01:20] Three.\n\n[1:02:05] Four.\n\n"
    )


def test_a_paragraph_without_an_end_is_cut_after_two_minutes() -> None:
    said = cues(*((second, "and") for second in range(0, 300, 50)))
    assert read(said).text == "[0:00:00] and and and\n\n[0:02:30] and and and\n\n"


def test_speakers_and_turns_begin_lines() -> None:
    vtt = (
        "WEBVTT\nKind: captions\n\nNOTE a comment\n\nSTYLE\n::cue {color: red}\n\n"
        "00:01.000 --> 00:04.000 align:start\n<v Ann Lee>Welcome, <b>all</b>,\n\n"
        "intro\n00:04.000 --> 00:06.000\n<v Ann Lee>to the talk.\n\n"
        "00:06.000 --> 00:09.000\n<v.loud Bob>Thanks &amp; hello.\n- Hi.</v>\n"
    )
    assert read(vtt).text == (
        "[0:00:01] Ann Lee: Welcome, all, to the talk.\nBob: Thanks & hello.\n- Hi.\n\n"
    )


def test_words_that_appear_one_by_one_are_not_repeated() -> None:
    said = cues(
        (1, "yeah"),
        (2, "yeah\n<c>what</c>"),
        (3, "<c>what</c>\nthis<00:00:03.200><c> will</c>"),
        (4, "this will"),
        (5, "this will\nhelp<00:00:05.100><c> us.</c>"),
    )
    assert read(said).text == "[0:00:01] yeah what this will help us.\n\n"


def test_captions_that_roll_up_are_not_repeated() -> None:
    said = cues(
        (1, "yeah what this"), (3, "yeah what this\nwill do is"), (5, "will do is\ntell you.")
    )
    assert read(said).text == "[0:00:01] yeah what this will do is tell you.\n\n"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_encodings_are_recognised(encoding: str) -> None:
    assert read(cues((1, "Where is the café?")).encode(encoding)).text == (
        "[0:00:01] Where is the café?\n\n"
    )


def test_marks_of_style_and_windows_line_ends_are_left_out() -> None:
    said = cues((1, '{\\an8}<font color="#fff">Up</font> there'), (2, "")).replace("\n", "\r\n")
    assert read(said).text == "[0:00:01] Up there\n\n"


def test_a_hash_in_subtitles_is_no_heading() -> None:
    assert read(cues((1, "# singing #"))).markdown is False


def test_what_has_no_times_is_refused() -> None:
    with pytest.raises(DocumentError, match="not subtitles: no line has times"):
        read("Just text.")
    with pytest.raises(DocumentError, match="empty"):
        load("a.srt", cues((1, "")).encode())


def test_subtitles_are_read_in_a_child_process() -> None:
    assert load("talk.vtt", cues((1, "Hello.")).encode()).title == "talk"
