"""Fuzzing by the clock: damaged files for every reader, damaged texts for what cites and judges.

    make fuzz ARGS="--minutes 30 --seed 0"

How work grows when its input does is measured by ``growth``, which ``make fuzz`` runs after this.

Files are the seeds and small ones of every format, damaged the way disks, transfers and people do
it. A reader may refuse one with a sentence; it may not raise anything else, and what it reads must
hold: chunks tile the text, placed characters lie within it. Texts are spliced from the same words,
from marks and from scripts of all kinds. Everything found is printed with the seed that makes it
again; the exit code is 1 then.
"""

from __future__ import annotations

import argparse
import io
import logging
import random
import sys
import tempfile
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

from craft import (
    archive,
    book,
    excel,
    lines,
    open_document,
    paragraph,
    pdf,
    presentation,
    shape,
    word,
)
from fuzz_import import DamagedExports

from ingest.reading.load import load
from ingest.reading.workers import Workers
from ingest.sources.ignore import make_spec
from ingest.split import split
from rag import judge_support
from rag.chat.reply_reader import ReplyReader
from rag.errors import DocumentError
from rag.questions.checks import check_history
from rag.questions.follow_ups import make_standalone
from rag.questions.question import parse_question
from rag.text.sentences import sentence_spans
from rag.text.terms import terms
from rag.types import Answer
from ui.web.chat.conversation import Conversation, Turn, read_conversation
from ui.web.chat.page_settings import read_settings

ROOT = Path(__file__).resolve().parents[2]
SEEDS = sorted((ROOT / "seeds").glob("*.txt"))
READERS = ROOT / "tests" / "ingest" / "readers"
FILES = READERS / "tabular" / "fleet.xls", READERS / "mail" / "cells.msg"
PROSE = (
    "Neonatal stem cells are found in cord blood. In 2019, 12 % of 40 patients (CD34+) relapsed."
)
ODD = (
    "\x00", "\ufeff", "\u202e", "\u200b", "\ud800", "\U0010ffff", "ß", "İ", "ﬁ", "e\u0301", "😀",
    "中文。", "ไทย", "עברית", "عربي", "[1]", "[99]", "[", "]", "【1】", "```", "# ", "| a | b |",
    "<script>", "</passage>", "$x$", "\r", "\r\n", "\n\n", "\t", " " * 300, "a" * 3000, "1e309",
    "-0", "½", "10 000,5", "2–3", "not", "<!--", "]]>", "&#0;", "&amp;" * 50, "%PDF-", "\\", "'",
)  # fmt: skip


def files() -> dict[str, bytes]:
    """Whole files by name, some of each format."""
    page = lines([PROSE] * 20, 60, 740)
    html = f"<html><head><title>T</title></head><body><h1>H</h1><p>{PROSE}</p>"
    html += "<p>Next: <a rel=next href=2>b</a></p><table><tr><th colspan=2 rowspan=2>a</th>"
    html += f"<td>{PROSE}</td></tr></table><ul><li>{PROSE}</ul>"
    rows = "\n".join(f'{i},"{PROSE}",2019-01-0{i}' for i in range(1, 9))
    mail = (
        "From: ann@x.org\nSubject: =?utf-8?q?T=C3=A9?=\n"
        "Content-Type: multipart/mixed; boundary=b\n\n"
        f"--b\n\n{PROSE}\n\n> {PROSE}\n--b\nContent-Type: text/html\n\n<p>{PROSE}\n--b\n"
        f"Content-Disposition: attachment; filename=a.csv\n\n{rows}\n--b--\n"
    )
    made: dict[str, bytes] = {
        "a.pdf": pdf(page, page, title="A Paper"),
        "a.docx": word(paragraph("Title", "Heading1") + paragraph(PROSE) * 5),
        "a.pptx": presentation([shape("title", "T") + shape("body", PROSE)] * 3, {1: PROSE}),
        "a.epub": book({"one.xhtml": f"<h1>One</h1><p>{PROSE}</p>", "two.xhtml": PROSE}),
        "a.html": html.encode(),
        "a.csv": f"number,text,day\n{rows}\n".encode(),
        "a.xlsx": excel(
            {"Sheet": [["text", "n"], *[[PROSE, 0.15 * i] for i in range(9)]]}, {1: "0%"}
        ),
        "a.ods": open_document(
            '<table:table table:name="S"><table:table-row><table:table-cell><text:p>'
            f"{PROSE}</text:p></table:table-cell></table:table-row></table:table>"
        ),
        "a.json": f'{{"title": "T", "rows": [{{"text": "{PROSE}", "n": 1.5e3}}]}}'.encode(),
        "a.jsonl": (f'{{"text": "{PROSE}"}}\n' * 4).encode(),
        "a.py": f'"""{PROSE}"""\n\ndef f(x):\n    return x + 1\n'.encode(),
        "a.eml": mail.encode(),
        "a.mbox": f"From a@x.org Mon Mar  2 09:00:00 2026\n{mail}\n".encode() * 3,
        "a.vtt": (
            f"WEBVTT - Talk\nKind: captions\n\nNOTE {PROSE}\n\nSTYLE\n::cue {{}}\n\n"
            + f"one\n00:01.000 --> 00:04.000 align:start\n<v Ann>{PROSE}\n\n"
            + "00:05.000 --> 00:06.000\nit<00:05.500><c> grows</c>\n\n"
        ).encode(),
        "a.odt": archive({"content.xml": f"<d><h outline-level='1'>T</h><p>{PROSE}</p></d>"}),
        "a.odp": archive({"content.xml": f"<d><page><p>{PROSE}</p></page></d>"}),
        "a.rtf": f"{{\\rtf1\\ansi{{\\fonttbl{{\\f0 A;}}}}\\f0 {PROSE}\\par \\u233?\\'e9}}".encode(),
        "a.ipynb": (
            f'{{"cells": [{{"cell_type": "markdown", "source": ["# T\\n", "{PROSE}"]}},'
            f'{{"cell_type": "code", "source": "{PROSE}", "outputs": [{{"output_type": "stream",'
            f'"text": "{PROSE}"}}, {{"data": {{"text/markdown": "*{PROSE}*"}}}}]}}]}}'
        ).encode(),
        "a.srt": f"1\n00:00:01,000 --> 00:00:02,000\n{PROSE}\n\n".encode() * 5,
        "a.log": f"\x1b[1m10:00\x1b[0m {PROSE}\n".encode() * 5,
        "a.txt": (PROSE + "\n\n").encode("utf-16"),
        "a.md": f"# T\n\n{PROSE}\n\n- a\n- b\n\n```\ncode\n```\n".encode(),
    }
    return made | {path.name: path.read_bytes() for path in (*SEEDS, *FILES)}


def damaged(data: bytes, rng: random.Random) -> bytes:
    """The same with one to four things wrong; of an archive, as often what is packed in it."""
    if data.startswith(b"PK") and rng.random() < 0.7:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = {name: packed.read(name) for name in packed.namelist()}
        victim = rng.choice(sorted(parts))
        return archive(parts | {victim: damaged(parts[victim], rng)})
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        here = rng.randrange(len(data) + 1)
        there = here + rng.choice((0, 1, 8, rng.randrange(len(data) + 1)))
        odd = rng.choice(ODD).encode("utf-8", "surrogatepass")
        data = rng.choice(
            (
                data[:here],
                data[:here] + data[there:],
                data[:here] + odd + data[there:],
                data[:here] + odd * rng.choice((3, 500)) + data[there:],
                data[:here] + rng.randbytes(rng.randint(1, 40)) + data[there:],
                data[:there] + data[here:there] * rng.choice((1, 2, 50)) + data[there:],
                bytes(b ^ (1 << rng.randrange(8)) if rng.random() < 0.002 else b for b in data),
                data.replace(data[here : here + 2], odd, 20) if data[here : here + 2] else data,
            )
        )[: 1 << 20]
    return data


def text(rng: random.Random) -> str:
    """A text spliced from words, marks and scripts."""
    words = PROSE.split()
    parts = [rng.choice(words) if rng.random() < 0.7 else rng.choice(ODD) for _ in range(40)]
    return rng.choice((" ", "")).join(parts[: rng.randint(0, 40)])


def read_damaged(rng: random.Random, whole: dict[str, bytes], workers: Workers) -> str:
    """Read one damaged file; how it went."""
    name = rng.choice(sorted(whole))
    data = damaged(whole[name], rng)
    kind = Path(name).suffix
    try:
        source = load(name, data, workers)
    except DocumentError as error:
        sentence = str(error)
        assert sentence.strip(), "refused without a word"
        assert "Traceback" not in sentence, sentence
        return f"{kind} refused"
    found = source.text
    found.encode()  # a lone surrogate could be neither stored nor shown
    assert "\x00" not in found
    chunks = split(found, source.title, _tokens, 200, markdown=source.markdown)
    assert "".join(chunk.text for chunk in chunks) == found, "chunks do not tile the text"
    if source.layout:
        starts = [run.start for run in source.layout.runs]
        assert starts == sorted(starts), "places are out of order"
        assert all(0 <= start <= len(found) for start in starts), "a place outside the text"
    return f"{kind} read"


def cite(rng: random.Random) -> str:
    """Cut, streamed and judged texts keep what they promise."""
    said, quote = text(rng), text(rng)
    spans = sentence_spans(said)
    assert all(0 <= start < end <= len(said) for start, end in spans)
    assert all(first[1] <= then[0] for first, then in pairwise(spans))
    reader = ReplyReader(3)
    cuts = sorted(rng.randrange(len(said) + 1) for _ in range(5))
    pieces = [said[a:b] for a, b in zip([0, *cuts], [*cuts, len(said)], strict=True)]
    for sentence in [*(each for piece in pieces for each in reader.add(piece)), *reader.finish()]:
        assert all(1 <= number <= 3 for number in sentence.numbers), sentence
        assert "<script" not in sentence.text, sentence
    judged = judge_support(said, quote)
    assert judged.verdict in {"supported", "partial", "unsupported"}
    assert 0 <= judged.score <= 1
    terms(said)
    parse_question(said)
    assert make_standalone(said, []) == said
    make_standalone(said, [(quote, said)])
    return "text"


def read_kept(rng: random.Random) -> str:
    """Histories, conversations that a browser kept, and ignore files may hold anything."""
    said, asked = text(rng), text(rng)
    history = check_history([(asked, said), (said, asked)] * rng.randrange(40))
    make_standalone(asked, history)
    answer = Answer(
        question=asked, standalone_question=said, status="abstained", text=said, sentences=(),
        passages=(), answerer="extractive", confidence=0.1, notices=(asked,),
    )  # fmt: skip
    turn = Turn("Why?", answer, said, complete=True)
    kept = (
        damaged(Conversation("a", (turn,)).as_json().encode(), rng) if _fits(said, asked) else b""
    )
    read_settings(kept.decode("utf-8", "replace"))
    for message in read_conversation(kept.decode("utf-8", "replace")).messages():
        assert "<script" not in message["content"], message
    try:
        spec = make_spec([line for line in said.splitlines() if line])
    except DocumentError:
        return "ignore file refused"
    if spec is not None:
        spec.match_file(asked.replace("\0", "") or "a")
    return "kept"


def _fits(*texts: str) -> bool:
    """Tell whether texts can be kept: JSON has no half of a character."""
    return all(each.encode("utf-8", "replace").decode() == each for each in texts)


def _tokens(texts: list[str]) -> list[int]:
    return [len(each.split()) + len(each) // 6 for each in texts]


def main() -> int:
    """Fuzz until the time is up; 1 when something broke."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    logging.disable()  # what is told of a damaged conversation would hide what was found
    tally: Counter[str] = Counter()
    broken: Counter[str] = Counter()
    whole = files()
    end = time.monotonic() + 60 * given.minutes
    with Workers(2, silence=20) as workers, tempfile.TemporaryDirectory() as folder:
        for name, data in whole.items():
            load(name, data, workers)  # undamaged, each is read
        jobs: tuple[Callable[[random.Random], str], ...] = (
            lambda rng: read_damaged(rng, whole, workers),
            cite,
            read_kept,
        )
        exports = DamagedExports(Path(folder), text, damaged)
        seed = given.seed
        while time.monotonic() < end:
            for job in jobs if seed % 10 else (*jobs, exports.import_one):
                try:
                    tally[job(random.Random(seed))] += 1
                except Exception as error:  # noqa: BLE001 - whatever is raised is a finding
                    where = (
                        f"{type(error).__name__} in {traceback.extract_tb(error.__traceback__)[-1]}"
                    )
                    broken[where] += 1
                    if broken[where] == 1:
                        print(f"seed {seed}: {error}\n{traceback.format_exc(limit=-3)}", flush=True)
            seed += 1
    for what, count in sorted(tally.items()):
        print(f"{count:>9,} {what}")
    print(f"{broken.total():>9,} broken, in {len(broken)} ways")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
