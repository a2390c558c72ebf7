"""The sentences of a chat model's answer as they are set: paragraphs, lists, tables, code.

What is set before a sentence is its ``lead``; see :class:`rag.types.Sentence`.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, groupby
from typing import Literal

from rag.requests.answer import EMPTY_CELL
from rag.text.tables import find_cells, is_in_bars, split_row
from rag.types import Emphasis, Sentence
from ui.escape import escape_code, escape_html
from ui.web.views.citation import marks_and_verdict_html

_ITEM = re.compile(r"(?P<indent> *)(?:(?P<number>\d{1,3})[.)]|-) $")
_RULE = re.compile(r"[\s|:-]+")
_CELL = re.compile(rf"\| (?P<empty>{EMPTY_CELL} \| )?")
"""Before a sentence that is the first in a row of a comparison, or the second beside nothing."""
_CLOSED = re.compile(rf" \|(?P<empty> {EMPTY_CELL} \|)?")
"""The end of the row above."""
_NEXT_CELL = " | "
_EMPTY = f"<td>{EMPTY_CELL}</td>"
_INDENT, _DEEPEST = 2, 4
"""Spaces by which an item of an inner list is indented at least, and how deep lists may nest."""

Kind = Literal["paragraph", "item", "heading", "columns", "row", "cells", "code"]


@dataclass
class _Block:
    """A part of an answer that stands on lines of its own.

    :param number: of an item of a numbered list.
    :param indent: of an item, in spaces.
    """

    kind: Kind
    parts: list[str] = field(default_factory=list)
    number: int | None = None
    indent: int = 0


def is_set(sentences: Iterable[Sentence]) -> bool:
    """Whether any sentence is set otherwise than in running text."""
    return any(sentence.lead or sentence.tail for sentence in sentences)


def set_html(sentences: Sequence[Sentence], *, judged: bool) -> str:
    """The sentences with their marks and verdicts, as they are set.

    :param judged: as for :func:`ui.web.views.citation.marks_and_verdict_html`.
    """
    blocks: list[_Block] = []
    for sentence in sentences:
        if _add_cell(blocks, sentence, judged):
            continue
        *above, last = sentence.lead.expandtabs(4).split("\n")
        blocks += _set_above([line for line in above if line.strip()])
        item = _ITEM.fullmatch(last)
        if item:
            number = int(item["number"]) if item["number"] else None
            blocks.append(_Block("item", number=number, indent=len(item["indent"])))
        elif sentence.tail:
            blocks.append(_Block("code"))
        elif is_in_bars(sentence.text):
            blocks.append(_Block("row"))
        elif above or not blocks or blocks[-1].kind in ("heading", "row", "code"):
            blocks.append(_Block("paragraph"))
        blocks[-1].parts.append(_sentence_html(sentence, blocks[-1].kind, judged))
    return "".join(_join(blocks))


def _add_cell(blocks: list[_Block], sentence: Sentence, judged: bool) -> bool:
    """Add a sentence as a cell of a comparison; False where it is none."""
    *above, last = sentence.lead.split("\n")
    opens = _CELL.fullmatch(last)
    if not opens and last != _NEXT_CELL:
        return False
    words = _sentence_html(sentence, "cells", judged)
    cell = f'<td class="cs-compared">{words}</td>'
    if not opens:
        blocks[-1].parts.append(cell)
        return True
    for line in above:
        if closed := _CLOSED.fullmatch(line):
            blocks[-1].parts += [_EMPTY] * bool(closed["empty"])
        elif is_in_bars(line) and not _RULE.fullmatch(line):
            names = (f'<th scope="col">{escape_html(name)}</th>' for name in split_row(line))
            blocks.append(_Block("columns", list(names)))
    blocks.append(_Block("cells", [_EMPTY] * bool(opens["empty"]) + [cell]))
    return True


def _set_above(lines: Sequence[str]) -> Iterator[_Block]:
    """The lines above a sentence that claim nothing."""
    for line in lines:
        if is_in_bars(line) and not _RULE.fullmatch(line):
            cells = "".join(f'<th scope="col">{escape_html(cell)}</th>' for cell in split_row(line))
            yield _Block("columns", [f"{cells}<td></td>"])
        elif not line.startswith("```") and not _RULE.fullmatch(line):
            yield _Block("heading", [escape_html(line.lstrip("# "))])


def _sentence_html(sentence: Sentence, kind: Kind, judged: bool) -> str:
    marks = marks_and_verdict_html(sentence, judged=judged)
    verdict = f"cs-sentence cs-{sentence.support.verdict}"
    if kind == "row":
        cells = "".join(
            f"<td>{emphasized_html(sentence.text, sentence.emphasis, start, end)}</td>"
            for start, end in find_cells(sentence.text)
        )
        return f'{cells}<td class="{verdict}">{marks}</td>'
    if kind == "code":
        code = f"<pre><code>{escape_code(sentence.text)}</code></pre>"
        return f'{code}<span class="{verdict}">{marks}</span>'
    words = emphasized_html(sentence.text, sentence.emphasis, 0, len(sentence.text))
    words = f'<span class="cs-words">{words}</span>'
    return f'<span class="{verdict}">{words} {marks}</span>'


def emphasized_html(text: str, emphasis: Sequence[Emphasis], start: int, end: int) -> str:
    """``text[start:end]`` with the words in it set as the model set them."""
    parts, at = [], start
    for first, last, style in emphasis:
        first, last = max(first, at), min(last, end)
        if first < last:
            words = escape_html(text[first:last])
            parts += [escape_html(text[at:first]), f"<{style}>{words}</{style}>"]
            at = last
    return "".join([*parts, escape_html(text[at:end])])


def _list_html(items: Sequence[_Block], depth: int = 1) -> str:
    """The items as lists; what is indented below an item is a list in it."""
    lists: list[tuple[str, list[str]]] = []
    at = 0
    while at < len(items):
        item, after = items[at], at + 1
        while (
            depth < _DEEPEST and after < len(items) and items[after].indent >= item.indent + _INDENT
        ):
            after += 1
        inner = _list_html(items[at + 1 : after], depth + 1)
        tag = "ul" if item.number is None else "ol"
        value = "" if item.number is None else f' value="{item.number}"'
        if not lists or lists[-1][0] != tag:
            lists.append((tag, []))
        lists[-1][1].append(f"<li{value}>{' '.join(item.parts)}{inner}</li>")
        at = after
    return "".join(f'<{tag} class="cs-list">{"".join(own)}</{tag}>' for tag, own in lists)


def _join(blocks: Sequence[_Block]) -> Iterator[str]:
    """Put items into lists, and rows into tables."""
    tables = accumulate(block.kind == "columns" for block in blocks)  # names begin a new one
    keys = [
        ("row" if block.kind in ("columns", "cells") else block.kind, table)
        for block, table in zip(blocks, tables, strict=True)
    ]
    for (kind, _), places in groupby(range(len(blocks)), keys.__getitem__):
        own = [blocks[place] for place in places]
        if kind == "item":
            yield _list_html(own)
        elif kind == "row":
            rows = "".join(f"<tr>{''.join(block.parts)}</tr>" for block in own)
            yield f'<table class="cs-rows"><tbody>{rows}</tbody></table>'
        else:
            name = {"heading": "cs-heading", "code": "cs-code"}.get(kind, "cs-text")
            tag = "div" if kind == "code" else "p"
            for block in own:
                yield f'<{tag} class="{name}">{" ".join(block.parts)}</{tag}>'
