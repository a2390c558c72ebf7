"""The sentences of a chat model's answer as they are set: paragraphs, lists, tables, code.

What is set before a sentence is its ``lead``; see :class:`rag.types.Sentence`.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, groupby
from typing import Literal

from rag.text.tables import is_in_bars, split_row
from rag.types import Sentence
from ui.escape import escape_code, escape_html
from ui.web.views.citation import marks_and_verdict_html

_ITEM = re.compile(r"(?P<indent> *)(?:(?P<number>\d{1,3})[.)]|-) $")
_RULE = re.compile(r"[\s|:-]+")
_INDENT, _DEEPEST = 2, 3
"""Spaces of a level of a list, about, and the deepest level that is shown."""

Kind = Literal["paragraph", "item", "heading", "columns", "row", "code"]


@dataclass
class _Block:
    """A part of an answer that stands on lines of its own.

    :param number: of an item of a numbered list.
    :param depth: of an item, counting from 0.
    """

    kind: Kind
    parts: list[str] = field(default_factory=list)
    number: int | None = None
    depth: int = 0


def is_set(sentences: Iterable[Sentence]) -> bool:
    """Whether any sentence is set otherwise than in running text."""
    return any(sentence.lead or sentence.tail for sentence in sentences)


def set_html(sentences: Sequence[Sentence]) -> str:
    """The sentences with their marks and verdicts, as they are set."""
    blocks: list[_Block] = []
    for sentence in sentences:
        *above, last = sentence.lead.expandtabs(4).split("\n")
        blocks += _set_above([line for line in above if line.strip()])
        item = _ITEM.fullmatch(last)
        if item:
            number = int(item["number"]) if item["number"] else None
            depth = min(_DEEPEST, len(item["indent"]) // _INDENT)
            blocks.append(_Block("item", number=number, depth=depth))
        elif sentence.tail:
            blocks.append(_Block("code"))
        elif is_in_bars(sentence.text):
            blocks.append(_Block("row"))
        elif above or not blocks or blocks[-1].kind in ("heading", "row", "code"):
            blocks.append(_Block("paragraph"))
        blocks[-1].parts.append(_sentence_html(sentence, blocks[-1].kind))
    return "".join(_join(blocks))


def _set_above(lines: Sequence[str]) -> Iterator[_Block]:
    """The lines above a sentence that claim nothing."""
    for line in lines:
        if is_in_bars(line) and not _RULE.fullmatch(line):
            cells = "".join(f'<th scope="col">{escape_html(cell)}</th>' for cell in split_row(line))
            yield _Block("columns", [f"{cells}<td></td>"])
        elif not line.startswith("```") and not _RULE.fullmatch(line):
            yield _Block("heading", [escape_html(line.lstrip("# "))])


def _sentence_html(sentence: Sentence, kind: Kind) -> str:
    marks = marks_and_verdict_html(sentence)
    verdict = f"cs-sentence cs-{sentence.support.verdict}"
    if kind == "row":
        cells = "".join(f"<td>{escape_html(cell)}</td>" for cell in split_row(sentence.text))
        return f'{cells}<td class="{verdict}">{marks}</td>'
    if kind == "code":
        code = f"<pre><code>{escape_code(sentence.text)}</code></pre>"
        return f'{code}<span class="{verdict}">{marks}</span>'
    words = f'<span class="cs-words">{escape_html(sentence.text)}</span>'
    return f'<span class="{verdict}">{words} {marks}</span>'


def _item_html(item: _Block) -> str:
    value = "" if item.number is None else f' value="{item.number}"'
    return f'<li class="cs-depth-{item.depth}"{value}>{" ".join(item.parts)}</li>'


def _join(blocks: Sequence[_Block]) -> Iterator[str]:
    """Put items into lists, and rows into tables."""
    tables = accumulate(block.kind == "columns" for block in blocks)  # names begin a new one
    keys = [
        ("row" if block.kind == "columns" else block.kind, block.number is not None, table)
        for block, table in zip(blocks, tables, strict=True)
    ]
    for (kind, numbered, _), places in groupby(range(len(blocks)), keys.__getitem__):
        own = [blocks[place] for place in places]
        if kind == "item":
            tag = "ol" if numbered else "ul"
            yield f'<{tag} class="cs-list">{"".join(map(_item_html, own))}</{tag}>'
        elif kind == "row":
            rows = "".join(f"<tr>{''.join(block.parts)}</tr>" for block in own)
            yield f'<table class="cs-rows"><tbody>{rows}</tbody></table>'
        else:
            name = {"heading": "cs-heading", "code": "cs-code"}.get(kind, "cs-text")
            tag = "div" if kind == "code" else "p"
            for block in own:
                yield f'<{tag} class="{name}">{" ".join(block.parts)}</{tag}>'
