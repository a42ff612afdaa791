"""Log lines as JSON: a fixed sentence plus fields, for machines that collect them."""

import json
import logging
import re
from datetime import UTC, datetime

_STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime"}
# Django hangs the whole request on some records; it holds cookies, addresses and form data.
_NEVER = frozenset({"request", "server_time", "user", "email", "data"})


# Links that are keys: whatever stands where a secret does, and what looks like one elsewhere.
_SECRET = re.compile(r"(?<=/konto/invitasjon/)[^/\s\"']+|(?<![\w-])[A-Za-z0-9_-]{43}(?![\w-])")


class WithoutSecrets(logging.Filter):
    """Takes secrets of links out of a message; Django logs the path of a request that failed."""

    def filter(self, record: logging.LogRecord) -> bool:
        told = record.getMessage()
        clean = _SECRET.sub("…", told)
        if clean != told:
            record.msg, record.args = clean, ()
        return True


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time (UTC, ISO 8601), level, logger, message, extra fields."""

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        for key, value in record.__dict__.items():
            if key not in _STANDARD and key not in _NEVER and not key.startswith("_"):
                entry[key] = value if isinstance(value, int | float | bool) else str(value)
        if record.exc_info:
            entry["traceback"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False)
