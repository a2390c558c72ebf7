"""The progress of an ingest, for a person who waits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.report import report_progress

if TYPE_CHECKING:
    import pytest


def test_bars_are_shown_on_stderr_and_end_full(capsys: pytest.CaptureFixture[str]) -> None:
    with report_progress(True) as progress:
        for done in range(4):
            progress("reading", done, 3)
        progress("embedding", 5, 5)
    shown = capsys.readouterr()
    assert not shown.out
    assert "reading: 100%" in shown.err
    assert "3/3" in shown.err
    assert "embedding: 100%" in shown.err


def test_a_callback_is_called_and_nothing_is_shown_unasked(
    capsys: pytest.CaptureFixture[str],
) -> None:
    seen: list[tuple[str, int, int]] = []
    with report_progress(lambda *step: seen.append(step)) as progress:
        progress("reading", 1, 2)
    for wanted in (None, False):
        with report_progress(wanted) as progress:
            progress("reading", 1, 2)
    assert seen == [("reading", 1, 2)]
    assert not capsys.readouterr().err
