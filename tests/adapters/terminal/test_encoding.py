import pytest

from noc_console.services.terminal.model import (
    Key,
    KeyAction,
    KeyPress,
    Modifier,
    MouseAction,
    MouseButton,
    MouseInput,
)

CONTROL, SHIFT, ALT = Modifier.CONTROL, Modifier.SHIFT, Modifier.ALT


@pytest.mark.parametrize(
    ("press", "sent"),
    [
        (KeyPress(Key.TEXT, "a", unshifted="a"), b"a"),
        (KeyPress(Key.TEXT, "A", SHIFT, "a"), b"A"),
        (KeyPress(Key.TEXT, "ä"), "ä".encode()),
        (KeyPress(Key.TEXT, "日本"), "日本".encode()),
        (KeyPress(Key.TEXT, "c", CONTROL, "c"), b"\x03"),
        (KeyPress(Key.TEXT, "x", ALT, "x"), b"\x1bx"),
        (KeyPress(Key.SPACE, " ", CONTROL, " "), b"\x00"),
        (KeyPress(Key.ENTER), b"\r"),
        (KeyPress(Key.BACKSPACE), b"\x7f"),
        (KeyPress(Key.ESCAPE), b"\x1b"),
        (KeyPress(Key.TAB), b"\t"),
        (KeyPress(Key.TAB, modifiers=SHIFT), b"\x1b[Z"),
        (KeyPress(Key.UP), b"\x1b[A"),
        (KeyPress(Key.UP, modifiers=CONTROL), b"\x1b[1;5A"),
        (KeyPress(Key.HOME), b"\x1b[H"),
        (KeyPress(Key.DELETE), b"\x1b[3~"),
        (KeyPress(Key.PAGE_UP), b"\x1b[5~"),
        (KeyPress(Key.F1), b"\x1bOP"),
        (KeyPress(Key.F5, modifiers=SHIFT), b"\x1b[15;2~"),
        (KeyPress(Key.F12), b"\x1b[24~"),
        (KeyPress(Key.UP, action=KeyAction.RELEASE), b""),
    ],
)
def test_keys_send_what_xterm_sends(engine, press, sent) -> None:
    assert engine.encode_key(press) == sent


def test_every_key_there_is_can_be_pressed(engine) -> None:
    for key in Key:
        text = "7" if key.value.startswith("numpad") else ""
        assert isinstance(engine.encode_key(KeyPress(key, text)), bytes)


def test_modes_change_what_keys_send(engine) -> None:
    engine.feed(b"\x1b[?1h")
    assert engine.encode_key(KeyPress(Key.UP)) == b"\x1bOA"
    engine.feed(b"\x1b[?1l\x1b[>1u")
    assert engine.encode_key(KeyPress(Key.ESCAPE)) == b"\x1b[27u"


def test_the_mouse_is_silent_until_somebody_asks(engine) -> None:
    press = MouseInput(MouseAction.PRESS, MouseButton.LEFT, 2, 4)
    assert engine.encode_mouse(press) == b""
    engine.feed(b"\x1b[?1000h\x1b[?1006h")
    assert engine.encode_mouse(press) == b"\x1b[<0;5;3M"
    release = MouseInput(MouseAction.RELEASE, MouseButton.LEFT, 2, 4)
    assert engine.encode_mouse(release) == b"\x1b[<0;5;3m"
    wheel = MouseInput(MouseAction.PRESS, MouseButton.WHEEL_DOWN, 0, 0, CONTROL)
    assert engine.encode_mouse(wheel) == b"\x1b[<81;1;1M"


def test_movements_are_told_where_they_were_asked_for(engine) -> None:
    move = MouseInput(MouseAction.MOVE, MouseButton.NONE, 1, 1)
    engine.feed(b"\x1b[?1002h\x1b[?1006h")
    assert engine.encode_mouse(move) == b""
    engine.feed(b"\x1b[?1003h")
    assert engine.encode_mouse(move) == b"\x1b[<35;2;2M"


def test_pasted_lines_end_as_typed_ones(engine) -> None:
    assert engine.encode_paste("a\r\nb\nc\td") == b"a\rb\rc\td"


def test_a_paste_cannot_leave_its_brackets(engine) -> None:
    engine.feed(b"\x1b[?2004h")
    sent = engine.encode_paste("ls\x1b[201~\rreload\x1b[20\x1b[201~1~\x9b\x07")
    assert sent.startswith(b"\x1b[200~")
    assert sent.endswith(b"\x1b[201~")
    assert sent.count(b"\x1b") == 2
    assert "\x9b" not in sent.decode()


def test_focus_is_told_where_it_was_asked_for(engine) -> None:
    assert engine.encode_focus(is_focused=True) == b""
    engine.feed(b"\x1b[?1004h")
    assert engine.encode_focus(is_focused=True) == b"\x1b[I"
    assert engine.encode_focus(is_focused=False) == b"\x1b[O"
