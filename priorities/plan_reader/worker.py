"""Reads one document from standard input in a process of its own.

`python -m priorities.plan_reader.worker [NAME]` prints one JSON object: `{"plan": …}` with codes
instead of sentences, or `{"error": code, "details": {…}}`. Its own memory and time are limited
before a byte is looked at, so that a hostile file can at worst end this process.
"""

from __future__ import annotations

import contextlib
import json
import sys

MEMORY_BYTES = 280_000_000
CPU_SECONDS = 7
OUTPUT_BYTES = 32_000_000


def limit_resources() -> None:
    """Limits memory, processor time and output where the operating system can."""
    try:
        import resource
    except ImportError:
        return
    for kind, limit in (
        ("RLIMIT_AS", MEMORY_BYTES),
        ("RLIMIT_CPU", CPU_SECONDS),
        ("RLIMIT_FSIZE", OUTPUT_BYTES),
        ("RLIMIT_CORE", 0),
    ):
        with contextlib.suppress(ValueError, OSError, AttributeError):
            resource.setrlimit(getattr(resource, kind), (limit, limit))


def main() -> int:
    limit_resources()
    from priorities.plan_reader.errors import PlanReadError
    from priorities.plan_reader.opening import MAX_BYTES, read_document

    answer: dict[str, object]
    try:
        data = sys.stdin.buffer.read(MAX_BYTES + 1)
        name = sys.argv[1] if len(sys.argv) > 1 else ""
        answer = {"plan": read_document(data, name).as_codes()}
    except PlanReadError as error:
        answer = {"error": error.code, "details": error.details}
    except (MemoryError, RecursionError):
        answer = {"error": "too_hard", "details": {}}
    sys.stdout.write(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main())
