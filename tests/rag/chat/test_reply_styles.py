"""Replies as models write them come through: what is said, what it cites, how it is set."""

from __future__ import annotations

import pytest

from rag.chat.reply_reader import ReplyReader, split_reply

A, B = "Herons nest in tall trees.", "Owls hunt at night."
BOTH = [(A, (1,)), (B, (2,))]
ONE = [(A, (1,))]

STYLES: list[tuple[str, list[tuple[str, tuple[int, ...]]]]] = [
    # marks
    (f"{A} [1] {B} [2]", BOTH),
    ("Herons nest in tall trees [1]. Owls hunt at night [2].", BOTH),
    ("Herons nest in tall trees (1). Owls hunt at night (2).", BOTH),
    ("Herons nest in tall trees (Passage 1). Owls hunt at night (Passage 2).", BOTH),
    ("Herons nest in tall trees (passage 1). Owls hunt at night (see passage 2).", BOTH),
    ("Herons nest in tall trees (Source: 1). Owls hunt at night (Source: 2).", BOTH),
    ("Herons nest in tall trees (Doc 1). Owls hunt at night (Doc. 2).", BOTH),
    ("Herons nest in tall trees (ref. 1). Owls hunt at night (refs. 2).", BOTH),
    ("Herons nest in tall trees [Source 1]. Owls hunt at night [Source 2].", BOTH),
    ("Herons nest in tall trees [Doc 1]. Owls hunt at night [Doc 2].", BOTH),
    ("Herons nest in tall trees [Document 1]. Owls hunt at night [Document: 2].", BOTH),
    ("Herons nest in tall trees [passage 1]. Owls hunt at night [Passage 2].", BOTH),
    ("Herons nest in tall trees [p. 1]. Owls hunt at night [p2].", BOTH),
    ("Herons nest in tall trees.<sup>[1]</sup> Owls hunt at night.<sup>[2]</sup>", BOTH),
    ("Herons nest in tall trees<sup>[1]</sup>. Owls hunt at night<sup>[2]</sup>.", BOTH),
    ("Herons nest in tall trees [1](#1). Owls hunt at night [2](#2).", BOTH),
    ("Herons nest in tall trees [[1]](#1). Owls hunt at night [[2]](#2).", BOTH),
    ("Herons nest in tall trees [[1]](https://a.example/x). Owls hunt at night [[2]](b).", BOTH),
    ("Herons nest in tall trees 【1】. Owls hunt at night 【2】.", BOTH),
    ("Herons nest in tall trees 【1†source】. Owls hunt at night 【2†source】.", BOTH),
    ("Herons nest in tall trees 【1:0†source】. Owls hunt at night 【2:3†source】.", BOTH),
    ("Herons nest in tall trees [^1]. Owls hunt at night [^2].", BOTH),
    ("Herons nest in tall trees.¹ Owls hunt at night.²", BOTH),
    ("Herons nest in tall trees¹. Owls hunt at night².", BOTH),
    ("Herons nest in tall trees [1][3]. Owls hunt at night [2].", [(A, (1, 3)), (B, (2,))]),
    ("Herons nest in tall trees [1], [3]. Owls hunt at night [2].", [(A, (1, 3)), (B, (2,))]),
    ("Herons nest in tall trees [1]–[3]. Owls hunt at night [2].", [(A, (1, 2, 3)), (B, (2,))]),
    ("Herons nest in tall trees [1]-[3].", [(A, (1, 2, 3))]),
    ("Herons nest in tall trees (Passages 1 and 3).", [(A, (1, 3))]),
    ("Herons nest in tall trees (sources 1, 3).", [(A, (1, 3))]),
    ("Herons nest in tall trees [1 & 3].", [(A, (1, 3))]),
    ("Herons nest in tall trees (1, 3).", [(A, (1, 3))]),
    ("Herons [1] nest in tall trees [3].", [(A, (1, 3))]),
    ("Herons nest in tall trees [1, p. 5]. Owls hunt at night [2, pp. 3–4].", BOTH),
    ("Herons nest in tall trees [1, page 3]. Owls hunt at night [2: § 2.1].", BOTH),
    ("Herons nest in tall trees [1 p.2]. Owls hunt at night [Source 2, lines 3-9].", BOTH),
    ("Herons nest in tall trees [1, p. 2; 3, p. 4].", [(A, (1, 3))]),
    ("Herons nest in tall trees (1, p. 2). Owls hunt at night (Source 2, page 3).", BOTH),
    ("Herons nest in tall trees [1, 3, p. 2].", [(A, (1, 3))]),
    # references in words
    ("According to passage 1, herons nest in tall trees.", ONE),
    ("According to Passage 1: herons nest in tall trees.", ONE),
    ("As stated in passage 1, herons nest in tall trees.", ONE),
    ("As mentioned in source 1, herons nest in tall trees.", ONE),
    ("Based on document 1, herons nest in tall trees.", ONE),
    ("In passage 1, herons nest in tall trees.", ONE),
    ("Passage 1 states that herons nest in tall trees.", ONE),
    ("Passage 1 says herons nest in tall trees.", ONE),
    ("The passage 1 clearly notes that herons nest in tall trees.", ONE),
    ("Source 1 reports that herons nest in tall trees [1].", ONE),
    ("Passages 1 and 3 explain that herons nest in tall trees.", [(A, (1, 3))]),
    ("Based on the passages, herons nest in tall trees [1].", ONE),
    ("Based on the provided passages, herons nest in tall trees [1].", ONE),
    ("According to the documents provided, herons nest in tall trees [1].", ONE),
    ("According to the text, herons nest in tall trees [1].", ONE),
    # what claims nothing
    ("Sure! Herons nest in tall trees [1].", ONE),
    ("Certainly. Herons nest in tall trees [1].", ONE),
    ("Here is what the passages say: Herons nest in tall trees [1].", ONE),
    ("Here is what the passages say:\n\nHerons nest in tall trees [1].", ONE),
    ("Answer:\n\nHerons nest in tall trees [1].", ONE),
    ("**Answer**\n\nHerons nest in tall trees [1].", ONE),
    ("Where do herons nest?\n\nHerons nest in tall trees [1].", ONE),
    ("Herons nest in tall trees [1]. I hope this helps!", ONE),
    ("Herons nest in tall trees [1]. Let me know if you need more.", ONE),
    ("Herons nest in tall trees [1].\n\nWould you like to know more?", ONE),
    ("Herons nest in tall trees [1].\n\nIf you have other questions, ask me.", ONE),
    ("Herons nest in tall trees [1].\n\nSources: [1]", ONE),
    ("Herons nest in tall trees [1].\n\nReferences:\n[1]", ONE),
    ("Herons nest in tall trees [1].\n\n**Sources:** 1", ONE),
    # thoughts
    ("<think>Trees? [2] Hm.</think>Herons nest in tall trees [1].", ONE),
    ("<think>\n\n</think>\n\nHerons nest in tall trees [1].", ONE),
    ("<thinking>Trees? [2]</thinking>\n\nHerons nest in tall trees [1].", ONE),
    ("<reasoning>Trees?</reasoning>Herons nest in tall trees [1].", ONE),
    ("Trees? I think so. [2]\n</think>\n\nHerons nest in tall trees [1].", ONE),
    (
        "<|channel|>analysis<|message|>Trees? [2]<|end|><|start|>assistant<|channel|>final"
        "<|message|>Herons nest in tall trees [1].",
        ONE,
    ),
    ("<|channel|>final<|message|>Herons nest in tall trees [1].<|return|>", ONE),
    # how it is set
    ("- Herons nest in tall trees [1].\n- Owls hunt at night [2].", BOTH),
    ("* Herons nest in tall trees [1].\n* Owls hunt at night [2].", BOTH),
    ("• Herons nest in tall trees [1].\n• Owls hunt at night [2].", BOTH),
    ("1. Herons nest in tall trees [1].\n2. Owls hunt at night [2].", BOTH),
    ("1) Herons nest in tall trees [1].\n2) Owls hunt at night [2].", BOTH),
    ("Two birds:\n- Herons nest in tall trees [1].\n- Owls hunt at night [2].", BOTH),
    ("# Birds\n\nHerons nest in tall trees [1].\n\n## More\n\nOwls hunt at night [2].", BOTH),
    ("**Herons** nest in *tall* trees [1].", ONE),
    ("**Herons nest in tall trees [1]. Owls hunt at night [2].**", BOTH),
    ("***Herons*** nest in _tall_ trees **[1]**.", ONE),
    ("HLA-A*02:01 is 2 * 3 and p < 0.05* [1].", [("HLA-A*02:01 is 2 * 3 and p < 0.05*.", (1,))]),
    ("Call `__init__` or read_it_all [1].", [("Call __init__ or read_it_all.", (1,))]),
    ("Herons nest in tall trees [1].\n\nOwls hunt at night [2].", BOTH),
    ("The token [MASK] is replaced [1].", [("The token [MASK] is replaced.", (1,))]),
    ("It has 110M parameters [1].", [("It has 110M parameters.", (1,))]),
    ("It says “herons … nest” [1].", [("It says “herons … nest”.", (1,))]),
    ("The loss is $L = x^2$ [1].", [("The loss is $L = x^2$.", (1,))]),
    ("It opened in 2019 (see Figure 2).", [("It opened in 2019 (see Figure 2).", ())]),
    ("It grew by 5 km² [1].", [("It grew by 5 km².", (1,))]),
]  # fmt: skip


@pytest.mark.parametrize(("reply", "said"), STYLES)
def test_what_a_reply_says_and_cites_comes_through(
    reply: str, said: list[tuple[str, tuple[int, ...]]]
) -> None:
    reader = ReplyReader(3)
    found = []
    for sentence in (*reader.add(reply), *reader.finish()):
        found = [] if sentence.restarts else found
        found.append((sentence.text, sentence.numbers))
    assert found == said


def test_there_are_eighty_styles() -> None:
    assert len(STYLES) >= 80


@pytest.mark.parametrize(
    ("reply", "leads"),
    [
        ("One [1]. Two [2].", ["", ""]),
        ("One [1].\n\nTwo [2].", ["", "\n\n"]),
        ("- One [1].\n- Two [2].", ["- ", "\n- "]),
        ("Birds:\n\n1. One [1].\n   - Two [2].", ["Birds:\n1. ", "\n   - "]),
        ("## Birds\nOne [1].\n\n**More**\n\nTwo [2].", ["### Birds\n", "\n\nMore\n"]),
        (
            "| Bird | Time |\n| --- | --- |\n| Owl [1] | night |\n| Heron [2] | day |",
            ["| Bird | Time |\n| --- | --- |\n", "\n"],
        ),
    ],
)
def test_how_sentences_are_set_is_kept(reply: str, leads: list[str]) -> None:
    assert [sentence.lead for sentence in split_reply(reply, 3)] == leads


@pytest.mark.parametrize(
    ("reply", "set_words"),
    [
        ("**Herons** nest in *tall* trees [1].", [("Herons", "strong"), ("tall", "em")]),
        ("According to passage 1, __herons__ nest.", [("Herons", "strong")]),
        ("Yes. Herons **nest [1]** in `tall` trees.", [("nest", "strong"), ("tall", "code")]),
        ("- **Herons:** nest in tall trees [1].", [("Herons:", "strong")]),
        ("| **Owl** | at  *night* [1] |", [("Owl", "strong"), ("night", "em")]),
        ("**Herons nest in tall trees [1].", [("Herons nest in tall trees.", "strong")]),
        ("Herons nest** in tall trees [1].", []),
    ],
)
def test_emphasis_is_kept_beside_the_text(reply: str, set_words: list[tuple[str, str]]) -> None:
    (sentence,) = split_reply(reply, 3)
    found = [(sentence.text[start:end], style) for start, end, style in sentence.emphasis]
    assert found == set_words


def test_code_is_kept_as_it_stands() -> None:
    reply = "Run this [1].\n\n```python\nx = 1\n  y = 2\n```\n[2]\n\nThen go [3]."
    first, code, last = split_reply(reply, 3)
    assert (first.numbers, code.numbers, last.numbers) == ((1,), (2,), (3,))
    assert code.text == "x = 1\n  y = 2"
    assert code.code
    assert last.text == "Then go."


def test_yes_is_shown_before_what_it_affirms() -> None:
    (sentence,) = split_reply("Yes. Herons nest in tall trees [1].", 3)
    assert (sentence.opening, sentence.text) == ("Yes.", A)
