"""A chat model's lists, tables, headings and code are set as such, and nothing else of theirs."""

from __future__ import annotations

import re

import pytest

from rag.types import Emphasis, Sentence, Support
from ui.web.views.reply_layout import is_set, set_html as lay_out

SUPPORTED = Support("supported", 1.0)


def set_html(sentences: list[Sentence]) -> str:
    return lay_out(sentences, judged=True)


def said(text: str, lead: str = "", tail: str = "") -> Sentence:
    return Sentence(text, (), SUPPORTED, lead, tail)


def test_running_text_is_not_set() -> None:
    assert not is_set([said("One."), said("Two.")])
    assert is_set([said("One."), said("Two.", "\n\n")])


def test_items_are_in_one_list_and_numbers_stay() -> None:
    html = set_html(
        [said("One.", "Birds:\n1. "), said("Inner.", "\n   - "), said("Seven.", "\n7. ")]
    )
    assert html.startswith('<p class="cs-heading">Birds:</p><ol class="cs-list"><li')
    assert 'value="1"' in html
    assert 'value="7"' in html


def outline(html: str) -> str:
    """Lists, items and their words alone."""
    words = html.replace("Supported.", "").replace(' class="cs-list"', "")
    return re.sub(r"<(?!/?(?:ol|ul|li)\b)[^>]*>|(?<![a-z])\s|\s(?=<)", "", words)


@pytest.mark.parametrize(
    ("leads", "nested"),
    [
        (["- ", "\n  - ", "\n- "], "<ul><li>0<ul><li>1</li></ul></li><li>2</li></ul>"),
        (
            ["1. ", "\n   - ", "\n   - ", "\n2. "],
            '<ol><li value="1">0<ul><li>1</li><li>2</li></ul></li><li value="2">3</li></ol>',
        ),
        (
            ["- ", "\n    - ", "\n        - ", "\n    - "],
            "<ul><li>0<ul><li>1<ul><li>2</li></ul></li><li>3</li></ul></li></ul>",
        ),
        (["    - ", "\n- "], "<ul><li>0</li><li>1</li></ul>"),
        (["- ", "\n1. "], '<ul><li>0</li></ul><ol><li value="1">1</li></ol>'),
    ],
)
def test_inner_lists_are_in_the_item_above_them(leads: list[str], nested: str) -> None:
    sentences = [Sentence(str(n), (), SUPPORTED, lead) for n, lead in enumerate(leads)]
    assert outline(set_html(sentences)) == nested


def test_lists_nest_no_deeper_than_a_page_can_show() -> None:
    html = set_html([said("So.", "\n" + "  " * depth + "- ") for depth in range(300)])
    assert html.count("<li>") == 300
    assert html.count("<ul") == 4


def test_words_are_set_in_bold_and_stay_text() -> None:
    text = "Owls & <b>jays</b> hunt at night."
    sentence = Sentence(
        text, (), SUPPORTED, emphasis=(Emphasis(0, 4, "strong"), Emphasis(7, 18, "em"))
    )
    html = set_html([sentence])
    assert "<strong>Owls</strong> &amp; <em>&lt;b&gt;jays&lt;/b&gt;</em> hunt at night." in html


def test_words_of_cells_are_set_in_their_cells() -> None:
    text = "| Owl | at night |"
    row = Sentence(text, (), SUPPORTED, emphasis=(Emphasis(2, 5, "strong"), Emphasis(8, 10, "em")))
    assert "<td><strong>Owl</strong></td><td><em>at</em> night</td>" in set_html([row])


def test_sentences_of_a_paragraph_or_an_item_stay_together() -> None:
    html = set_html([said("One.", "- "), said("More of one."), said("Two.", "\n\n")])
    assert html.count("<li") == 1
    assert html.index("More of one.") < html.index("</li>") < html.index("Two.")


def test_rows_are_a_table_with_the_names_of_its_columns() -> None:
    html = set_html(
        [said("| Owl | night |", "| Bird | Time |\n| --- | --- |\n"), said("| Jay | day |", "\n")]
    )
    assert html.count("<table") == 1
    assert '<th scope="col">Bird</th><th scope="col">Time</th>' in html
    assert "<td>Owl</td><td>night</td>" in html
    assert "---" not in html


def test_code_keeps_its_lines_and_markup_is_shown_as_text() -> None:
    html = set_html([said("x = 1\n  <b>y</b>", "Run <i>this</i>:\n```\n", "\n```")])
    assert "<pre><code>x = 1&#10;  &lt;b&gt;y&lt;/b&gt;</code></pre>" in html
    assert "<i>" not in html
    assert "Run &lt;i&gt;this&lt;/i&gt;:" in html


def test_a_comparison_is_a_table_with_a_sentence_in_each_cell() -> None:
    html = set_html(
        [
            said("It is 3 | 4.", "| <a> | b |\n| --- | --- |\n| "),
            said("It is 5.", " | "),
            said("Only here.", " |\n| "),
            said("Only there.", " | — |\n| — | "),
        ]
    )
    assert html.count("<table") == 1
    rows = re.findall(r"<tr>(.*?)</tr>", html)
    assert rows[0] == '<th scope="col">&lt;a&gt;</th><th scope="col">b</th>'
    cells = [re.sub(r"<[^>]+>", "", row.replace("</td>", "/")) for row in rows[1:]]
    assert [re.sub(r"\s*Supported\.?\s*", "", row).strip() for row in cells] == [
        "It is 3 | 4./It is 5./",
        "Only here./—/",
        "—/Only there./",
    ]
