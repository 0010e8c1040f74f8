"""What is said of a session that went on by itself."""

from noc_console.services.terminal.holding import Resumed


def test_it_says_how_long_nobody_looked() -> None:
    assert "was closed (1 s)." in Resumed(1.2, 0, 0).sentence
    assert "was closed (12 min 5 s)." in Resumed(12 * 60 + 5, 0, 10).sentence
    assert "was closed (14 h 10 min)." in Resumed(51_000, 0, 0).sentence


def test_what_there_was_no_room_for_is_said() -> None:
    assert "KiB" not in Resumed(1, 0, 0).sentence
    assert Resumed(1, 3 << 20, 0).sentence.endswith("the first 3,072 KiB are lost.")
    assert "the first 1 KiB are lost" in Resumed(1, 5, 0).sentence
