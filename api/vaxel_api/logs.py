"""Logs as one JSON object per line, on standard error, with personal numbers masked wherever they stand."""

import datetime as dt
import json
import logging
import sys
from typing import TextIO

from vaxel_api.redaction import redact

NAME = "vaxel.api"
_OWN = ("event", "request", "method", "route", "status", "ms", "sender", "key", "batch", "reason")
"""Fields that a record may carry besides its message; anything else is dropped."""


class JsonLines(logging.Formatter):
    """Formats a record; never a body, never an argument that is not named here."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        at = dt.datetime.fromtimestamp(record.created, dt.UTC)
        said: dict[str, object] = {
            "at": at.isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "message": redact(record.getMessage()),
        }
        for name in _OWN:
            value: object = getattr(record, name, None)
            if value is not None:
                said[name] = redact(value) if isinstance(value, str) else value
        if record.exc_info:
            said["trace"] = redact(self.formatException(record.exc_info))
        return json.dumps(said, ensure_ascii=False)


def begin(stream: TextIO | None = None) -> logging.Handler:
    """Send all logs of the process through `JsonLines`, and return the handler that does so."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a queue is no event
    logging.getLogger("alembic").setLevel(logging.WARNING)
    return handler
