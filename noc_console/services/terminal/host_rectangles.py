"""Rectangles and columns of a VT420, and checksums of them: under test only.

Ten bytes can ask for the whole screen to be copied, cell by cell. No device on a network does
that, so sessions ignore it, as the engine does; conformance suites get it in full, made of what
the engine has. Numbers are those of EK-VT420-RM; checksums those of xterm with its extension
(`XTCHECKSUM`): negated, with the VT100's attributes, unless told otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from noc_console.services.terminal.host_margins import Area, margins_of
from noc_console.services.terminal.host_reports import Reports
from noc_console.services.terminal.sequences import Cell, Core, Handler, Sequence

_NOT_NEGATED, _NO_ATTRIBUTES, _ONLY_DRAWN = 1, 2, 8
_ANY_MAY_BE_ERASED = b'\x1b[1"q\x1b[0"q'
"""DEC's way to protect, with which erasing does not ask for it; ISO's does."""
_WEIGHTS = {"8": 8, "7": 0x20, "5": 0x40, "1": 0x80}


class Rectangles:
    """DECCRA, DECFRA, DECERA, DECSERA, DECCARA, DECRARA, DECIC, DECDC, DECFI, DECBI, DECRQCRA."""

    def __init__(self, core: Core, reports: Reports, *, is_under_test: bool) -> None:
        self._core = core
        self._reports = reports
        self._is_under_test = is_under_test
        self._checksums = 0

    def handlers(self) -> dict[str, Handler]:
        if not self._is_under_test:
            return {}
        return {
            "$v": self._copy,
            "$x": self._fill,
            "$z": self._erase,
            "${": self._erase_unprotected,
            "$r": self._change,
            "$t": self._change,
            "'}": self._insert_columns,
            "'~": self._delete_columns,
            "*y": self._checksum,
            "#y": self._choose_checksums,
        }

    def escapes(self) -> dict[str, Callable[[], bytes]]:
        if not self._is_under_test:
            return {}
        return {
            "6": lambda: self._index(is_forward=False),
            "9": lambda: self._index(is_forward=True),
            "V": lambda: self._reports.guard(is_on=True),
            "W": lambda: self._reports.guard(is_on=False),
        }

    def _area(self, sequence: Sequence, at: int) -> Area:
        """Four parameters: top, left, bottom, right, within the margins in origin mode."""
        size = self._core.size
        frame = Area(0, 0, size.rows - 1, size.columns - 1)
        if self._core.mode(6):
            frame = margins_of(self._core)
        top = frame.top + (sequence.number(at) or 1) - 1
        left = frame.left + (sequence.number(at + 1) or 1) - 1
        bottom = frame.top + (sequence.number(at + 2) or size.rows) - 1
        right = frame.left + (sequence.number(at + 3) or size.columns) - 1
        return Area(top, left, min(bottom, frame.bottom), min(right, frame.right))

    def _fill(self, sequence: Sequence) -> bytes:
        code = sequence.number(0)
        if not (32 <= code <= 126 or 160 <= code <= 255):
            return b""
        area = self._area(sequence, 1)
        width = area.right - area.left + 1
        if area.is_empty:
            return b""
        stroke = chr(code).encode() + (b"\x1b[%db" % (width - 1) if width > 1 else b"")
        return self._drawn((row, area.left, stroke) for row in range(area.top, area.bottom + 1))

    def _erase(self, sequence: Sequence) -> bytes:
        area = self._area(sequence, 0)
        stroke = b"\x1b[%dX" % max(area.right - area.left + 1, 1)
        if area.is_empty:
            return b""
        return self._drawn((row, area.left, stroke) for row in range(area.top, area.bottom + 1))

    def _erase_unprotected(self, sequence: Sequence) -> bytes:
        area = self._area(sequence, 0)
        cells = self._cells(area)
        return self._drawn(
            (row, column, b"\x1b[X")
            for (row, column), cell in cells.items()
            if cell.text and (self._reports.is_guarded or not cell.is_protected)
        )

    def _cells(self, area: Area) -> dict[tuple[int, int], Cell]:
        return {
            (row, column): self._core.cell(row, column)
            for row in range(area.top, area.bottom + 1)
            for column in range(area.left, area.right + 1)
        }

    def _copy(self, sequence: Sequence) -> bytes:
        """`Pts;Pls;Pbs;Prs;Pps;Ptd;Pld;Ppd $ v`: there is one page, so pages do not matter."""
        source = self._area(sequence, 0)
        target = self._area(Sequence("", (sequence.number(5), sequence.number(6)), "", "", b""), 0)
        down, right = target.top - source.top, target.left - source.left
        size = self._core.size
        frame = margins_of(self._core) if self._core.mode(6) else None
        last_row = frame.bottom if frame else size.rows - 1
        last_column = frame.right if frame else size.columns - 1
        return self._drawn(
            (row + down, column + right, _redrawn(cell))
            for (row, column), cell in self._cells(source).items()
            if row + down <= last_row and column + right <= last_column
        )

    def _change(self, sequence: Sequence) -> bytes:
        """DECCARA sets attributes of an area, DECRARA turns them over; by stream or rectangle."""
        area = self._area(sequence, 0)
        wanted = [str(each or 0) for each in sequence.parameters[4:]] or ["0"]
        change = _attributes_set if sequence.final == "r" else _attributes_turned
        return self._drawn(
            (row, column, _redrawn(Cell(cell.text, change(cell.sgr, wanted), cell.is_protected)))
            for (row, column), cell in self._extent(area).items()
            if cell.text
        )

    def _extent(self, area: Area) -> dict[tuple[int, int], Cell]:
        if self._reports.is_by_rectangle:
            return self._cells(area)
        last = self._core.size.columns - 1
        return {
            place: cell
            for place, cell in self._cells(Area(area.top, 0, area.bottom, last)).items()
            if (area.top, area.left) <= place <= (area.bottom, area.right)
        }

    def _insert_columns(self, sequence: Sequence) -> bytes:
        return self._columns_moved(b"@", sequence.number(0, 1) or 1)

    def _delete_columns(self, sequence: Sequence) -> bytes:
        return self._columns_moved(b"P", sequence.number(0, 1) or 1)

    def _columns_moved(self, final: bytes, count: int) -> bytes:
        row, column = self._core.cursor
        area = margins_of(self._core)
        if not (area.top <= row <= area.bottom and area.left <= column <= area.right):
            return b""
        return self._shifted(area, column, b"\x1b[%d%b" % (count, final))

    def _shifted(self, area: Area, column: int, stroke: bytes) -> bytes:
        rows = range(area.top, area.bottom + 1)
        return self._drawn(((row, column, stroke) for row in rows), within_margins=True)

    def _index(self, *, is_forward: bool) -> bytes:
        """DECFI and DECBI: one column on, or the area moves when the cursor is at its edge."""
        row, column = self._core.cursor
        area = margins_of(self._core)
        edge = area.right if is_forward else area.left
        if column != edge:
            last = self._core.size.columns - 1
            is_at_side = column == (last if is_forward else 0)
            return b"" if is_at_side else self._core.write(b"\x1b[C" if is_forward else b"\x1b[D")
        if not area.top <= row <= area.bottom:
            return b""
        return self._shifted(area, area.left, b"\x1b[P" if is_forward else b"\x1b[@")

    def _checksum(self, sequence: Sequence) -> bytes:
        """DECRQCRA: `Pid;Pp;Pt;Pl;Pb;Pr * y`."""
        area = self._area(sequence, 2)
        total = sum(map(self._weight, self._cells(area).values()))
        if not self._checksums & _NOT_NEGATED:
            total = -total
        return b"\x1bP%d!~%04X\x1b\\" % (sequence.number(0), total & 0xFFFF)

    def _weight(self, cell: Cell) -> int:
        weight = sum(map(ord, cell.text))
        if not cell.text and not self._checksums & _ONLY_DRAWN:
            weight = 0x20
        if self._checksums & _NO_ATTRIBUTES:
            return weight
        codes = cell.sgr.split(";")
        weight += sum(_WEIGHTS.get(code, 0) for code in codes)
        return weight + (0x10 if any(code.startswith("4:") for code in codes) else 0)

    def _choose_checksums(self, sequence: Sequence) -> bytes:
        self._checksums = sequence.number(0)
        return b""

    def _drawn(
        self, strokes: Iterable[tuple[int, int, bytes]], *, within_margins: bool = False
    ) -> bytes:
        """Draw somewhere, with the cursor, the attributes and the modes as before."""
        core = self._core
        row, column = core.cursor
        margins = margins_of(self._core)
        is_origin, is_sided = core.mode(6), core.mode(69)
        attributes = core.write(b"\x1bP$qm\x1b\\")
        changed = [n for n in (6, 7) if core.mode(n)]
        parts = [_ANY_MAY_BE_ERASED] if self._reports.is_guarded else []
        parts += [b"\x1b[?%dl" % number for number in changed]
        is_inserting = core.mode(4, is_ansi=True)
        parts += [b"\x1b[4l"] if is_inserting else []
        parts += [b"\x1b[?69l"] if is_sided and not within_margins else []
        for at_row, at_column, stroke in strokes:
            parts.append(b"\x1b[%d;%dH" % (at_row + 1, at_column + 1) + stroke)
        if is_sided and not within_margins:
            parts.append(b"\x1b[?69h\x1b[%d;%ds" % (margins.left + 1, margins.right + 1))
        parts += [b"\x1b[4h"] if is_inserting else []
        parts += [b"\x1b[?%dh" % number for number in changed]
        if is_origin:
            row, column = row - margins.top, column - margins.left
        restored = attributes[5:-3] if attributes.startswith(b"\x1bP1$r") else b"0"
        parts += [b"\x1b[", restored, b"m", self._reports.protecting]
        parts.append(b"\x1b[%d;%dH" % (row + 1, column + 1))
        core.write(b"".join(parts))
        return b""


def _redrawn(cell: Cell) -> bytes:
    start = b'\x1b[%bm\x1b[%d"q' % (cell.sgr.encode(), 1 if cell.is_protected else 0)
    return start + (cell.text.encode() or b"\x1b[X")


_TURNED = ("1", "5", "7", "8")


def _attributes_set(sgr: str, wanted: list[str]) -> str:
    """Bold, underline, blinking and inverse, set or taken away (1, 4, 5, 7 and 22 to 27; 0)."""
    codes = sgr.split(";")[1:]
    for each in wanted:
        if each == "0":
            codes = [code for code in codes if code not in _TURNED and not _is_underline(code)]
        elif each == "4" and not any(map(_is_underline, codes)):
            codes = [*codes, "4:1"]
        elif each in _TURNED and each not in codes:
            codes = [*codes, each]
        elif each in ("22", "24", "25", "27", "28"):
            off = "1" if each == "22" else each[1]
            codes = [
                code for code in codes if code != off and not (off == "4" and _is_underline(code))
            ]
    return ";".join(["0", *codes])


def _attributes_turned(sgr: str, wanted: list[str]) -> str:
    codes = sgr.split(";")[1:]
    turned = ["1", "4", "5", "7"] if "0" in wanted else wanted
    for each in turned:
        same = [code for code in codes if code == each or (each == "4" and _is_underline(code))]
        codes = [code for code in codes if code not in same] if same else [*codes, each]
    return ";".join(["0", *codes])


def _is_underline(code: str) -> bool:
    return code == "4" or code.startswith("4:")
