"""Texts that are easy to write and hard to read, of any size."""

from collections.abc import Mapping

from growth.measure import Bait

_UNITS = (
    " ", "\n", "\r\n", "\t", "\u3000", "a", "A", "Aa", "a ", "A ", "0", "0.", "1,", "1 ", ".",
    ". ", "a. ", "A. ", "?", "! ", "-", "--", "- a\n", "a-", "a'", "a/", "a_", "a:", "a: b\n",
    "a=b\n", "[", "]", "[]", "[1]", "[1, ", "[a](", "![a](", "![", "(", ")", "(a ", '"', '"a ',
    "“", "“a. ", "«", "'", "’a ", "`", "`a", "```\n", "*", "**a ", "*a", "_a ", "~~", "|", "| a ",
    "| a | b |\n", "|-", "# a\n", "## ", "> ", "<", "<a ", "<p>", "</p", "<!--", "<a b='", "&",
    "&amp;", "\\", "\\a{", "$", "$a", "{", "{a:", "http://a.", "a@b.", "^", "†", "é", "e\u0301",
    "\u0301", "中", "。", "ア", "ج", "ـ", "\u200b", "\ufeff", "😀", "\x1b[", "it ", "and it ",
    "who it ", "what ", "their cat ", "Ann Bell ", "Table 1: ", "§ 1.", "Fig. ", "e.g. ",
    "et al. ", "not ", "no ", "5 kg ", "1-", "10 %", "2019 ", "according to ", "passage 1 ",
    "(see 1) ", "a,\n", "a;", "a\n\n", "a\n", "\nA", "\x0b", "\x0c", "a\u2028",
)  # fmt: skip
"""Each is repeated."""


def _heading_over_many(size: int) -> str:
    """A heading that is as long as all the headings below it together."""
    return f"# {'long ' * (size // 10)}\n\n" + "## Sub\n\nText.\n\n" * (size // 32)


def _head_row_over_sections(size: int) -> str:
    """A table whose names of columns are as long as all of its sections together."""
    names = " | ".join(["column"] * (size // 18))
    rows = "".join(f"| Section {i} |\n| a | b | c |\n" for i in range(size // 60))
    return f"| {names} |\n|---|---|\n{rows}"


def _tables(size: int) -> str:
    return "Table 1: Prices\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nText.\n\n" * (size // 58)


def _between(unit: str) -> Bait:
    """Something that begins, and whose end is far away and another one."""
    return lambda size: f"a{unit * (size // len(unit))}!"


BAITS: Mapping[str, Bait] = {
    **{f"{unit!r} repeated": _between(unit) for unit in _UNITS},
    "a long heading over many": _heading_over_many,
    "a wide head row over many sections": _head_row_over_sections,
    "many tables": _tables,
    "blank lines before the text": lambda size: "\n" * size + "The end.",
    "spaces before a line's end": lambda size: ("a" + " " * 200 + "\n") * (size // 202),
    "words of growing length": lambda size: " ".join(
        "a" * n for n in range(int((2 * size) ** 0.5))
    ),
    "sentences with an open quote": lambda size: "“" + "He said so. " * (size // 12),
    "a fence that stays open": lambda size: "```python\n" + "a = 1\n" * (size // 6),
    "list in list": lambda size: "".join(" " * (2 * (n % 40)) + "- a\n" for n in range(size // 44)),
    "plain prose": lambda size: "The cat sat on the mat in 2019, and it slept. " * (size // 46),
}
SHORT = (
    *(f"{unit!r} repeated" for unit in (" ", "\n", "a", "0.", "“a. ", "![a](", "[1, ", "`a", "*a",
                                        "| a | b |\n", "it ", "<a ")),
    "a long heading over many", "a wide head row over many sections", "many tables",
    "blank lines before the text",
)  # fmt: skip
"""Those of the short form."""
