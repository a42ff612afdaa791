"""The supervisor itself: start in order, watch, start again, end in order."""

import os
import selectors
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from portal.supervisor.children import BUDGET_DEATHS, BUDGET_SECONDS, Child, Service, cause
from portal.supervisor.output import Output
from portal.supervisor.place import (
    MIN_FREE_MB,
    Refused,
    claim_port,
    free_mb,
    locked,
    open_data_dir,
    shown,
)
from portal.supervisor.questions import Conversation, Question

ASK_UP_EVERY = 0.1
ASK_ALIVE_EVERY = 1.5
ANSWER_WITHIN = 2.0
"""Seconds. A hung Redis is found and started again within 5 s: 1.5 + 2 + a pause of 0.5."""

BACKING_WITHIN = 30.0
FRONT_WITHIN = 90.0
READY_WORDS_WITHIN = 30.0

QUIT_AFTER = 4.0
KILL_AFTER = 7.0
BACKING_KILL_AFTER = 1.5
"""Seconds from the wish to stop. All is over after 8.5 at most."""

HURRY_AFTER = 0.5
"""`timeout` and make both pass a signal on: the same wish twice is no wish for haste."""

_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True)
class Plan:
    """What to run, where, in which order.

    `backing` come up first; then `prepare` runs to its end; then `front` must answer; then
    `others` start. A `front` with `early` starts beside `prepare` and waits at the gate.
    """

    data_dir: Path
    port: int
    cwd: Path
    environ: dict[str, str]
    front: Service
    backing: list[Service] = field(default_factory=list)
    prepare: Service | None = None
    others: list[Service] = field(default_factory=list)
    early: bool = False
    welcome: Callable[[], list[str]] = list
    answers: str = ""
    clean_up: Callable[[], None] = lambda: None


class _Stop(Exception):
    """The wish or the need to end everything; `code` is the exit code."""

    def __init__(self, code: int, sentence: str = "") -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


def supervise(make_plan: Callable[[], Plan], data_dir: Path, port: int) -> int:
    """Holds `data_dir`, claims `port`, runs the plan until told to stop; returns the exit code.

    The plan is made once folder and port are ours, since making it may write to the folder.
    """
    for signum in _STOP_SIGNALS:
        signal.signal(signum, signal.default_int_handler)
    try:
        open_data_dir(data_dir)
        with locked(data_dir) as lock:
            claim_port(port)
            plan = make_plan()
            try:
                return _Supervisor(plan, lock.note).run()
            finally:
                plan.clean_up()
    except Refused as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 1
    except KeyboardInterrupt:
        return 0


class _Supervisor:
    def __init__(self, plan: Plan, note: Callable[[list[int]], None]) -> None:
        self._plan = plan
        self._note = note
        services = [*plan.backing, plan.front, *plan.others]
        self._children = {
            service.name: Child(service, plan.environ, plan.cwd) for service in services
        }
        self._preparing = (
            Child(plan.prepare, plan.environ, plan.cwd) if plan.prepare is not None else None
        )
        names = [service.name for service in services]
        names += [plan.prepare.name] if plan.prepare else []
        self._out = Output(1, [*names, "portal"])
        self._selector = selectors.DefaultSelector()
        self._conversations: dict[str, tuple[Conversation, float]] = {}
        self._signals: list[int] = []
        self._stopping = False
        self._wish: tuple[int, float] | None = None

    def run(self) -> int:
        with self._listening():
            try:
                self._start_all()
                self._pump(lambda: False)
                code = 0
            except _Stop as stop:
                code = stop.code
                if stop.sentence:
                    self._out.say(stop.sentence)
            finally:
                self._end_all()
            self._out.say(f"Alt er stoppet. Dataene ligger i {shown(self._plan.data_dir)}")
            self._out.flush(patience=1.0)
        return code

    # What happens, in order.

    def _start_all(self) -> None:
        plan = self._plan
        for service in plan.backing:
            self._start(self._children[service.name])
        self._wait_for([service.name for service in plan.backing], BACKING_WITHIN)

        front = self._children[plan.front.name]
        if self._preparing is not None:
            if plan.early:
                self._start(front, gated=self._gated(front))
            self._start(self._preparing)
            self._pump(lambda: self._preparing is None)
        if front.pid is None:
            self._start(front)
        front.open_gate()
        self._wait_for([front.name], FRONT_WITHIN)
        if plan.answers:
            self._out.say(plan.answers)

        for service in plan.others:
            self._start(self._children[service.name])
        with suppress(TimeoutError):
            names = [service.name for service in plan.others]
            self._pump(lambda: all(self._children[name].up for name in names), READY_WORDS_WITHIN)
        for line in plan.welcome():
            self._out.say(line)

    def _gated(self, child: Child) -> bool:
        return child.service is self._plan.front and self._preparing is not None

    def _wait_for(self, names: list[str], seconds: float) -> None:
        try:
            self._pump(lambda: all(self._children[name].up for name in names), seconds)
        except TimeoutError:
            silent = ", ".join(name for name in names if not self._children[name].up)
            raise _Stop(
                1, f"{silent} svarte ikke i løpet av {seconds:.0f} sekunder. Stopper alt."
            ) from None

    def _start(self, child: Child, *, gated: bool = False) -> None:
        try:
            child.start(gated=gated)
        except OSError as error:
            raise _Stop(1, f"Kan ikke starte {child.name}: {error.strerror or error}.") from None
        if child.output:
            self._selector.register(child.output, selectors.EVENT_READ, child)
        self._note_children()

    def _note_children(self) -> None:
        children = [*self._children.values(), *([self._preparing] if self._preparing else [])]
        self._note([child.pid for child in children if child.pid is not None])

    # One turn of the wheel.

    def _pump(self, until: Callable[[], bool], seconds: float = float("inf")) -> None:
        end = time.monotonic() + seconds
        while not until():
            now = time.monotonic()
            if now >= end:
                raise TimeoutError
            self._turn(min(end, self._next_time(now)) - now)
            if self._wish is not None:
                if self._wish[0] == signal.SIGINT:
                    self._out.say()  # the terminal has written ^C
                raise _Stop(0, "Stopper …")

    def _next_time(self, now: float) -> float:
        times = [now + 1.0]
        if self._out.waiting:
            times.append(now + 0.05)
        if self._stopping:
            return min([*times, now + 0.1])
        for child in self._children.values():
            if child.restart_at is not None:
                times.append(child.restart_at)
            question, every = self._due_question(child)
            if question is not None and child.name not in self._conversations:
                times.append(child.asked_at + every)
        times += [deadline for _, deadline in self._conversations.values()]
        return min(times)

    def _turn(self, wait: float) -> None:
        for key, _ in self._selector.select(max(0.0, wait)):
            if isinstance(key.data, Child):
                self._relay(key.data)
            elif isinstance(key.data, Conversation):
                key.data.step()
            else:
                with suppress(BlockingIOError):
                    os.read(key.fd, 4096)
        self._out.flush()
        self._take_signals()
        self._count_the_dead()
        if self._stopping:
            return
        now = time.monotonic()
        for child in self._children.values():
            if child.restart_at is not None and child.restart_at <= now:
                child.bury()
                self._start(child, gated=self._gated(child))
        self._converse(now)

    def _relay(self, child: Child) -> None:
        lines = child.read()
        if lines is None:
            if child.output:
                self._selector.unregister(child.output)
            return
        self._show(child, lines)

    def _show(self, child: Child, lines: list[str]) -> None:
        words = child.service.ready_words
        for line in lines:
            if words and words in line:
                child.said_ready = True
            if child.service.hears(line):
                self._out.line(child.name, line)

    def _say(self, sentence: str) -> None:
        self._out.line("portal", sentence)

    # Deaths.

    def _count_the_dead(self) -> None:
        for child in [*self._children.values(), self._preparing]:
            if child is None or child.pid is None or child.restart_at is not None:
                continue
            code = child.exit_code()
            if code is None:
                continue
            self._last_words(child)
            if child is self._preparing:
                self._prepared(child, code)
            elif self._stopping:
                child.bury()
            else:
                self._died(child, code)

    def _last_words(self, child: Child) -> None:
        self._end_conversation(child.name)
        if child.output is not None:
            with suppress(KeyError, ValueError):
                self._selector.unregister(child.output)
        self._show(child, child.last_words())

    def _prepared(self, child: Child, code: int) -> None:
        child.bury()
        self._preparing = None
        if code == 0 or self._stopping or self._wish is not None:
            return
        free = free_mb(self._plan.data_dir)
        why = f" Disken er full ({free} MB ledig)." if free < MIN_FREE_MB else ""
        raise _Stop(1, f"Klargjøringen stoppet ({cause(code)}), linjene over sier hvorfor.{why}")

    def _died(self, child: Child, code: int) -> None:
        mended = child.service.mends()
        if mended:
            self._say(mended)
        why = child.killed_because or f"stoppet ({cause(code)})"
        pause = child.next_pause()
        if pause is None:
            child.bury()
            raise _Stop(
                1,
                f"{child.name} {why}, for {BUDGET_DEATHS}. gang på {BUDGET_SECONDS:.0f} "
                "sekunder. Stopper alt; linjene over sier hvorfor.",
            )
        seconds = f"{pause:g}".replace(".", ",")
        self._say(f"{child.name} {why}, starter igjen om {seconds} s")
        # Buried at the restart, not now: requests under way in a web worker get the pause.
        child.restart_at = time.monotonic() + pause

    # Questions.

    def _due_question(self, child: Child) -> tuple[Question | None, float]:
        if child.pid is None or child.restart_at is not None:
            return None, 0.0
        if child.service.up is not None and not child.answered:
            return child.service.up, ASK_UP_EVERY
        return child.service.alive, ASK_ALIVE_EVERY

    def _converse(self, now: float) -> None:
        for child in self._children.values():
            question, every = self._due_question(child)
            if child.name in self._conversations:
                self._continue(child, now)
            elif question is not None and child.asked_at + every <= now:
                child.asked_at = now
                conversation = Conversation(question)
                self._conversations[child.name] = (conversation, now + ANSWER_WITHIN)
                if conversation.verdict is None:
                    self._selector.register(conversation, selectors.EVENT_WRITE, conversation)
                else:
                    self._continue(child, now)

    def _continue(self, child: Child, now: float) -> None:
        conversation, deadline = self._conversations[child.name]
        if conversation.verdict is None and now < deadline:
            if not conversation.wants_to_write:
                self._selector.modify(conversation, selectors.EVENT_READ, conversation)
            return
        verdict = bool(conversation.verdict)
        self._end_conversation(child.name)
        if verdict:
            child.answered = True
        elif child.answered:
            child.killed_because = "svarte ikke lenger"
            child.kill_group()

    def _end_conversation(self, name: str) -> None:
        conversation, _ = self._conversations.pop(name, (None, 0.0))
        if conversation is not None:
            with suppress(KeyError):
                self._selector.unregister(conversation)
            conversation.close()

    # Signals.

    @contextmanager
    def _listening(self) -> Iterator[None]:
        reader, writer = os.pipe()
        for fd in (reader, writer):
            os.set_blocking(fd, False)
        self._selector.register(reader, selectors.EVENT_READ, "signals")
        before = signal.signal(signal.SIGCHLD, self._note_signal)
        for signum in _STOP_SIGNALS:
            signal.signal(signum, self._note_signal)
        wakeup = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        try:
            yield
        finally:
            signal.set_wakeup_fd(wakeup)
            signal.signal(signal.SIGCHLD, before)
            for signum in _STOP_SIGNALS:  # what is left to do is tidying up
                signal.signal(signum, signal.SIG_IGN)
            self._selector.close()
            os.close(reader)
            os.close(writer)

    def _note_signal(self, signum: int, frame: FrameType | None) -> None:
        self._signals.append(signum)

    def _take_signals(self) -> None:
        now = time.monotonic()
        while self._signals:
            signum = self._signals.pop(0)
            if signum == signal.SIGCHLD:
                continue
            if self._wish is None:
                self._wish = (signum, now)
            elif self._stopping and now - self._wish[1] > HURRY_AFTER:
                for child in self._running(backing=False):
                    child.kill_group()

    # The end.

    def _running(self, *, backing: bool) -> list[Child]:
        children = [*self._children.values(), *([self._preparing] if self._preparing else [])]
        return [
            child
            for child in reversed(children)
            if child.pid is not None and child.service.backing is backing
        ]

    def _end_all(self) -> None:
        self._stopping = True
        for name in list(self._conversations):
            self._end_conversation(name)
        for child in self._children.values():
            if child.restart_at is not None:
                child.bury()
                child.restart_at = None
        self._end(backing=False, quit_after=QUIT_AFTER, kill_after=KILL_AFTER)
        self._end(backing=True, quit_after=BACKING_KILL_AFTER, kill_after=BACKING_KILL_AFTER)
        self._note([])

    def _end(self, *, backing: bool, quit_after: float, kill_after: float) -> None:
        begun = time.monotonic()
        told = killed = False
        for child in self._running(backing=backing):
            child.tell(signal.SIGTERM)
        while running := self._running(backing=backing):
            passed = time.monotonic() - begun
            if passed >= kill_after and not killed:
                killed = True
                for child in running:
                    self._say(f"{child.name} sluttet ikke av seg selv og ble avbrutt")
                    child.kill_group()
            elif passed >= quit_after and not told:
                # gunicorn drops what is open, Celery hands its tasks back to the queue.
                told = True
                for child in running:
                    child.tell(signal.SIGQUIT)
            self._turn(0.1)
