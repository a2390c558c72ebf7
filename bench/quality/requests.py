"""Requests as people type them to a chatbot of documents: what is understood, what is answered.

``bench/requests.jsonl`` holds requests of fourteen kinds, written before the product was tried,
with what a right answer must hold: strings (``|`` between alternatives) that are in it and strings
that are not, the files it cites, or that it is a refusal. Of a conversation, the last turn is
judged. A right answer in other words counts as wrong, and a right string beside a wrong reading as
right. A fifth of the requests, chosen by a hash, is held back: it is asked only with
``--held-back``, and rules and weights are made without it.

    python -m bench.quality.requests [--each] [--held-back] [--library NAME] [--homes FOLDER]
"""

import argparse
import math
import re
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

from bench.quality.request_files import FILES, copy_files
from ingest import ingest
from rag import Answer, Rag, Settings
from training.data.public_sets import read_rows

REQUESTS = Path(__file__).resolve().parents[1] / "requests.jsonl"
_MARK = re.compile(r"\s*\[\d+\]")
_NONE = re.compile(r"\b(no|none|nothing|not)\b")
_NORMAL_95 = 1.96
"""Standard deviations on either side of the mean that hold 95 % of a normal distribution."""
_WHOLE_UP_TO = 3
"""Letters of a string up to which it is found only as a whole word."""
_ALSO = {"count": {"count", "documents"}}
"""What an intent may be called too: a count of documents may be a list that says how many."""
Request = dict[str, Any]


class Outcome(NamedTuple):
    """What became of a request.

    :param faults: what is wrong with the answer, in words; none when it is handled right.
    :param understood: whether the answer's intent is one that the request has.
    """

    request: Request
    answer: Answer
    faults: tuple[str, ...]
    understood: bool

    @property
    def handled(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


def holds(text: str, wanted: str) -> bool:
    """Whether a text has one of the alternatives, from the beginning of a word.

    A number is not part of a longer one, a short string is a word by itself, and what stands
    between the words of a file name, ``_``, is no letter.
    """
    folded = " ".join(_MARK.sub("", text).replace("’", "'").replace("_", " ").split()).casefold()
    parts = wanted.casefold().replace("_", " ").split("|")
    return any(part.strip() and _compile(part.strip()).search(folded) for part in parts)


def _compile(part: str) -> re.Pattern[str]:
    before = r"(?<![\d.,])(?<!\w)" if part[0].isdigit() else r"(?<!\w)" if part[0].isalnum() else ""
    after = r"(?![\w])(?![.,]\d)" if part[-1].isdigit() else ""
    if len(part) <= _WHOLE_UP_TO and not after:
        after = r"(?!\w)"
    return re.compile(before + re.escape(part) + after)


def is_understood(answer: Answer, request: Request) -> bool:
    """Whether the answer's intent is one of those that the request may have."""
    names = request["intent"].split("|")
    return answer.intent in set(names).union(*(_ALSO.get(name, set()) for name in names))


def is_refusal(answer: Answer) -> bool:
    """Whether it says that there is nothing: an abstention, or a list without an entry."""
    said_none = not answer.citations and _NONE.search(answer.text.casefold())
    return answer.status == "abstained" or bool(said_none)


def find_claim(answer: Answer, request: Request) -> str:
    """The part of an answer that must hold it: a number counted stands in the first line."""
    return (
        answer.text.partition("\n")[0] if "count" in request["intent"].split("|") else answer.text
    )


def find_faults(answer: Answer, request: Request, earlier: Answer | None = None) -> tuple[str, ...]:
    """Tell what is wrong with an answer, in words.

    :param earlier: the answer to the turn before; an answer asked to be shorter is shorter than it.
    """
    if request["refuse"]:
        return () if is_refusal(answer) else ("answered",)
    wanted, sources = request["contains"], request["sources"] or ()
    if not wanted and not sources:
        return () if is_understood(answer, request) else (f"taken for {answer.intent}",)
    if answer.status == "abstained":
        return ("refused",)
    text = "\n".join([answer.direct.text if answer.direct else "", find_claim(answer, request)])
    cited = {Path(citation.source).name for citation in answer.citations}
    faults = [f"lacks {part}" for part in wanted if not holds(text, part)]
    faults += [f"holds {part}" for part in request["never"] if holds(text, part)]
    faults += [f"does not cite {name}" for name in sources if name not in cited]
    if request["intent"] == "shorter" and earlier and len(answer.text) >= len(earlier.text):
        faults.append("not shorter")
    return tuple(faults)


def ask(bot: Rag, request: Request) -> Outcome:
    """Ask all turns of a request, and judge the last answer."""
    history: list[tuple[str, str]] = []
    earlier = None
    for turn in request["turns"][:-1]:
        earlier = bot.ask(turn, history)
        history.append((turn, earlier.text))
    answer = bot.ask(request["turns"][-1], history)
    faults = find_faults(answer, request, earlier)
    return Outcome(request, answer, faults, is_understood(answer, request))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", action="store_true", help="print what is answered")
    parser.add_argument("--held-back", action="store_true", help="ask the fifth that is held back")
    parser.add_argument("--library", choices=FILES, help="ask only this one")
    parser.add_argument("--homes", type=Path, help="keep the libraries here")
    options = parser.parse_args()
    requests = [r for r in read_rows(REQUESTS) if r["held_back"] == options.held_back]
    outcomes: list[Outcome] = []
    with tempfile.TemporaryDirectory() as temporary:
        for library in [options.library] if options.library else FILES:
            folder = Path(temporary) / "files" / library
            try:
                copy_files(library, folder)
            except FileNotFoundError as error:
                print(f"{library} is left out: {error.filename} is missing")
                continue
            settings = Settings(home=(options.homes or Path(temporary)) / library)
            ingest([folder], settings=settings)
            with Rag(settings) as bot:
                for request in (r for r in requests if r["library"] == library):
                    outcomes.append(ask(bot, request))
                    if options.each:
                        print_outcome(outcomes[-1])
    print_shares(outcomes)


def print_outcome(outcome: Outcome) -> None:
    """Print a request, what was answered, and what is wrong with it."""
    request, answer = outcome.request, outcome.answer
    verdict = "; ".join(outcome.faults) or "right"
    print(f"\n{request['id']} {verdict} | {' / '.join(request['turns'])}", flush=True)
    scope = f" in {', '.join(answer.scope)}" if answer.scope else ""
    print(f"   {answer.intent} {answer.status} {answer.confidence:.2f}{scope}")
    if answer.direct:
        print(f"   ** {answer.direct.text} ({answer.direct.probability:.2f})")
    for line in answer.text.splitlines():
        print("   -", line[:200])


def print_shares(outcomes: list[Outcome]) -> None:
    """Print what was handled right and what was understood, of each kind and of all."""
    kinds: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        kinds.setdefault(outcome.request["kind"], []).append(outcome)
    print("\n| kind | n | handled right | understood |\n| --- | --- | --- | --- |")
    for kind, found in (kinds | {"all": outcomes}).items():
        if found:
            right = format_share([o.handled for o in found])
            print(f"| {kind} | {len(found)} | {right} | ", end="")
            print(f"{format_share([o.understood for o in found])} |")


def format_share(values: list[bool]) -> str:
    """A share with its interval, in percent: ``61 % [52, 69]``."""
    low, high = find_interval(sum(values), len(values))
    return f"{sum(values) / len(values) * 100:.0f} % [{low * 100:.0f}, {high * 100:.0f}]"


def find_interval(hits: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a share; it has a width even where all of a few are right.

    Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", Journal of the
    American Statistical Association 22(158), 1927.
    """
    share, z2 = hits / n, _NORMAL_95**2
    middle = share + z2 / (2 * n)
    half = _NORMAL_95 * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return (middle - half) / (1 + z2 / n), (middle + half) / (1 + z2 / n)


if __name__ == "__main__":
    main()
