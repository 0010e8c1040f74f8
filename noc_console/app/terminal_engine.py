"""`noc-console terminal-engine`: the terminal's engine without a window, for conformance suites.

Three ways to feed it; rows and columns in dumps count from nought.

1. Plain. Bytes in on standard input, answers out on standard output, nothing else on it.
   `SIGUSR1` takes what is waiting on standard input and then writes a dump of the screen to the
   file of `--dump-to` (written aside and renamed: whoever sees it sees all of it), or to standard
   error. At the end of the input a last dump is written where `--dump` was given.

2. `--framed`. Standard input is a row of commands, each a line; every one is answered by a line
   `answers N` or `dump N`, a line feed, and N bytes:

       feed N          N bytes follow the line feed; replied to by `answers`
       resize C R      to C columns and R rows; `answers`
       reset           as switched on; `answers`
       dump text       the rows of the screen, each with a line feed; `dump`
       dump json       everything, see below; `dump`
       dump all        the scrollback and the screen as text; `dump`

   What is no command is answered by `error N` and a sentence.

3. `--pty COMMAND ARGUMENT…` (last of all options) runs a command whose terminal this is, at the
   size given, TERM=xterm-256color. Standard input is typed to it. When it ends, the dump goes to
   `--dump-to` or standard output, and its exit code is ours. With `--conformance` the size of
   its terminal follows when it asks for another one.

`--conformance` opens what sessions never have, because those suites can see a screen in no other
way: checksums of rectangles (DECRQCRA), reports of titles, requests to move and resize the
window, and a VT420's rectangles. Nothing else differs from what a session uses.

A dump as JSON: `columns`, `rows`, `cursor` (row, column, shape, visible), `title`, `modes`,
`bells`, `scrollback` (its number of rows), and `screen`: for each row `text`, `wrapped` and `runs`
(column, columns, text, foreground and background as `#rrggbb` or null, underline, look, link).
"""

from __future__ import annotations

import argparse
import json
import os
import selectors
import signal
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from noc_console.adapters.terminal.opening import open_engine
from noc_console.kernel.errors import Invalid
from noc_console.services.terminal.model import Look, Palette, Row, Run, Size
from noc_console.services.terminal.ports import TerminalEngine

if TYPE_CHECKING:
    from noc_console.adapters.terminal.pty_child import PtyChild

_CHUNK = 65_536
_LONGEST_FEED = 64 * 1024 * 1024
_STDIN, _STDOUT = 0, 1
_PALETTE = Palette(foreground=0x000000, background=0xFFFFFF, cursor=0x000000)
"""Black on white, as xterm starts: what a dump calls null is in no colour at all."""


def main(rest: Sequence[str]) -> int:
    given = _parser().parse_args(list(rest))
    if not (1 <= given.cols <= 9999 and 1 <= given.rows <= 9999):
        raise Invalid("a terminal has 1 to 9999 columns and rows", field="cols")
    engine = open_engine(
        Size(given.cols, given.rows),
        scrollback=given.scrollback,
        is_under_test=given.conformance,
    )
    engine.set_palette(_PALETTE)
    try:
        if given.pty:
            return _in_pty(engine, given.pty, given.dump or "text", given.dump_to)
        if given.framed:
            Framed(engine, sys.stdin.buffer, sys.stdout.buffer).serve()
            return 0
        Plain(engine, given.dump, given.dump_to).serve()
        return 0
    finally:
        engine.close()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="noc-console terminal-engine",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--cols", type=int, default=80)
    parser.add_argument("--rows", type=int, default=24)
    parser.add_argument("--scrollback", type=int, default=10_000, help="lines kept above")
    parser.add_argument("--framed", action="store_true", help="commands on standard input")
    parser.add_argument("--conformance", action="store_true", help="what only suites may ask")
    parser.add_argument("--dump", choices=("text", "json", "all"))
    parser.add_argument("--dump-to", type=Path, metavar="FILE")
    parser.add_argument("--pty", nargs=argparse.REMAINDER, metavar="COMMAND")
    return parser


def dumped(engine: TerminalEngine, how: str) -> bytes:
    """The screen: `text`, `json`, or `all`, which is the text of the scrollback, too."""
    view = engine.viewport
    screen = view.total - engine.size.rows
    if how == "json":
        return json.dumps(_described(engine), ensure_ascii=False).encode() + b"\n"
    first = 0 if how == "all" else screen
    return "".join(f"{line}\n" for line in engine.lines(first, view.total - first)).encode()


def _described(engine: TerminalEngine) -> dict[str, Any]:
    engine.scroll_to_bottom()
    frame = engine.frame()
    cursor = frame.cursor
    modes = asdict(engine.modes)
    modes["mouse"] = engine.modes.mouse.name.lower()
    return {
        "columns": frame.size.columns,
        "rows": frame.size.rows,
        "cursor": {
            "row": cursor.row,
            "column": cursor.column,
            "shape": cursor.shape.value,
            "visible": cursor.is_visible,
        },
        "title": engine.title,
        "modes": modes,
        "bells": engine.bells,
        "scrollback": frame.viewport.total - frame.size.rows,
        "screen": [_row(row) for row in frame.rows],
    }


def _row(row: Row) -> dict[str, Any]:
    return {"text": row.text, "wrapped": row.is_wrapped, "runs": [_run(run) for run in row.runs]}


def _run(run: Run) -> dict[str, Any]:
    style = run.style
    return {
        "column": run.column,
        "columns": run.columns,
        "text": run.text,
        "foreground": _color(style.foreground),
        "background": _color(style.background),
        "underline": style.underline.name.lower(),
        "look": [look.name.lower() for look in Look if look in style.look and look.name],
        "link": run.link,
    }


def _color(color: int | None) -> str | None:
    return None if color is None else f"#{color:06x}"


def _write_dump(engine: TerminalEngine, how: str, to: Path | None, otherwise: BinaryIO) -> None:
    dump = dumped(engine, how)
    if to is None:
        otherwise.write(dump)
        otherwise.flush()
        return
    aside = to.with_name(f"{to.name}.part")
    aside.write_bytes(dump)
    aside.replace(to)


class Plain:
    """Bytes in, answers out, and dumps when a signal asks for them."""

    def __init__(self, engine: TerminalEngine, how: str | None, to: Path | None) -> None:
        self._engine = engine
        self._how, self._to = how, to
        self._woken, self._waker = os.pipe()

    def serve(self) -> None:
        signal.signal(signal.SIGUSR1, lambda *_: os.write(self._waker, b"!"))
        with selectors.DefaultSelector() as selector:
            selector.register(self._woken, selectors.EVENT_READ)
            try:
                selector.register(_STDIN, selectors.EVENT_READ)
            except PermissionError:  # a file is always ready, and epoll takes none
                while self._take():
                    pass
                return self._ended()
            self._serve(selector)
        self._ended()

    def _serve(self, selector: selectors.BaseSelector) -> None:
        while True:
            ready = {key.fd for key, _ in selector.select()}
            if _STDIN in ready:
                if not self._take():
                    return
            elif self._woken in ready:
                os.read(self._woken, _CHUNK)
                _write_dump(self._engine, self._how or "text", self._to, sys.stderr.buffer)

    def _take(self) -> bool:
        received = os.read(_STDIN, _CHUNK)
        _write_all(_STDOUT, self._engine.feed(received))
        return bool(received)

    def _ended(self) -> None:
        if self._how:
            _write_dump(self._engine, self._how, self._to, sys.stderr.buffer)


def _write_all(descriptor: int, answers: bytes) -> None:
    while answers:
        answers = answers[os.write(descriptor, answers) :]


class Framed:
    """Commands in, replies out, one for one."""

    def __init__(self, engine: TerminalEngine, commands: BinaryIO, replies: BinaryIO) -> None:
        self._engine = engine
        self._commands, self._replies = commands, replies

    def serve(self) -> None:
        while line := self._commands.readline(256):
            kind, reply = self._reply(line.decode("ascii", "replace").split())
            self._replies.write(f"{kind} {len(reply)}\n".encode() + reply)
            self._replies.flush()

    def _reply(self, words: list[str]) -> tuple[str, bytes]:
        match words:
            case ["feed", count] if count.isdigit() and int(count) <= _LONGEST_FEED:
                return "answers", self._engine.feed(self._commands.read(int(count)))
            case ["resize", columns, rows] if columns.isdigit() and rows.isdigit():
                return "answers", self._engine.resize(Size(int(columns), int(rows)))
            case ["reset"]:
                self._engine.reset()
                return "answers", b""
            case ["dump", ("text" | "json" | "all") as how]:
                return "dump", dumped(self._engine, how)
        return "error", b"this is no command: see noc-console terminal-engine --help"


def _in_pty(engine: TerminalEngine, command: Sequence[str], how: str, to: Path | None) -> int:
    from noc_console.adapters.terminal.pty_child import PtyChild

    words = command[1:] if command[0] == "--" else command
    with PtyChild(words, engine.size) as child:
        code = _attended(engine, child)
    _write_dump(engine, how, to, sys.stdout.buffer)
    return code


def _attended(engine: TerminalEngine, child: PtyChild) -> int:
    with selectors.DefaultSelector() as selector:
        selector.register(child.descriptor, selectors.EVENT_READ)
        try:
            selector.register(_STDIN, selectors.EVENT_READ)
        except (PermissionError, ValueError):
            child.write(os.read(_STDIN, _CHUNK))
        while True:
            for key, _ in selector.select():
                if key.fd == _STDIN:
                    typed = os.read(_STDIN, _CHUNK)
                    if not typed:
                        selector.unregister(_STDIN)
                    child.write(typed)
                elif not _shown(engine, child):
                    return child.wait()


def _shown(engine: TerminalEngine, child: PtyChild) -> bool:
    """What the command wrote is on the screen, and what it asked is answered; False at its end."""
    received = child.read(_CHUNK)
    answers = engine.feed(received)
    child.resize(engine.size)  # first: who asked for another size reads the answer and looks
    child.write(answers)
    return bool(received)
