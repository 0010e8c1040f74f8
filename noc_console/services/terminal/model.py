"""What a terminal shows and what people do to it, as values without any engine or pixel.

Rows of a screen are counted in two ways: `Row`s of a frame from the top of what is shown, and
`Point`s from the oldest line that is kept (scrollback first, then the screen).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, Flag, IntEnum, IntFlag, auto


@dataclass(frozen=True, slots=True)
class Size:
    """How much text fits, in cells."""

    columns: int
    rows: int


class Look(IntFlag):
    """How text is drawn, besides its colours. INVERSE is for the painter to apply."""

    NONE = 0
    BOLD = auto()
    FAINT = auto()
    ITALIC = auto()
    BLINK = auto()
    INVERSE = auto()
    INVISIBLE = auto()
    STRIKE = auto()
    OVERLINE = auto()


class Underline(IntEnum):
    """The line below text."""

    NONE = 0
    SINGLE = 1
    DOUBLE = 2
    CURLY = 3
    DOTTED = 4
    DASHED = 5


@dataclass(frozen=True, slots=True)
class Style:
    """What all cells of a run have in common. Colours are 0xRRGGBB; None is the theme's own."""

    foreground: int | None = None
    background: int | None = None
    underline_color: int | None = None
    look: Look = Look.NONE
    underline: Underline = Underline.NONE


PLAIN = Style()


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring cells of one style, drawn in one stroke.

    Every character of `text` takes one cell, or two where `is_wide`; a base character with marks,
    or an emoji of several code points, is a run of its own (`is_cluster`) whose text is one glyph.
    """

    column: int
    columns: int
    text: str
    style: Style
    is_wide: bool = False
    is_cluster: bool = False
    link: str = ""
    """The target of an OSC 8 hyperlink: http, https, ssh, telnet or mailto, else empty."""


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One line of what is shown. The very same object comes back as long as nothing changed."""

    runs: tuple[Run, ...]
    is_wrapped: bool = False
    """It goes on in the next row."""
    is_continuation: bool = False

    @property
    def text(self) -> str:
        """Its text without trailing blanks; a wide character counts once."""
        return self.padded.rstrip()

    @property
    def padded(self) -> str:
        """Its text up to the last cell in use."""
        return "".join(_padded(self.runs))


def _padded(runs: tuple[Run, ...]) -> list[str]:
    parts: list[str] = []
    at = 0
    for run in runs:
        if run.column > at:
            parts.append(" " * (run.column - at))
        parts.append(run.text)
        at = run.column + run.columns
    return parts


class CursorShape(Enum):
    BLOCK = "block"
    BAR = "bar"
    UNDERLINE = "underline"
    HOLLOW = "hollow"


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the next character goes; `row` is None while the view is scrolled away from it."""

    row: int | None
    column: int
    shape: CursorShape = CursorShape.BLOCK
    is_visible: bool = True
    is_blinking: bool = False


@dataclass(frozen=True, slots=True)
class Viewport:
    """Which lines are shown: `rows` from `top`, of `total`."""

    top: int
    rows: int
    total: int

    @property
    def is_at_bottom(self) -> bool:
        return self.top + self.rows >= self.total


@dataclass(frozen=True, slots=True)
class Frame:
    """What is to be painted: every row shown, and which differ from the frame before."""

    size: Size
    rows: tuple[Row, ...]
    changed: tuple[int, ...]
    """Rows to paint anew, from the top of what is shown."""
    cursor: Cursor
    viewport: Viewport
    foreground: int
    background: int
    cursor_color: int | None


class MouseTracking(IntEnum):
    """Which movements of the mouse the program on the other side asked for."""

    NONE = 0
    PRESS = 1
    """Presses only (X10)."""
    CLICKS = 2
    """Presses, releases and the wheel."""
    DRAGS = 3
    ALL = 4


@dataclass(frozen=True, slots=True)
class Modes:
    """What the program on the other side has switched on."""

    bracketed_paste: bool = False
    mouse: MouseTracking = MouseTracking.NONE
    alternate_screen: bool = False
    alternate_scroll: bool = False
    """On the alternate screen the wheel sends arrow keys."""
    application_cursor: bool = False
    application_keypad: bool = False
    focus_reporting: bool = False
    synchronized: bool = False
    """The program is in the middle of a picture: paint when it is done (or after 150 ms)."""
    reverse_video: bool = False


@dataclass(frozen=True, slots=True, order=True)
class Point:
    """A cell; rows from the oldest line that is kept."""

    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Selection:
    """Text between two cells, both included, in any order; as a block when `is_block`."""

    start: Point
    end: Point
    is_block: bool = False

    @property
    def first(self) -> Point:
        return min(self.start, self.end)

    @property
    def last(self) -> Point:
        return max(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for in everything that is kept."""

    text: str
    is_regex: bool = False
    is_case_sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Palette:
    """The theme's colours, each 0xRRGGBB; `ansi` are the sixteen by name."""

    foreground: int
    background: int
    cursor: int | None = None
    ansi: tuple[int, ...] = ()


class Modifier(Flag):
    NONE = 0
    SHIFT = auto()
    CONTROL = auto()
    ALT = auto()
    SUPER = auto()
    CAPS_LOCK = auto()
    NUM_LOCK = auto()


class Key(Enum):
    """Keys that are not (only) a character; for characters use `Key.TEXT`."""

    TEXT = "text"
    ENTER = "enter"
    TAB = "tab"
    BACKSPACE = "backspace"
    ESCAPE = "escape"
    SPACE = "space"
    UP = "arrow_up"
    DOWN = "arrow_down"
    LEFT = "arrow_left"
    RIGHT = "arrow_right"
    HOME = "home"
    END = "end"
    PAGE_UP = "page_up"
    PAGE_DOWN = "page_down"
    INSERT = "insert"
    DELETE = "delete"
    F1 = "f1"
    F2 = "f2"
    F3 = "f3"
    F4 = "f4"
    F5 = "f5"
    F6 = "f6"
    F7 = "f7"
    F8 = "f8"
    F9 = "f9"
    F10 = "f10"
    F11 = "f11"
    F12 = "f12"
    F13 = "f13"
    F14 = "f14"
    F15 = "f15"
    F16 = "f16"
    F17 = "f17"
    F18 = "f18"
    F19 = "f19"
    F20 = "f20"
    KEYPAD_0 = "numpad_0"
    KEYPAD_1 = "numpad_1"
    KEYPAD_2 = "numpad_2"
    KEYPAD_3 = "numpad_3"
    KEYPAD_4 = "numpad_4"
    KEYPAD_5 = "numpad_5"
    KEYPAD_6 = "numpad_6"
    KEYPAD_7 = "numpad_7"
    KEYPAD_8 = "numpad_8"
    KEYPAD_9 = "numpad_9"
    KEYPAD_ADD = "numpad_add"
    KEYPAD_SUBTRACT = "numpad_subtract"
    KEYPAD_MULTIPLY = "numpad_multiply"
    KEYPAD_DIVIDE = "numpad_divide"
    KEYPAD_DECIMAL = "numpad_decimal"
    KEYPAD_ENTER = "numpad_enter"


class KeyAction(Enum):
    PRESS = "press"
    REPEAT = "repeat"
    RELEASE = "release"


@dataclass(frozen=True, slots=True)
class KeyPress:
    """A key as the keyboard gave it.

    `text` is what it types with the modifiers held (for Ctrl+C the letter, not the control
    character); `unshifted` the character of the key alone, when it is known.
    """

    key: Key
    text: str = ""
    modifiers: Modifier = Modifier.NONE
    unshifted: str = ""
    action: KeyAction = KeyAction.PRESS


class MouseButton(Enum):
    NONE = 0
    LEFT = 1
    RIGHT = 2
    MIDDLE = 3
    WHEEL_UP = 4
    WHEEL_DOWN = 5
    WHEEL_LEFT = 6
    WHEEL_RIGHT = 7
    BACK = 8
    FORWARD = 9


class MouseAction(Enum):
    PRESS = "press"
    RELEASE = "release"
    MOVE = "move"


@dataclass(frozen=True, slots=True)
class MouseInput:
    """A movement of the mouse over a cell of what is shown."""

    action: MouseAction
    button: MouseButton
    row: int
    column: int
    modifiers: Modifier = Modifier.NONE
    is_any_button_down: bool = False
