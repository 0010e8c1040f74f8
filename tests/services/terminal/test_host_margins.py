import re

from noc_console.services.terminal.host_margins import Area, margins_of
from noc_console.services.terminal.model import Size


class Telling:
    """A core that answers questions for settings as an engine does: only that is asked of it."""

    size = Size(20, 6)

    def __init__(self, settings: dict[str, str], *, is_sided: bool = False) -> None:
        self._settings = settings
        self._is_sided = is_sided

    def mode(self, number: int, *, is_ansi: bool = False) -> bool:
        return self._is_sided and number == 69

    def write(self, asked: bytes) -> bytes:
        found = re.fullmatch(r"\x1bP\$q(.)\x1b\\", asked.decode())
        assert found is not None
        numbers = self._settings.get(found.group(1))
        if numbers is None:
            return b"\x1bP0$r\x1b\\"
        return f"\x1bP1$r{numbers}{found.group(1)}\x1b\\".encode()


def test_margins_count_from_nought_and_include_their_ends() -> None:
    core = Telling({"r": "2;5", "s": "3;18"}, is_sided=True)
    assert margins_of(core) == Area(1, 2, 4, 17)


def test_side_margins_count_only_while_their_mode_is_on() -> None:
    assert margins_of(Telling({"r": "2;5", "s": "3;18"})) == Area(1, 0, 4, 19)


def test_without_an_answer_the_whole_screen_scrolls() -> None:
    assert margins_of(Telling({}, is_sided=True)) == Area(0, 0, 5, 19)


def test_an_area_that_ends_before_it_begins_is_empty() -> None:
    assert Area(2, 0, 1, 5).is_empty
    assert Area(0, 3, 0, 2).is_empty
    assert not Area(4, 4, 4, 4).is_empty
