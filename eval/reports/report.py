"""The report of a run: its figures, and how they are written, shown and handed on."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from eval.reports.figures import Figures, count_line
from eval.reports.html import render_html
from eval.reports.junit import render_junit
from eval.reports.text_report import as_text
from rag.files import write_whole

FILES = ("report.json", "times.json", "junit.xml", "report.html")
"""What :meth:`Report.save` writes."""


@dataclass(frozen=True, repr=False)
class Report(Figures):
    """The report of a run, as ``evaluate`` and ``score`` return it."""

    def save(self, folder: str | Path, failures: Sequence[str] = ()) -> Path:
        """Write the report as ``report.html``, ``report.json``, ``junit.xml`` and ``times.json``.

        :param folder: made if it is missing.
        :param failures: what :meth:`failures` returned, for ``junit.xml``.
        :return: the folder.
        :raises OSError: it cannot be written.
        """
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        texts = (
            _format_json(self.as_dict()),
            _format_json(self.times_as_dict()),
            render_junit(self, failures),
            render_html(self),
        )
        for name, text in zip(FILES, texts, strict=True):
            write_whole(folder / name, text)
        return folder

    def to_pandas(self) -> Any:
        """Make a ``pandas.DataFrame`` with a row for each case and a column for each metric.

        A metric that does not apply to a case is not a number there.

        :raises ImportError: pandas is not installed.
        """
        # by name: nothing else needs pandas, and its types take a checker a minute to read
        return import_module("pandas").DataFrame(
            [_make_row(row) for row in self.as_dict()["results"]]
        )

    def __str__(self) -> str:
        """The report as text, as the command line prints it."""
        return as_text(self)

    def __repr__(self) -> str:
        """One line: whose answers, how many cases, how many right."""
        name = f"{self.name!r}, " if self.name else ""
        return f"Report({name}{len(self.trials)} cases, {count_line(self)})"


def _make_row(row: Mapping[str, Any]) -> dict[str, Any]:
    blame = row["blame"]["stage"] if row["blame"] else ""
    names = ("id", "kind", "question", "answerable", "status", "right", "wrong", "answer")
    scores = {
        name: share[0] / share[1] if isinstance(share, list) else share
        for name, share in row["scores"].items()
    }
    return {name: row[name] for name in names} | {"lost": blame} | scores


def _format_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
