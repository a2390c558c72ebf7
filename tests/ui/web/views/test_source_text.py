"""The highlighted words are the span's, whatever the document holds."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given, strategies as st

from ui.escape import remove_unsafe
from ui.web.views.source_text import WINDOW, render_source

_TAG = re.compile(r"</?mark[^>]*>")


@st.composite
def _spans(draw: st.DrawFn) -> tuple[str, int, int]:
    text = draw(st.text(min_size=1, max_size=300))
    start = draw(st.integers(0, len(text) - 1))
    return text, start, draw(st.integers(start + 1, len(text)))


def highlighted(page: str) -> str:
    found = re.search(r"<mark[^>]*>(.*)</mark>", page, re.DOTALL)
    assert found is not None
    return html.unescape(found[1])


@given(_spans(), st.integers(0, 400))
def test_the_mark_holds_the_span_and_nothing_else(case: tuple[str, int, int], window: int) -> None:
    text, start, end = case
    view = render_source(text, start, end, window)
    assert highlighted(view.html) == remove_unsafe(text[start:end])
    assert len(re.findall(r"<", view.html)) == 2


@given(_spans())
def test_a_short_document_is_shown_whole(case: tuple[str, int, int]) -> None:
    text, start, end = case
    view = render_source(text, start, end)
    parts = (text[:start], text[start:end], text[end:])
    assert html.unescape(_TAG.sub("", view.html)) == "".join(map(remove_unsafe, parts))
    assert view.notice == ""


@given(_spans(), st.integers(0, 400))
def test_what_is_shown_stands_around_the_span(case: tuple[str, int, int], window: int) -> None:
    text, start, end = case
    shown = html.unescape(_TAG.sub("", render_source(text, start, end, window).html))
    assert len(shown) <= end - start + 2 * window


def test_a_long_document_is_shown_around_the_span() -> None:
    line = "All work and no play makes a dull document.\n"
    text = line * 20_000
    start = text.index("play", len(text) // 2)
    view = render_source(text, start, start + 4)
    shown = html.unescape(_TAG.sub("", view.html))
    assert highlighted(view.html) == "play"
    assert 1.9 * WINDOW < len(shown) <= 2 * WINDOW + 4
    assert shown.startswith("All work")  # whole lines
    assert "the part from 48 % to 52 % is shown, around the highlighted words" in view.notice


def test_a_long_line_is_cut_at_a_word() -> None:
    text = "word " * 50_000
    shown = html.unescape(_TAG.sub("", render_source(text, 100_000, 100_004).html))
    assert set(shown.split()) == {"word"}


def test_markup_in_a_document_is_text() -> None:
    text = "<mark id=cs-span>fake</mark> & <script>alert(1)</script> real"
    view = render_source(text, text.index("real"), len(text))
    assert highlighted(view.html) == "real"
    assert "<script" not in view.html
    assert "&lt;mark" in view.html


@pytest.mark.parametrize("span", [(3, 2), (-1, 2), (0, 6), (7, 7)])
def test_a_span_outside_the_text_is_refused(span: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="no span"):
        render_source("hello", *span)


def test_without_a_span_the_document_is_shown_from_its_beginning() -> None:
    assert render_source("One\n# Two", 0, 0).html == "One\n# Two"
    assert "highlighted" not in render_source("word " * 50_000, 0, 0).notice


_ANY_TAG = re.compile(r"</?(?:mark|span)[^>]*>")
_LINES = st.lists(st.sampled_from(["# One", "### Two three", "#", "words", "", "#x", "## <b>"]))


@given(_LINES, st.data())
def test_headings_are_set_off_and_every_character_stays(lines: list[str], data) -> None:
    text = "\n".join(["begin", *lines])
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    page = render_source(text, start, end, text_format="headings").html
    assert html.unescape(_ANY_TAG.sub("", page)) == text
    inside = re.search(r"<mark[^>]*>(.*)</mark>", page, re.DOTALL)
    marked = html.unescape(_ANY_TAG.sub("", inside[1])) if inside else ""
    assert marked == text[start:end]


def test_a_heading_cut_by_the_span_stays_a_heading() -> None:
    text = "# Stem cells and more\nThey divide."
    page = render_source(text, text.index("cells"), text.index("They"), text_format="headings").html
    assert '<span class="cs-heading cs-h1">Stem </span>' in page
    assert "cs-heading" not in render_source(text, 2, 6).html
