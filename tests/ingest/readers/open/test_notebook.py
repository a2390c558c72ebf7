"""Notebooks: cells in order, and what they printed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ingest.readers import Source, formats
from ingest.reading.load import load
from rag.errors import DocumentError


def read(*cells: dict[str, Any], **more: Any) -> Source:
    data = json.dumps({"cells": cells, "nbformat": 4} | more).encode()
    return formats()["notebook"].readers[0](data, lambda *_: None)


def markdown(*lines: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "source": list(lines)}


def code(source: str, *outputs: dict[str, Any]) -> dict[str, Any]:
    return {"cell_type": "code", "source": source, "outputs": list(outputs)}


def result(**data: str | list[str]) -> dict[str, Any]:
    forms = {f"text/{form}": value for form, value in data.items()}
    return {"output_type": "execute_result", "data": forms | {"image/png": "iVBORw0KGgo="}}


def test_cells_are_written_in_order() -> None:
    source = read(
        markdown("# Tides\n", "\n", "How *high* they are."),
        code(
            "import tides\n\nprint(tides.now())\n", {"output_type": "stream", "text": ["4\n", "5"]}
        ),
        {"cell_type": "raw", "source": "Raw."},
        metadata={"kernelspec": {"language": "python"}},
    )
    assert source.title == "Tides"
    assert source.text == (
        "# Tides\n\nHow *high* they are.\n\n```python\nimport tides\n\nprint(tides.now())\n```\n\n"
        "```\n4\n5\n```\n\nRaw.\n"
    )


@pytest.mark.parametrize(
    ("output", "shown"),
    [
        (result(plain="42"), "42"),
        (result(plain=["  a\n", "0 1"], html="<table>"), "  a\n0 1"),
        (result(html="<b>x</b>"), ""),
        (result(plain="<Figure size 432x288 with 1 Axes>"), ""),
        (result(plain="[<matplotlib.lines.Line2D at 0x10f695240>]"), ""),
        (result(plain="<Order 12>"), "<Order 12>"),
        ({"output_type": "display_data", "data": {"image/png": "iVBORw0KGgo="}}, ""),
        ({"output_type": "error", "ename": "KeyError", "evalue": "'x'"}, "KeyError: 'x'"),
        ({"output_type": "stream", "text": "\x1b[31mred\x1b[0m"}, "red"),
        ({"output_type": "stream", "text": "10 %\r50 %\r100 %\nok"}, "100 %\nok"),
        ({"output_type": "stream"}, ""),
    ],
)
def test_printed_results_are_kept_and_pictures_left_out(output: dict[str, Any], shown: str) -> None:
    block = f"\n```\n{shown}\n```\n" if shown else ""
    assert read(code("x", output)).text == f"```\nx\n```\n{block}"


def test_a_result_in_markdown_is_text() -> None:
    text = read(code("x", result(markdown="**42** tides"))).text
    assert text == "```\nx\n```\n\n**42** tides\n"


def test_a_comment_in_code_is_no_title() -> None:
    cells = code("# draw it"), {"cell_type": "raw", "source": "# raw"}, markdown("```\n# run\n```")
    assert read(*cells).title == ""
    assert read(*cells, markdown("Text.\n\n## Tides ##")).title == "Tides"


def test_pictures_within_a_text_are_left_out_with_their_words_kept() -> None:
    data = "A" * 400
    text = read(markdown(f"![A map](data:image/png;base64,{data}) and ![](attachment:a.png) here."))
    assert text.text == "A map and  here.\n"


def test_code_that_holds_a_fence_is_fenced_otherwise() -> None:
    assert read(code("print('```')")).text == "~~~~\nprint('```')\n~~~~\n"


def test_notebooks_of_version_three_are_read() -> None:
    cells = [
        {"cell_type": "heading", "level": 2, "source": "Use"},
        {"cell_type": "code", "input": "1 + 1", "outputs": [{"output_type": "pyout", "text": "2"}]},
    ]
    data = json.dumps({"worksheets": [{"cells": cells}], "nbformat": 3}).encode()
    source = formats()["notebook"].readers[0](data, lambda *_: None)
    assert source.text == "## Use\n\n```\n1 + 1\n```\n\n```\n2\n```\n"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b'{"cells": [', "damaged: its JSON is invalid"),
        (b"[1, 2]", "not a notebook"),
        (b'{"a": 1}', "not a notebook"),
        (b'{"cells":' + b"[" * 100_000, "nested too deep"),
    ],
)
def test_what_is_no_notebook_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(DocumentError, match=reason):
        formats()["notebook"].readers[0](data, lambda *_: None)


def test_cells_of_odd_kinds_do_no_harm() -> None:
    odd: Any = [1, None, {}, {"cell_type": "code"}, {"cell_type": "code", "outputs": [3, {}]}]
    assert read(*odd, markdown("Kept.")).text == "Kept.\n"


def test_a_notebook_is_read_in_a_child_process() -> None:
    data = json.dumps({"cells": [markdown("# Tides")]}).encode()
    assert load("a.ipynb", data).title == "Tides"
