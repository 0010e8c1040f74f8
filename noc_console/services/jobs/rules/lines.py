"""What a job types at a device: lines, by platform where they differ.

```
show version
{interfaces}
@ios,iosxe
show ip interface brief
@junos
show interfaces terse
@*
show clock
```

`@` names the platforms (or drivers) of the lines below it, `@*` all of them; a line outside is for
all. `{word}` stands for the platform's own command: `{version}`, `{arp}`, `{routes}` …
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from noc_console.kernel.errors import Invalid
from noc_console.services.inspection.platforms.model import Driver

LONGEST = 100_000
MOST = 500
_WORD = re.compile(r"\{([a-z]+)\}")


class NoSuchCommand(Invalid):
    """A platform has no command for what a line asks."""


def lines_for(body: str, platform: str, driver: Driver | None) -> tuple[str, ...]:
    """The lines for one platform. Raises NoSuchCommand for a `{word}` it has no command for."""
    chosen = (line for who, line in _parts(body) if _is_for(who, platform, driver))
    return tuple(_WORD.sub(lambda found: _command(found[1], platform, driver), x) for x in chosen)


def check(body: str) -> str:
    """The body as it is kept. Raises Invalid for one that asks nothing."""
    text = "\n".join(line.rstrip() for line in body.replace("\r\n", "\n").split("\n")).strip()
    if not text or not any(True for _ in _parts(text)):
        raise Invalid("write at least one line to be asked", field="body")
    if len(text) > LONGEST or len(text.split("\n")) > MOST:
        raise Invalid(f"a job has {MOST} lines at most", field="body")
    bad = next((line for line in text.split("\n") if _has_control(line)), None)
    if bad is not None:
        raise Invalid("a line has characters that are no text", field="body")
    return text


def words_of(body: str) -> tuple[str, ...]:
    """The `{words}` that are asked for."""
    return tuple(dict.fromkeys(_WORD.findall(body)))


def _parts(body: str) -> Iterator[tuple[tuple[str, ...], str]]:
    who: tuple[str, ...] = ()
    for raw in body.split("\n"):
        line = raw.strip()
        if line.startswith("@"):
            names = tuple(name.strip() for name in line[1:].split(",") if name.strip())
            who = () if names == ("*",) else names
        elif line:
            yield who, line


def _is_for(who: tuple[str, ...], platform: str, driver: Driver | None) -> bool:
    return not who or platform in who or (driver is not None and driver.name in who)


def _command(word: str, platform: str, driver: Driver | None) -> str:
    command = driver.commands.get(word, "") if driver is not None else ""
    if not command:
        raise NoSuchCommand(f"{platform or 'an unknown platform'} has no command for {{{word}}}")
    return command


def _has_control(line: str) -> bool:
    return any(ord(character) < 0x20 and character != "\t" for character in line)
