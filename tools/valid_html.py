"""Asks the Nu HTML checker (vnu) about pages: `python tools/valid_html.py FILE…`.

The checker is a jar that Java 17 runs. `--fetch` (`make html-checker`) gets it with npm; the
variable VNU names another one.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote, urlsplit

FOLDER = Path(__file__).resolve().parents[1] / "var" / "tools"
JAR = FOLDER / "node_modules/vnu-jar/build/dist/vnu.jar"
PACKAGE = "vnu-jar@26.9.27"
SHA256 = "22f15dd39a33bed929d2a5c0cddf5946849a647eca9272bf4d5d00bc7e7a4d47"
PATIENCE = 240


class NoChecker(Exception):
    """Java or the jar is missing; the text says what to do."""


def command() -> list[str]:
    """How the checker is started. Raises NoChecker."""
    java = shutil.which("java")
    if not java:
        raise NoChecker(
            "The HTML checker needs Java 17: install the package openjdk-17-jre-headless."
        )
    jar = Path(os.environ.get("VNU") or JAR)
    if not jar.is_file():
        raise NoChecker(
            f"The HTML checker is not at {jar}: `make html-checker` fetches it, or name the jar in "
            "the variable VNU."
        )
    return [java, "-Xmx512m", "-jar", str(jar)]


def faults(files: Iterable[Path]) -> list[str]:
    """One line for each error in `files`, all read in one start. Raises NoChecker."""
    asked = [*command(), "--format", "json", "--errors-only", "--exit-zero-always"]
    names = [str(file) for file in files]
    run = subprocess.run(
        [*asked, *names], capture_output=True, text=True, check=False, timeout=PATIENCE
    )
    try:
        messages = json.loads(run.stderr)["messages"]
    except (ValueError, KeyError) as error:
        raise NoChecker(f"The HTML checker answered oddly: {run.stderr[-500:]}") from error
    return [_line(message) for message in messages]


def _line(message: dict[str, object]) -> str:
    name = Path(unquote(urlsplit(str(message.get("url", ""))).path)).name
    around = " ".join(str(message.get("extract", "")).split())
    return f"{name}:{message.get('lastLine', '')}: {message.get('message')}  [{around[:100]}]"


def fetch() -> None:
    """Gets the jar, unless it is there. Raises NoChecker; keeps no other jar than the known one."""
    if not JAR.is_file():
        npm = shutil.which("npm")
        if not npm:
            raise NoChecker("Fetching the HTML checker needs npm: install the package npm.")
        FOLDER.mkdir(parents=True, exist_ok=True)
        quietly = ["--ignore-scripts", "--no-save", "--no-package-lock", "--no-audit", "--silent"]
        subprocess.run([npm, "install", *quietly, "--prefix", str(FOLDER), PACKAGE], check=True)
    if hashlib.sha256(JAR.read_bytes()).hexdigest() != SHA256:
        JAR.unlink()
        raise NoChecker(f"What came as {PACKAGE} is another file than the one that was tried.")


def main(arguments: list[str]) -> int:
    try:
        if arguments == ["--fetch"]:
            fetch()
            return 0
        found = faults(map(Path, arguments))
    except NoChecker as error:
        print(error, file=sys.stderr)
        return 2
    for line in found:
        print(line)
    print(f"{len(arguments)} files, {len(found)} errors")
    return 1 if found or not arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
