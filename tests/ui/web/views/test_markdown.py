"""Markdown is shown as it is meant, and every character of it stays where it was."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given, strategies as st

from ui.escape import remove_unsafe
from ui.web.views.markdown import inline_html, markdown_html

_TAG = re.compile(r"<[^>]*>")
_MARK = re.compile(r"<mark[^>]*>(.*?)</mark>", re.DOTALL)
_HIDDEN = re.compile(r'<span class="cs-syntax">.*?</span>', re.DOTALL)

_PIECES = st.lists(
    st.sampled_from(
        [*"\n\n\n  *_`~#>-+|[]()<>!\\&:^é😀\t", "a", "word ", "1. ", "```\n", "---\n", "[^1]", "**",
         "| a | b |\n|---|--:|\n| 1 | 2 |\n", "- one\n  - two\n", "# Head\n", "<b id=x>", "&amp;",
         "[a](https://evil.example)", "![a](https://evil.example/b.png)", "[r]: /x\n", "    code\n"]
    ),
    max_size=40,
)  # fmt: skip


def shown(text: str, start: int = 0, end: int = 0) -> str:
    return markdown_html(text, 0, len(text), start, end)


def characters(page: str) -> str:
    return html.unescape(_TAG.sub("", page))


def read(page: str) -> str:
    """What is seen of a page."""
    return re.sub(r"\s+", " ", characters(_HIDDEN.sub("", page))).strip()


@given(_PIECES, st.data())
def test_every_character_stays_and_the_marks_hold_the_span(pieces: list[str], data) -> None:
    text = "".join(pieces)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    page = shown(text, start, end)
    assert characters(page) == text
    assert "".join(characters(marked) for marked in _MARK.findall(page)) == text[start:end]


@given(_PIECES, st.data())
def test_a_window_shows_its_own_characters(pieces: list[str], data) -> None:
    text = "".join(pieces)
    first = data.draw(st.integers(0, len(text)))
    last = data.draw(st.integers(first, len(text)))
    assert characters(markdown_html(text, first, last, first, first)) == text[first:last]


@given(_PIECES, st.integers(0, 60))
def test_elements_are_closed_in_order_and_have_no_attribute_of_the_text(
    pieces: list[str], first: int
) -> None:
    text = "".join(pieces)
    page = markdown_html(text, min(first, len(text)), len(text), 0, len(text))
    open_elements: list[str] = []
    for closing, name, attributes in re.findall(r"<(/?)(\w+)([^>]*)>", page):
        assert re.fullmatch(
            r'( (class|role|tabindex|aria-label)="(cs-[\w -]+|\w+|-1)")*', attributes
        )
        if closing:
            assert open_elements.pop() == name
        elif name not in {"br", "hr"}:
            open_elements.append(name)
    assert open_elements == []


@given(st.text(max_size=200))
def test_any_text_is_taken(text: str) -> None:
    assert remove_unsafe(characters(shown(text, 0, len(text)))) == remove_unsafe(text).replace(
        "\r", ""
    )


@pytest.mark.parametrize(
    ("text", "element"),
    [
        ("## Two *words*", '<h4 class="cs-heading cs-h2">'),
        ("- one\n- two", "<ul><li>"),
        ("3. three", '<ol><li><span class="cs-number">3. </span>three'),
        ("> said", "<blockquote>"),
        ("some **bold** text", "<strong>"),
        ("some *soft* text", "<em>"),
        ("some ~~gone~~ text", "<s>"),
        ("```python\nx = 1\n```", '<div class="cs-code">'),
        ("one\\\ntwo", "<br>"),
        ("one\n\n***\n", "<hr>"),
        ("---\ntitle: x\n---\n", '<div class="cs-raw">'),
        ("a[^1]\n\n[^1]: note", '<div class="cs-footnote">'),
    ],
)
def test_a_part_is_shown_as_what_it_is(text: str, element: str) -> None:
    assert element in shown(text)
    assert not set("*~`#>") & set(read(shown(text)))


def test_a_table_has_rows_and_cells() -> None:
    page = shown("| name | size |\n|---|--:|\n| a \\| b | **2** |\n")
    assert page.count('role="row"') == 2
    assert page.count('role="columnheader"') == 2
    assert page.count('class="cs-cell cs-side-right"') == 2
    assert read(page) == "name size a | b 2"


def test_links_and_pictures_are_words_and_markup_is_text() -> None:
    text = "[here](https://evil.example) ![a cat](https://evil.example/c.png) <script>x</script>"
    page = shown(text)
    assert read(page) == "here a cat <script>x</script>"
    assert not re.search(r"<(?!/?(?:p|span)\b)", page)
    assert not re.search(r"<[^>]*evil", page)


def test_a_span_that_begins_and_ends_inside_of_parts_is_marked_whole() -> None:
    text = "- the **bold words** and\n- more of `them`\n"
    start, end = text.index("words"), text.index("of")
    page = shown(text, start, end)
    assert "".join(characters(marked) for marked in _MARK.findall(page)) == "words** and\n- more "
    assert read(page) == "the bold words and more of them"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "**CD34** marks [stem cells](https://e.example).",
            "<strong>CD34</strong> marks stem cells.",
        ),
        ("## Head\n\nand `text`", "Head and <code>text</code>"),
        ("- one\n  two", "one two"),
        ("2019. A year", "2019. A year"),
        ("2 * 3 * 4 and a_b_c, p < 1 \\*", "2 * 3 * 4 and a_b_c, p &lt; 1 *"),
        ("a[^1] and [12] and ![a cat](https://e.example/c.png)", "a[^1] and [12] and a cat"),
        ("<b onclick=x>so</b>", "&lt;b onclick=x&gt;so&lt;/b&gt;"),
    ],
)
def test_a_sentence_stands_on_one_line_without_its_signs(text: str, line: str) -> None:
    assert inline_html(text) == line


@given(_PIECES)
def test_a_line_has_only_elements_without_attributes_each_closed(pieces: list[str]) -> None:
    line = inline_html("".join(pieces))
    open_elements: list[str] = []
    for closing, name in re.findall(r"<(/?)(\w+)>", line):
        assert name in {"em", "strong", "s", "code"}
        if closing:
            assert open_elements.pop() == name
        else:
            open_elements.append(name)
    assert open_elements == []
    assert not re.search(r"[<>\n]", re.sub(r"</?\w+>", "", line))
