"""Lines asked of devices over SSH (asyncssh), one login for all of them.

The host key is the one that was trusted; no agent, no configuration of the machine's user is used.
The pager is answered, echo and prompt are taken off, answers are bounded in size and time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from noc_console.adapters.ssh.jumps import Jumps
from noc_console.adapters.ssh.talk import ASKS_PASSWORD, Silent, Talk, last_line
from noc_console.kernel.errors import AuthRejected, Unreachable
from noc_console.kernel.text import visible
from noc_console.services.credentials.model import SshLogin
from noc_console.services.inspection.platforms.model import Driver
from noc_console.services.jobs.model import LARGEST_ANSWER, Answer
from noc_console.services.terminal.judging import Verdict, judge
from noc_console.services.ways.model import Door

QUIET_S = 30.0
"""Longest silence within an answer: a large router thinks before it prints."""


class JobShells:
    """Speaks SSH to devices; old algorithms only to those that somebody allowed them."""

    def __init__(self, jumps: Jumps | None = None) -> None:
        self._jumps = jumps or Jumps()

    async def ask(
        self,
        door: Door,
        login: SshLogin,
        driver: Driver,
        lines: Sequence[str],
        *,
        timeout_s: float,
    ) -> tuple[Answer, ...]:
        """See `services.jobs.ports.Shells`."""
        # Whoever runs no job need not wait for the library.
        import asyncssh

        from noc_console.adapters.ssh.errors import translated
        from noc_console.adapters.ssh.programs import connected

        try:
            async with (
                asyncio.timeout(timeout_s),
                connected(door, login, self._jumps) as connection,
                connection.create_process(
                    term_type="vt100", term_size=(511, 24), encoding="utf-8", errors="replace"
                ) as process,
            ):
                talk = Talk(door.host, process, driver, quiet_s=QUIET_S, largest=2 * LARGEST_ANSWER)
                await talk.answer()
                await _enable(talk, door.host, driver, login)
                for line in driver.paging:
                    # Some switch their pager off by a configuration: then it is answered instead.
                    if judge(driver, line).verdict is Verdict.READS:
                        await talk.ask(line)
                return tuple(
                    [_told(talk.lines(await talk.ask(line), line), line, driver) for line in lines]
                )
        except Silent as error:
            raise _silent(door.host, error.printed) from error
        except (OSError, asyncssh.Error, TimeoutError) as error:
            raise translated(door.host, error) from error


async def _enable(talk: Talk, host: str, driver: Driver, login: SshLogin) -> None:
    """Ask for full rights where the platform has them apart and the vault has the word."""
    if not (driver.enable and login.enable):
        return
    talk.say(driver.enable)
    await talk.answer(until=ASKS_PASSWORD)
    if ASKS_PASSWORD.search(talk.last):
        talk.say(login.enable.reveal())
        await talk.answer(until=ASKS_PASSWORD)
        if ASKS_PASSWORD.search(talk.last):
            raise AuthRejected(f"{host} refused the enable word", peer=host)


def _silent(host: str, printed: str) -> Unreachable:
    last = visible(last_line(printed), limit=80)
    told = f"“{last}” is no prompt of its platform" if last.strip() else "no prompt came"
    return Unreachable(f"{host} fell silent for {QUIET_S:g} s: {told}", peer=host, reason="timeout")


def _told(lines: Sequence[str], line: str, driver: Driver) -> Answer:
    """The answer, with a note where the device did not take the line."""
    error = driver.error
    bad = next((x for x in lines[:3] if error.search(x)), "") if error is not None else ""
    text = "\n".join(each.rstrip() for each in lines).strip("\n") + "\n"
    # Some point at the place with a caret in a line of its own.
    words = " ".join(each.strip() for each in lines[:3] if each.strip(" ^"))
    note = f"“{line}” was refused: {visible(words, limit=200)}" if bad else ""
    return Answer(line, text, note=note)
