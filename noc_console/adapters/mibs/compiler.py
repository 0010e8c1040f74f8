"""Runs the compiling process, and chooses what is put before it."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from noc_console.adapters.mibs.shelf import Shelf
from noc_console.kernel.text import visible
from noc_console.services.mibs import facts as shape
from noc_console.services.mibs.model import Compiled, MibProblem

MOST_FILES = 5_000
LARGEST_FILE = 8_000_000
"""Octets; the largest MIB we know has three million."""
LARGEST_BATCH = 400_000_000
TIME_S = 180.0
"""For a batch; a thousand vendor MIBs take about two minutes at the slowest."""
TRIES = 4
"""With one text fewer each time: some texts take for ever."""
AT = "at "
"""Before the path of the text that the worker begins with, on its standard error."""
ENDINGS = {"", ".mib", ".my", ".txt", ".smi", ".asn", ".asn1", ".smiv1", ".smiv2", ".mi2"}
"""Of files in a chosen folder; a file that is chosen itself may be called as it likes."""
_SKIPPED = {"readme", "license", "copying", "makefile", "changelog", "index"}


class PysmiCompiler:
    """Compiles with pysmi in a child process that is ended when it takes too long."""

    def __init__(self, shelf: Shelf, *, time_s: float = TIME_S) -> None:
        self._shelf = shelf
        self._time_s = time_s

    async def compile(self, paths: Sequence[Path]) -> Compiled:
        """The modules of files and folders; texts that lack an import are tried again later."""
        stop = threading.Event()
        try:
            return await asyncio.to_thread(self._compile, tuple(paths), stop)
        finally:
            stop.set()  # cancelled: the thread ends its process

    def _compile(self, paths: Sequence[Path], stop: threading.Event) -> Compiled:
        files, problems = chosen(paths)
        waiting = self._shelf.waiting_files()
        batch = [*files, *(one for one in waiting if one.name not in {f.name for f in files})]
        if not files:
            return Compiled((), tuple(problems))
        known = {name: str(kept.path) for name, kept in self._shelf.modules().items()}
        answer = self._asked(batch, known, problems, stop)
        if answer is None:
            return Compiled((), tuple(problems))
        modules = tuple(shape.from_plain(one) for one in answer["modules"])
        problems += [MibProblem(**one) for one in answer["problems"]]
        self._keep_waiting(batch, problems)
        return Compiled(modules, tuple(problems))

    def _asked(
        self,
        batch: list[Path],
        known: Mapping[str, str],
        problems: list[MibProblem],
        stop: threading.Event,
    ) -> dict[str, Any] | None:
        """The worker's answer; a text that stops it is told and left out of another try."""
        for _ in range(TRIES):
            question = {"files": [str(file) for file in batch], "known": known}
            answer = _asked(question, self._time_s, stop)
            if not isinstance(answer, Stopped):
                return answer
            culprit = next((one for one in batch if str(one) == answer.at), None)
            if culprit is None:
                more = ": load fewer files at a time to find the one"
                problems.append(MibProblem(f"{len(batch)} files", answer.why + more))
                return None
            problems.append(MibProblem(culprit.name, f"{answer.why}; left out"))
            batch.remove(culprit)
            if stop.is_set():
                return None
        return None

    def _keep_waiting(self, batch: Iterable[Path], problems: Iterable[MibProblem]) -> None:
        lacking = {one.file for one in problems if one.needs}
        self._shelf.wait_for_more([file for file in batch if file.name in lacking])


def chosen(paths: Sequence[Path]) -> tuple[list[Path], list[MibProblem]]:
    """The files to read: those named, and those in folders named that may be MIBs."""
    files: dict[Path, None] = {}
    problems: list[MibProblem] = []
    total = 0
    for path in paths:
        for file in _within(path):
            try:
                size = file.stat().st_size
            except OSError as error:
                problems.append(MibProblem(file.name, f"cannot be read: {error.strerror}"))
                continue
            total += size
            if not file.is_file():
                problems.append(MibProblem(file.name, "is no file"))
            elif size > LARGEST_FILE:
                limit = LARGEST_FILE // 1_000_000
                problems.append(MibProblem(file.name, f"is larger than {limit} MB: no MIB is"))
            elif len(files) >= MOST_FILES or total > LARGEST_BATCH:
                more = "more than fit one load: choose fewer files at a time"
                return list(files), [*problems, MibProblem(path.name, more)]
            else:
                files[file] = None
    return list(files), problems


def _within(path: Path) -> Iterable[Path]:
    if not path.is_dir():
        yield path
        return
    # Not rglob: it would follow links in circles on old Pythons, and reads all before the first.
    for folder, names, entries in os.walk(path):
        names[:] = sorted(name for name in names if not name.startswith("."))
        for entry in sorted(entries):
            file = Path(folder) / entry
            is_named_so = file.suffix.lower() in ENDINGS and not entry.startswith(".")
            if is_named_so and file.stem.lower() not in _SKIPPED:
                yield file


@dataclass(frozen=True, slots=True)
class Stopped:
    """The worker gave no answer: why, and the path of the text it was at ("" if at none)."""

    why: str
    at: str


def _asked(question: Any, time_s: float, stop: threading.Event) -> dict[str, Any] | Stopped:
    process = subprocess.Popen(
        [sys.executable, "-m", "noc_console.adapters.mibs.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    is_late = threading.Event()
    watch = threading.Thread(target=_end_when, args=(process, stop, is_late, time_s), daemon=True)
    watch.start()
    out, said = process.communicate(json.dumps(question))
    if process.returncode == 0:
        answer: dict[str, Any] = json.loads(out)
        return answer
    lines = said.strip().splitlines()
    at = next((line[len(AT) :] for line in reversed(lines) if line.startswith(AT)), "")
    if is_late.is_set():
        return Stopped(f"took longer than {time_s:g} s to compile and was stopped", at)
    last = next((line for line in reversed(lines) if not line.startswith(AT)), "no word why")
    return Stopped(f"made the MIB compiler fail ({visible(last, limit=200)})", at)


def _end_when(
    process: subprocess.Popen[str], stop: threading.Event, is_late: threading.Event, time_s: float
) -> None:
    """Kill the worker when nobody waits for it any more, or its time is over."""
    give_up = time.monotonic() + time_s
    while process.poll() is None:
        if time.monotonic() > give_up:
            is_late.set()
        if is_late.is_set() or stop.wait(0.1):
            process.kill()
            return
