"""What Ansible prints, read back: what each task came to at each host, and the sums at the end.

By its `default` way of printing, which is for people and stable for a decade; ansible-playbook is a
program beside us, and nothing of it is loaded here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from noc_console.services.jobs.model import HostSum, ItemState

MOST_STEPS = 2_000
LONGEST_STEP = 200_000
_TASK = re.compile(r"^(?:TASK|RUNNING HANDLER) \[(.*)\] \**$")
_PLAY = re.compile(r"^PLAY (?:\[.*\] |RECAP )?\**$")
_STATUS = re.compile(
    r"^(ok|changed|skipping|failed|fatal|rescued|ignored|unreachable|included): "
    r"\[([^\]\s]+)(?: -> [^\]]*)?\](.*)$"
)
_RECAP = re.compile(r"^(\S+)\s+: (ok=\d+\s.*)$")
_COUNT = re.compile(r"(\w+)=(\d+)")


def sums(lines: Iterable[str]) -> tuple[HostSum, ...]:
    """Each host that was told of, in the order of their first word."""
    reader = _Reader()
    for line in lines:
        reader.take(line.rstrip("\r\n"))
    return reader.sums()


class _Reader:
    def __init__(self) -> None:
        self._task = ""
        self._in_recap = False
        self._host = ""
        self._steps: dict[str, list[tuple[str, str]]] = {}
        self._counts: dict[str, str] = {}

    def take(self, line: str) -> None:
        if found := _TASK.match(line):
            self._task, self._host = found[1], ""
        elif _PLAY.match(line):
            self._in_recap, self._host = line.startswith("PLAY RECAP"), ""
        elif self._in_recap:
            if recap := _RECAP.match(line):
                self._counts[recap[1]] = " ".join(recap[2].split())
        elif status := _STATUS.match(line):
            self._host = status[2]
            self._step(f"{status[1]}{status[3]}")
        elif not line.strip():
            self._host = ""
        elif self._host:
            self._go_on(line)

    def _step(self, text: str) -> None:
        steps = self._steps.setdefault(self._host, [])
        if len(steps) < MOST_STEPS:
            steps.append((self._task or "play", text[:LONGEST_STEP]))

    def _go_on(self, line: str) -> None:
        steps = self._steps[self._host]
        task, text = steps[-1]
        if len(text) < LONGEST_STEP:
            steps[-1] = (task, f"{text}\n{line}")

    def sums(self) -> tuple[HostSum, ...]:
        return tuple(
            HostSum(
                host,
                _state(self._counts.get(host, ""), self._steps.get(host, ())),
                self._counts.get(host, ""),
                tuple(self._steps.get(host, ())),
            )
            for host in dict.fromkeys((*self._steps, *self._counts))
        )


def _state(counts: str, steps: Iterable[tuple[str, str]]) -> ItemState:
    """By the sums; a play that was ended before them is as good as nothing known."""
    if not counts:
        failed = any(text.startswith(("fatal", "failed")) for _, text in steps)
        return ItemState.FAILED if failed else ItemState.INTERRUPTED
    numbers = {name: int(number) for name, number in _COUNT.findall(counts)}
    if numbers.get("unreachable"):
        return ItemState.UNREACHABLE
    if numbers.get("failed"):
        return ItemState.FAILED
    return ItemState.CHANGED if numbers.get("changed") else ItemState.OK
