"""Chromium without a window, over its debugging pipe: what it fetches for a page."""

import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from bench.registry import NotMeasured

SWITCHES = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--no-first-run", "--no-default-browser-check"),
)
# The pipe's numbers are fixed by Chromium.
HEARS, SAYS = 3, 4
PATIENCE = 30.0
# A page is all there when nothing has come for so long after its `load` event.
QUIET = 0.7


def program() -> str:
    """Raises NotMeasured when there is none."""
    named = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not named:
        raise NotMeasured("ikke målt: finner ingen Chromium (variabelen CHROMIUM)")
    return named


@dataclass
class Fetched:
    """Addresses that came over the line, with bytes as sent, headers included."""

    sizes: dict[str, float] = field(default_factory=dict)

    @property
    def kilobytes(self) -> float:
        return sum(self.sizes.values()) / 1024


class Chromium:
    """A browser with an empty cache; use as a context manager."""

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="bench-chromium-")
        hears, self._to = os.pipe()
        self._from, says = os.pipe()
        words = [program(), *SWITCHES, f"--user-data-dir={self._folder.name}", "about:blank"]
        self._process = subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(HEARS, SAYS),
            preexec_fn=lambda: _numbered(hears, says),
        )
        os.close(hears)
        os.close(says)
        self._number = 0
        self._data = b""
        self._session = ""
        os.set_blocking(self._from, False)
        target = self._ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._ask("Target.attachToTarget", targetId=target, flatten=True)[
            "sessionId"
        ]
        self._ask("Page.enable")
        self._ask("Network.enable")
        self._ask(
            "Emulation.setDeviceMetricsOverride",
            width=412,
            height=823,
            deviceScaleFactor=1.75,
            mobile=True,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self._to)
        os.close(self._from)
        self._process.terminate()
        self._process.wait(timeout=30)
        self._folder.cleanup()

    def visit(self, address: str) -> Fetched:
        """Goes to a page; returns what came over the line for it, not what the cache had."""
        fetched = Fetched()
        names: dict[str, str] = {}
        loaded = False

        def hear(message: dict[str, Any]) -> None:
            nonlocal loaded
            about = message.get("params", {})
            match message["method"]:
                case "Network.requestWillBeSent":
                    names[about["requestId"]] = about["request"]["url"]
                case "Network.loadingFinished" if about["encodedDataLength"]:
                    name = names.get(about["requestId"], "?")
                    fetched.sizes[name] = fetched.sizes.get(name, 0) + about["encodedDataLength"]
                case "Page.loadEventFired":
                    loaded = True

        self._ask("Page.navigate", hear, url=address)
        end = time.monotonic() + PATIENCE
        last = time.monotonic()
        while not loaded or time.monotonic() - last < QUIET:
            if time.monotonic() > end:
                raise RuntimeError(f"{address} did not load in {PATIENCE:.0f} s")
            for message in self._messages():
                last = time.monotonic()
                if "method" in message:
                    hear(message)
            time.sleep(0.02)
        return fetched

    def _ask(
        self,
        method: str,
        hear: Callable[[dict[str, Any]], None] = lambda message: None,
        **params: object,
    ) -> dict[str, Any]:
        self._number += 1
        question: dict[str, Any] = {"id": self._number, "method": method, "params": params}
        if self._session:
            question["sessionId"] = self._session
        os.write(self._to, json.dumps(question).encode() + b"\0")
        end = time.monotonic() + PATIENCE
        answer = None
        while answer is None:
            if time.monotonic() > end:
                raise RuntimeError(f"Chromium does not answer {method}")
            for message in self._messages():
                if message.get("id") == self._number:
                    answer = message
                elif "method" in message:
                    hear(message)
            time.sleep(0.005)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']}")
        result: dict[str, Any] = answer["result"]
        return result

    def _messages(self) -> list[dict[str, Any]]:
        try:
            self._data += os.read(self._from, 1 << 20)
        except BlockingIOError:
            return []
        *whole, self._data = self._data.split(b"\0")
        return [json.loads(text) for text in whole]


def _numbered(hears: int, says: int) -> None:
    """Gives the two ends the numbers that Chromium expects; runs in the child."""
    aside = os.dup(hears), os.dup(says)
    # Both may have got a wanted number themselves, the copies of them can't any more.
    while min(aside) <= SAYS:
        aside = os.dup(aside[0]), os.dup(aside[1])
    os.dup2(aside[0], HEARS)
    os.dup2(aside[1], SAYS)
