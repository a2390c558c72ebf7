"""How often a refusal is told from an answer, by phrasings of many systems.

    python -m bench.evaluation.refusals

``training/refusals/phrases.txt`` has families of phrasings; the patterns of
``rag/english/patterns/refusals`` were fitted on some, and the others were kept apart.
``refusals.tsv`` has sixty more texts. Each text was labelled before any program read it.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from eval.responses.refusals import is_refusal

_ROOT = Path(__file__).resolve().parents[2]
_PHRASES = _ROOT / "training" / "refusals" / "phrases.txt"
_SIXTY = Path(__file__).with_name("refusals.tsv")


class Phrase(NamedTuple):
    """A whole answer of a system.

    :param part: ``fit``, ``apart`` or ``sixty``.
    """

    text: str
    refuses: bool
    part: str


def load_phrases() -> Iterator[Phrase]:
    """Load all labelled texts."""
    refuses, part = False, ""
    for line in _PHRASES.read_text(encoding="utf-8").splitlines():
        if line.startswith("[") and " | " in line:
            _, label, part = line[1:-1].split(" | ")
            refuses = label == "refusal"
        elif line and not line.startswith("#"):
            yield Phrase(line, refuses, part)
    for line in _SIXTY.read_text(encoding="utf-8").splitlines()[1:]:
        label, text = line.split("\t")
        yield Phrase(text, label == "yes", "sixty")


def main() -> None:
    phrases = list(load_phrases())
    for part in ("fit", "apart", "sixty"):
        for refuses, name in ((True, "refusals"), (False, "answers")):
            own = [each for each in phrases if (each.part, each.refuses) == (part, refuses)]
            wrong = [each.text for each in own if is_refusal(each.text) != refuses]
            print(f"{part:<6} {name:<9} {len(own) - len(wrong)} of {len(own)} are told rightly")
            print(*(f"         {text}" for text in wrong), sep="\n", end="\n" if wrong else "")


if __name__ == "__main__":
    main()
