"""A citation is a link to its span, under the title of its document."""

from __future__ import annotations

from page_html import Elements, answer, citation, sentence

from rag import DocumentInfo
from ui.web.views.answer import answer_html
from ui.web.views.citation import document_title, source_link


def test_marks_are_links_to_their_spans() -> None:
    page = answer_html(answer(sentence("Cells divide.", cited=citation(7))))
    assert source_link(citation(7)) == "#source/d1/5/18"
    assert "7</a>" in page
    assert Elements(page).links() == ["#source/d1/5/18"] * 3  # in the sentence, in the sources


def test_a_document_without_a_title_goes_by_its_file_name() -> None:
    info = DocumentInfo("d1", ("C:\\docs\\<b>notes.txt",), " ", 1, 10, 0.0)
    assert document_title(info) == "<b>notes.txt"
