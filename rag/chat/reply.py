"""Collect a chat model's reply: its sentences so far, their support, and whether it is complete."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from rag.answers.abstention import is_abstention
from rag.answers.extractive import with_sentences
from rag.chat.absence import split_absence
from rag.chat.call import End
from rag.chat.reply_reader import ReplySentence
from rag.chat.resolver import Resolver
from rag.forms import count_of
from rag.text.tables import is_in_bars
from rag.text.terms import fold
from rag.types import Answer, Emphasis, Passage, Sentence

_ENOUGH = 0.5
"""Share of a reply's sentences that must be supported for the reply to be shown."""
_GIVEN_UP = 5
"""Claims without any support, after which the rest of a reply is not waited for."""
_CUT = frozenset({"length", "max_tokens", "max_output_tokens", "model_length"})
_DECLINED = frozenset({"content_filter", "refusal", "safety", "blocklist", "prohibited_content"})
_SENTENCE_END = re.compile(r"[.!?…。！？][\"”’)\]\s]*$")


@dataclass(slots=True)
class Reply:
    """A reply as it streams.

    :param draft: the answer that it becomes.
    :param name: the model's, for notices.
    :param tells_end: whether a complete reply says why it ended.
    :param strict: whether unsupported sentences are left out.
    :param claims: the number of its sentences, with those left out.
    :param end: None until it has ended by itself.
    :param failure: why the call failed, or "".
    """

    draft: Answer
    name: str
    tells_end: bool
    strict: bool
    claims: int = 0
    end: End | None = None
    failure: str = ""
    _absent: list[str] = field(default_factory=list)
    _lead: str = ""
    _unfinished: bool = False
    _supported: int = 0
    _said: list[Sentence] = field(default_factory=list)
    _texts: set[str] = field(default_factory=set)
    _notices: tuple[str, ...] = ()
    _offered: int = 0

    def __post_init__(self) -> None:
        self._offered = len(self.draft.passages)

    @property
    def answer(self) -> Answer:
        """The answer so far."""
        answer = replace(self.draft, usage=self.end.usage if self.end else None)
        said = self._said
        if self._absent and not self.is_supported:
            said = [each for each in said if each.support.verdict != "unsupported"]
        left_out = self.claims - len(said)
        told = count_of(left_out, "sentence")
        dropped = [f"{told} left out as not supported."] if left_out else []
        absent = [
            f"The model also says: “{each}”" for each in self._absent if not is_abstention(each)
        ]
        answer = replace(answer, notices=(*self._notices, *dropped, *absent))
        return with_sentences(answer, said) if said else answer

    @property
    def abstained(self) -> bool:
        """Whether it says that the passages do not answer, and nothing that they support.

        That is never overruled by the documents' own sentences.
        """
        return bool(self._absent) and not self._supported and not self._has_failed

    @property
    def _has_failed(self) -> bool:
        """Whether the call failed, or the reply was cut."""
        reason = self.end.reason.lower() if self.end else ""
        return bool(self.failure) or reason in _CUT or reason in _DECLINED or self._unfinished

    @property
    def is_hopeless(self) -> bool:
        """Whether so much of it has no support, and nothing has any, that it is given up."""
        return self.claims >= _GIVEN_UP and not self._supported and not self._absent

    @property
    def may_be_shown(self) -> bool:
        """Whether what has come so far is not likely to be replaced."""
        return self._supported > 0

    @property
    def is_supported(self) -> bool:
        """Whether enough of it is supported for it to be shown."""
        return self._supported >= max(1, _ENOUGH * self.claims)

    @property
    def problem(self) -> str:
        """Why it cannot be shown as a complete answer; "" when it can."""
        if self.failure:
            return self.failure
        unsupported = (
            f"{self.claims - self._supported} of {count_of(self.claims, 'sentence')} "
            f"of {self.name} "
            "had no support in the passages"
        )
        if self.is_hopeless:
            return unsupported
        reason = self.end.reason.lower() if self.end else ""
        if reason in _DECLINED:
            return f"{self.name} declined to answer"
        if reason in _CUT:
            return f"{self.name} used up its CITESPAN_CHAT_REPLY_TOKENS"
        if not self.claims:
            return f"{self.name} gave an empty answer"
        if self._unfinished or (self.tells_end and not reason):
            return f"the answer of {self.name} broke off"
        return "" if self.is_supported or (self._absent and self._supported) else unsupported

    def finish(self, last: str) -> bool:
        """Note how the reply ended; return whether its last sentence is complete."""
        reason = self.end.reason.lower() if self.end else ""
        ended = (bool(reason) and reason not in _CUT) or (not self.tells_end and not reason)
        whole = bool(_SENTENCE_END.search(last)) or ended
        self._unfinished |= not whole
        return whole

    def add(self, sentence: ReplySentence, resolver: Resolver) -> bool:
        """Resolve and add its next sentence; return whether there is more to show."""
        if sentence.restarts:  # what came before was thought aloud
            self.claims = self._supported = 0
            self._said.clear()
            self._texts.clear()
            self._absent.clear()
        folded = fold(sentence.text)
        if folded in self._texts:
            return False  # some models repeat themselves without end
        self._texts.add(folded)
        sentence = replace(sentence, lead=_join_leads(self._lead, sentence.lead))
        self._lead = sentence.lead
        absent, said = "", sentence.text
        if not sentence.code and not is_in_bars(sentence.text):
            absent, said = split_absence(sentence.text, marked=bool(sentence.numbers))
        # what its own mark supports is a claim, though it sounds like an absence
        if absent and not (sentence.numbers and _is_borne_out(sentence, resolver)):
            self._absent.append(absent)
            if not said:
                return False
            sentence = replace(sentence, text=said, emphasis=())
        resolved = _set(sentence, resolver.resolve(sentence))
        supported = resolved.support.verdict != "unsupported"
        self.claims += 1
        self._supported += supported
        if supported or not self.strict:
            self._lead = ""
            self._said.append(resolved)
            return True
        return False

    def note_passages(self, fitted: Sequence[Passage], guess: str) -> None:
        """Note the passages that the model read; add a notice when the best did not all fit.

        :param guess: why tokens were estimated; "" when they were counted.
        """
        why = f" ({guess})" if guess else ""
        notice = (
            f"Only {len(fitted)} of {self._offered} passages fitted into the model's prompt{why}; "
            "CITESPAN_CHAT_CONTEXT_TOKENS gives it more room."
        )
        self._notices = (notice,) if len(fitted) < self._offered else ()
        self.draft = replace(self.draft, passages=tuple(fitted))


def _is_borne_out(sentence: ReplySentence, resolver: Resolver) -> bool:
    return resolver.resolve(sentence).support.verdict == "supported"


def _set(sentence: ReplySentence, resolved: Sentence) -> Sentence:
    """The resolved sentence as the reply sets it."""
    fence = ""
    if sentence.code:
        longest = max(map(len, re.findall("`+", sentence.text)), default=0)
        fence = "`" * max(3, longest + 1)
    shift = len(sentence.opening) + 1 if sentence.opening else 0
    return replace(
        resolved,
        text=f"{sentence.opening} {sentence.text}".strip(),
        emphasis=tuple(
            Emphasis(start + shift, end + shift, style) for start, end, style in sentence.emphasis
        ),
        lead=f"{sentence.lead}{fence}\n" if fence else sentence.lead,
        tail=f"\n{fence}" if fence else "",
    )


def _join_leads(dropped: str, lead: str) -> str:
    """What is set before a sentence, with the lines above one before it that is not shown."""
    above = [line for line in dropped.split("\n")[:-1] if line.strip()]
    if not above:
        return lead or ("\n" if "\n" in dropped else "")
    breaks = dropped[: len(dropped) - len(dropped.lstrip("\n"))]
    return breaks + "\n".join(above) + "\n" + lead.lstrip("\n")
