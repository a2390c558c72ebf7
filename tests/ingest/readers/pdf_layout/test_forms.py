"""What is typed into a PDF's form stands beside its label."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pypdf
from craft import lines, pdf, words
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

from ingest.readers.pdf import read

Box = tuple[float, float, float, float]


def field(name: str, box: Box, value: str, kind: str = "/Tx", flags: int = 0) -> DictionaryObject:
    """A field of a form, as a program writes it that leaves its looks to the viewer."""
    made = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject("/Widget"),
            NameObject("/FT"): NameObject(kind),
            NameObject("/T"): TextStringObject(name),
            NameObject("/Rect"): ArrayObject(map(FloatObject, box)),
            NameObject("/Ff"): NumberObject(flags),
            NameObject("/F"): NumberObject(4),
        }
    )
    if kind == "/Btn":
        made[NameObject("/V")] = made[NameObject("/AS")] = NameObject(value)
        looks = DictionaryObject({NameObject("/Yes"): DictionaryObject()})
        made[NameObject("/AP")] = DictionaryObject({NameObject("/N"): looks})
    else:
        made[NameObject("/V")] = TextStringObject(value)
    return made


def form(page: Sequence[str], *fields: DictionaryObject) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf(page)))
    placed = ArrayObject(writer._add_object(each) for each in fields)
    writer.pages[0][NameObject("/Annots")] = placed
    writer._root_object[NameObject("/AcroForm")] = DictionaryObject(
        {NameObject("/Fields"): placed, NameObject("/NeedAppearances"): BooleanObject(True)}
    )
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def text_of(data: bytes) -> str:
    return read(data, lambda *_: None).text


def test_a_value_stands_behind_the_label_at_its_left() -> None:
    page = [words("Family name:", 50, 700), words("Town", 50, 670), *lines(["The end."], 50, 600)]
    data = form(
        page,
        field("f1", (150, 696, 300, 714), "Quill"),
        field("f2", (150, 666, 300, 684), "Port  Ellis"),
    )
    assert text_of(data) == "Family name: Quill\n\nTown: Port Ellis\n\nThe end.\n"


def test_several_fields_on_one_line_each_have_their_own_label() -> None:
    page = [words("Name:", 50, 700), words("Date:", 300, 700)]
    data = form(
        page,
        field("a", (100, 696, 200, 712), "Ann"),
        field("d", (340, 696, 360, 712), "17"),
        field("m", (365, 696, 385, 712), "05"),
    )
    assert text_of(data) == "Name: Ann Date: 17 05\n"


def test_words_above_a_field_are_its_label() -> None:
    page = [words("First name", 52, 716, 7), words("Applications close in May.", 50, 600)]
    data = form(page, field("a", (50, 690, 200, 712), "Ann"))
    assert "First name: Ann\n" in text_of(data)


def test_a_field_without_a_label_has_the_name_that_the_form_gives_it() -> None:
    data = form(lines(["A short form."], 50, 700), field("Remarks", (50, 300, 400, 400), "None."))
    assert text_of(data) == "A short form.\n\nRemarks: None.\n"


def test_boxes_are_ticked_or_not_and_have_their_labels_behind_or_before_them() -> None:
    page = [words("Bicycle", 70, 700), words("Ferry", 170, 700), words("Needs help:", 50, 660)]
    data = form(
        page,
        field("b", (50, 698, 62, 710), "/Yes", "/Btn"),
        field("f", (150, 698, 162, 710), "/Off", "/Btn"),
        field("h", (130, 658, 142, 670), "/Yes", "/Btn"),
    )
    assert text_of(data) == "Bicycle: yes Ferry: no\n\nNeeds help: yes\n"


def test_passwords_and_empty_fields_are_left_out() -> None:
    page = [words("Password:", 50, 700), words("Telephone:", 50, 660)]
    data = form(
        page,
        field("p", (150, 696, 300, 714), "secret", flags=1 << 13),
        field("t", (150, 656, 300, 674), ""),
    )
    assert text_of(data) == "Password:\n\nTelephone:\n"


def test_a_form_without_printed_words_is_read() -> None:
    assert text_of(form([], field("Remarks", (50, 300, 400, 400), "None."))) == "Remarks: None.\n"


def test_a_typed_value_has_a_page_but_no_place_among_the_pages_characters() -> None:
    value = "\ufb01rst  and last-"
    source = read(
        form(lines(["A form."], 50, 700), field("Remarks", (50, 300, 400, 400), value)),
        lambda *_: None,
    )
    assert source.text == "A form.\n\nRemarks: first and last-\n"
    assert source.layout is not None
    start = source.text.index("Remarks")
    assert {run.index for run in source.layout.runs if run.start >= start} == {-1}
    assert source.layout.page(len(source.text) - 2) == 1
