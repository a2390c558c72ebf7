"""A chat model's lists, tables, headings and code are set as such, and nothing else of theirs."""

from __future__ import annotations

from rag.types import Sentence, Support
from ui.web.views.reply_layout import is_set, set_html

SUPPORTED = Support("supported", 1.0)


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
    assert '<ul class="cs-list"><li class="cs-depth-1">' in html


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
