"""Logs: lines stay lines."""

from __future__ import annotations

import pytest

from ingest.readers import format_of, formats


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("10:00 INFO on\n10:05 WARN hot\n", "10:00 INFO on\n10:05 WARN hot\n"),
        ("  indented\n\n\ttab\n", "  indented\n\n\ttab\n"),
        ("a\r\nb\r\n", "a\nb\n"),
        ("\x1b[1;31mERROR\x1b[0m disk full\n", "ERROR disk full\n"),
        ("\x1b]0;title\x1b\\ready\n", "ready\n"),
        ("10 %\r50 %\r100 %\ndone\n", "100 %\ndone\n"),
        ("# no heading\n", "# no heading\n"),
        ("bell\x07\n" + "on\n" * 99, "bell\n" + "on\n" * 99),
        ("caf\u00e9\n", "caf\u00e9\n"),
        ("last line", "last line"),
    ],
)
def test_lines_are_kept_without_what_steers_a_terminal(written: str, shown: str) -> None:
    source = formats()["log"].readers[0](written.encode(), lambda *_: None)
    assert source.text == shown
    assert source.markdown is False


def test_a_log_is_known_by_its_suffix() -> None:
    assert format_of("var/pump.LOG") == "log"
