"""What is logged on stderr, for a person or as JSON for a program."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Literal

LogLevel = Literal["debug", "info", "warning", "error"]


_NAME = "citespan"
_OURS = ("rag", "ingest", "eval", "ui")


class JsonFormatter(logging.Formatter):
    """A record as one line of JSON: ``time``, ``level``, ``logger``, ``message``, ``error``."""

    def format(self, record: logging.LogRecord) -> str:
        fields = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            fields["error"] = self.formatException(record.exc_info)
        return json.dumps(fields, ensure_ascii=False)


def set_up_log(level: LogLevel = "warning", *, as_json: bool = False) -> None:
    """Log on stderr from a level on.

    The level is that of citespan and of its server. Other packages keep to warnings, since some of
    them log what they send.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter() if as_json else logging.Formatter("%(message)s"))
    handler.set_name(_NAME)
    root = logging.getLogger()
    for older in [each for each in root.handlers if each.get_name() == _NAME]:
        root.removeHandler(older)
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    for name in _OURS:
        logging.getLogger(name).setLevel(level.upper())
