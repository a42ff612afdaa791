"""Fails when a sentence of code or templates lacks its translation, or a catalogue has leftovers.

Extracts with GNU gettext into a copy, so that the checkout stays as it is.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

PROJECT = Path(__file__).resolve().parent.parent
LANGUAGES = ("nb", "nn", "en")


def tracked_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "*.py", "*.html", "*.txt", "*.po"],
        cwd=PROJECT,
        check=True,
        capture_output=True,
    ).stdout.decode()
    return [Path(name) for name in listed.split("\0") if name and not name.startswith("tests/")]


def extract(folder: Path) -> None:
    for name in tracked_files():
        if (PROJECT / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(PROJECT / name, folder / name)
    languages = [argument for code in LANGUAGES for argument in ("-l", code)]
    subprocess.run(
        [sys.executable, "manage.py", "makemessages", "--no-location", "-v", "0", *languages],
        cwd=folder,
        check=True,
        env={**os.environ, "DEMO": "1", "DATA_DIR": str(folder / "var")},
    )


def main() -> int:
    if shutil.which("xgettext") is None:
        print("GNU gettext is missing: install the package gettext.")
        return 1
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="messages-") as name:
        extract(Path(name))
        for code in LANGUAGES:
            catalogue = polib.pofile(str(Path(name) / f"locale/{code}/LC_MESSAGES/django.po"))
            for label, entries in (
                ("not translated", catalogue.untranslated_entries()),
                ("to be looked at (fuzzy)", catalogue.fuzzy_entries()),
                ("no longer used", catalogue.obsolete_entries()),
            ):
                for entry in entries:
                    print(f"{code}: {label}: {entry.msgid!r}")
                    wrong += 1
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
