"""Questions in Japanese and Portuguese about paragraphs in the same language, as a library's files.

JaQuAD asks about Wikipedia, FaQuAD about a university and what it teaches. One article in five is
not in the library, and of the others one paragraph in five, so that some questions have no answer
in it: those are off its topics, or on them.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from training.data.public_sets import read_train

Part = Literal["fit", "test"]
_LEFT_OUT = 5
_ARTICLES = {"jaquad": 40, "faquad": 40}
"""The most articles of a library."""


@dataclass(frozen=True)
class Asked:
    """A question.

    :param source: the file with the paragraph that answers it; "" when the library has none.
    :param on_topic: whether the library has other paragraphs of that article.
    :param answers: strings of which one is in a sentence that answers.
    """

    text: str
    source: str
    on_topic: bool
    answers: tuple[str, ...]


def write_library(name: str, part: Part, folder: Path) -> list[Asked]:
    """Write the paragraphs of a part of a set as files; return its questions.

    No article is in both parts.
    """
    asked, files, articles = [], dict[str, str](), set[str]()
    for row in _read_part(name, part):
        title, text = row["title"], row["context"]
        if title not in articles and len(articles) == _ARTICLES[name]:
            break
        articles.add(title)
        file = files.setdefault(text, f"{len(files):04}.txt")
        on_topic = _digest(title) % _LEFT_OUT > 0
        there = on_topic and _digest(text) % _LEFT_OUT > 0
        if there:
            (folder / file).write_text(text, encoding="utf-8")
        answers = tuple(answer["text"] for answer in row["answers"])
        asked.append(Asked(row["question"].strip(), file if there else "", on_topic, answers))
    return asked


def shows_answer(text: str, asked: Asked) -> bool:
    """Whether a text holds one of the answers, whatever its white space and case."""
    return any(_squeeze(answer) in _squeeze(text) for answer in asked.answers)


def _read_part(name: str, part: Part) -> list[dict[str, Any]]:
    if name == "jaquad":
        return list(read_train(name, "train" if part == "fit" else "dev"))
    halves: dict[Part, int] = {"fit": 0, "test": 1}
    return [row for row in read_train(name) if _digest(row["title"]) // 7 % 2 == halves[part]]


def _digest(text: str) -> int:
    return int(hashlib.sha256(text.encode()).hexdigest(), 16)


def _squeeze(text: str) -> str:
    return "".join(text.split()).casefold()
