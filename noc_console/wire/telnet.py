"""Telnet (RFC 854, 855): bytes in, terminal bytes and answers out. No sockets.

Options we take part in: BINARY (RFC 856), ECHO and SUPPRESS-GO-AHEAD by the server (857, 858),
window size (1073) and terminal type (1091). All others are refused. Answers follow the Q method
of RFC 1143, so that no two sides can answer each other for ever; what a server may make us
answer is bounded besides.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto
from typing import Any, Self

IAC, DONT, DO, WONT, WILL, SB = 255, 254, 253, 252, 251, 250
GA, EL, EC, AYT, AO, IP, BRK, DM, NOP, SE = 249, 248, 247, 246, 245, 244, 243, 242, 241, 240
BINARY, ECHO, SGA, TTYPE, NAWS = 0, 1, 3, 24, 31
IS, SEND = 0, 1

LONGEST_SUB = 512
"""Bytes of a subnegotiation; what is longer is nothing we asked for."""
MOST_ANSWERS = 1000
"""A server that keeps changing its mind is answered so often and no more."""

_THEIRS = frozenset({ECHO, SGA, BINARY})
_OURS = frozenset({SGA, BINARY, TTYPE, NAWS})


class _Q(Enum):
    NO = auto()
    WANT_YES = auto()
    YES = auto()
    WANT_NO = auto()


class _State(Enum):
    DATA = auto()
    RETURN = auto()
    IAC = auto()
    OPTION = auto()
    SUB = auto()
    SUB_IAC = auto()


class Telnet:
    """The client's side of one connection."""

    def __init__(self, *, columns: int, rows: int, terminal: str = "xterm-256color") -> None:
        self._size = (columns, rows)
        self._terminal = terminal.upper().encode("ascii", "replace")[:40]
        self._state = _State.DATA
        self._verb = 0
        self._sub = bytearray()
        self._us: dict[int, _Q] = {}
        self._them: dict[int, _Q] = {}
        self._answers = 0

    @classmethod
    def going_on(cls, kept: Mapping[str, Any], *, columns: int, rows: int) -> Self:
        """In the middle of a connection, as `kept` told of it. What makes no sense is left out: a
        server that was asked nothing is merely asked again, by itself."""
        telnet = cls(columns=columns, rows=rows)
        for name, sides, ours in (("us", telnet._us, _OURS), ("them", telnet._them, _THEIRS)):
            found = kept.get(name)
            given: dict[str, Any] = found if isinstance(found, dict) else {}
            for option in ours:
                if isinstance(word := given.get(str(option)), str) and word in _Q.__members__:
                    sides[option] = _Q[word]
        state, verb, sub = kept.get("at"), kept.get("verb"), kept.get("sub")
        if isinstance(state, str) and state in _State.__members__:
            telnet._state = _State[state]
        if isinstance(verb, int) and verb in (WILL, WONT, DO, DONT):
            telnet._verb = verb
        elif telnet._state is _State.OPTION:
            telnet._state = _State.DATA
        if isinstance(sub, str) and len(sub) <= LONGEST_SUB:
            telnet._sub += sub.encode("latin-1", "replace")
        return telnet

    @property
    def agreed(self) -> dict[str, dict[str, str]]:
        """The options that are on or asked for, for `going_on`."""
        sides = {"us": self._us, "them": self._them}
        return {
            name: {str(option): it.name for option, it in side.items() if it is not _Q.NO}
            for name, side in sides.items()
        }

    @property
    def kept(self) -> dict[str, Any]:
        """All that a connection's next bytes depend on, for `going_on`."""
        sub = bytes(self._sub[:LONGEST_SUB]).decode("latin-1")
        return {**self.agreed, "at": self._state.name, "verb": self._verb, "sub": sub}

    @property
    def is_echoing(self) -> bool:
        """Whether the server echoes what is typed; without, a password would be seen locally."""
        return self._them.get(ECHO) is _Q.YES

    @property
    def is_binary(self) -> bool:
        """Whether what we send is not NVT text but bytes as they are."""
        return self._us.get(BINARY) is _Q.YES

    def begin(self) -> bytes:
        """What a client that speaks first asks for: character mode, our type and size."""
        asked = bytearray()
        for option in (SGA, ECHO):
            self._them[option] = _Q.WANT_YES
            asked += bytes((IAC, DO, option))
        for option in (TTYPE, NAWS):
            self._us[option] = _Q.WANT_YES
            asked += bytes((IAC, WILL, option))
        return bytes(asked)

    def feed(self, received: bytes) -> tuple[bytes, bytes]:
        """What the terminal is to show, and what is to be sent back."""
        shown, answer = bytearray(), bytearray()
        at, end = 0, len(received)
        while at < end:
            if self._state is _State.DATA:
                at = self._text(received, at, shown)
            elif self._state is _State.SUB:
                at = self._within(received, at)
            else:
                self._step(received[at], shown, answer)
                at += 1
        return bytes(shown), bytes(answer)

    def encode(self, typed: bytes) -> bytes:
        """Typed bytes as they go over the wire: IAC doubled, a bare CR with its NUL (RFC 854)."""
        sent = typed.replace(b"\xff", b"\xff\xff")
        if self.is_binary or b"\r" not in sent:
            return sent
        return sent.replace(b"\r\n", b"\r").replace(b"\r", b"\r\x00")

    def resize(self, columns: int, rows: int) -> bytes:
        """The new size, when the server wants to know it."""
        self._size = (columns, rows)
        return self._window() if self._us.get(NAWS) is _Q.YES else b""

    def interrupt(self) -> bytes:
        """The break of RFC 854, which interrupts a console server's line."""
        return bytes((IAC, BRK))

    def keep_alive(self) -> bytes:
        return bytes((IAC, NOP))

    # --- receiving -------------------------------------------------------------------------

    def _text(self, received: bytes, at: int, shown: bytearray) -> int:
        """Copy what is plain, up to the next byte that means something."""
        iac, carriage = received.find(b"\xff", at), received.find(b"\r", at)
        stops = [place for place in (iac, carriage) if place >= 0]
        stop = min(stops, default=len(received))
        shown += received[at:stop]
        if stop == len(received):
            return stop
        if stop == iac:
            self._state = _State.IAC
        else:
            shown.append(0x0D)
            if self._them.get(BINARY) is not _Q.YES:
                self._state = _State.RETURN
        return stop + 1

    def _within(self, received: bytes, at: int) -> int:
        """Copy a subnegotiation up to the next IAC, as far as it is kept at all."""
        stop = received.find(b"\xff", at)
        end = len(received) if stop < 0 else stop
        room = max(0, LONGEST_SUB + 1 - len(self._sub))
        self._sub += received[at : min(end, at + room)]
        if stop < 0:
            return end
        self._state = _State.SUB_IAC
        return stop + 1

    def _step(self, byte: int, shown: bytearray, answer: bytearray) -> None:
        state = self._state
        if state is _State.RETURN:
            self._state = _State.DATA
            if byte == IAC:
                self._state = _State.IAC
            elif byte != 0:  # CR NUL is a carriage return alone
                shown.append(byte)
        elif state is _State.IAC:
            self._command(byte, shown)
        elif state is _State.OPTION:
            self._state = _State.DATA
            answer += self._negotiate(self._verb, byte)
        elif byte == IAC:  # an escaped 255 within a subnegotiation
            self._state = _State.SUB
            if len(self._sub) <= LONGEST_SUB:
                self._sub.append(byte)
        elif byte == SE:
            self._state = _State.DATA
            answer += self._subnegotiated(bytes(self._sub))
        else:  # RFC 855 has no other command here: take it as one outside
            self._command(byte, shown)

    def _command(self, byte: int, shown: bytearray) -> None:
        self._state = _State.DATA
        if byte == IAC:
            shown.append(IAC)
        elif byte in (WILL, WONT, DO, DONT):
            self._verb = byte
            self._state = _State.OPTION
        elif byte == SB:
            self._sub.clear()
            self._state = _State.SUB

    def _negotiate(self, verb: int, option: int) -> bytes:
        if verb in (WILL, WONT):
            sides, wanted, yes, no = self._them, _THEIRS, DO, DONT
        else:
            sides, wanted, yes, no = self._us, _OURS, WILL, WONT
        is_on = verb in (WILL, DO)
        was = sides.get(option, _Q.NO)
        answer = b""
        if is_on:
            if was is _Q.NO and option in wanted:
                sides[option] = _Q.YES
                answer = self._say(yes, option)
            elif was is _Q.NO:
                answer = self._say(no, option)
            elif was is _Q.WANT_YES:
                sides[option] = _Q.YES
        elif was is _Q.YES:
            sides[option] = _Q.NO
            answer = self._say(no, option)
        else:
            sides[option] = _Q.NO
        has_begun = was is not _Q.YES and sides.get(option) is _Q.YES
        if sides is self._us and option == NAWS and has_begun:
            answer += self._window()
        return answer

    def _say(self, verb: int, option: int) -> bytes:
        self._answers += 1
        return bytes((IAC, verb, option)) if self._answers <= MOST_ANSWERS else b""

    def _subnegotiated(self, sub: bytes) -> bytes:
        if sub != bytes((TTYPE, SEND)) or self._us.get(TTYPE) is not _Q.YES:
            return b""
        self._answers += 1
        if self._answers > MOST_ANSWERS:
            return b""
        return bytes((IAC, SB, TTYPE, IS)) + self._terminal + bytes((IAC, SE))

    def _window(self) -> bytes:
        """RFC 1073: columns and rows, 16 bits each, 255 doubled."""
        sizes = b"".join(min(max(each, 1), 0xFFFF).to_bytes(2, "big") for each in self._size)
        return bytes((IAC, SB, NAWS)) + sizes.replace(b"\xff", b"\xff\xff") + bytes((IAC, SE))
