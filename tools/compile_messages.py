"""Compiles the message catalogues that are older than their source: no GNU gettext needed.

Run by `.venv/bin/python tools/compile_messages.py`; costs a few file dates when all is compiled.
"""

import os
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent


def outdated(project: Path) -> list[Path]:
    """The catalogues under `project`/locale whose .mo is missing or older than the .po."""
    return [
        source
        for source in sorted(project.glob("locale/*/LC_MESSAGES/*.po"))
        if not source.with_suffix(".mo").exists()
        or source.with_suffix(".mo").stat().st_mtime_ns < source.stat().st_mtime_ns
    ]


def compile_catalogue(source: Path) -> None:
    """Writes the .mo beside `source`, whole or not at all."""
    import polib

    catalogue = polib.pofile(str(source), check_for_duplicates=True)
    target = source.with_suffix(".mo")
    with tempfile.NamedTemporaryFile(dir=source.parent, suffix=".tmp", delete=False) as draft:
        draft.write(catalogue.to_binary())
    os.chmod(draft.name, 0o644)
    os.replace(draft.name, target)


def main() -> int:
    """Returns 0, or 1 with a sentence when a catalogue can't be read."""
    for source in outdated(PROJECT):
        try:
            compile_catalogue(source)
        except (OSError, ValueError) as error:
            sys.stderr.write(f"Kunne ikke oversette {source.relative_to(PROJECT)}: {error}\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
