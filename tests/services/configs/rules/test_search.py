"""Searching configurations: words, phrases, patterns, and nothing about secrets."""

from __future__ import annotations

import pytest

from noc_console.kernel.errors import Invalid
from noc_console.services.configs.rules.search import matches, shown, wanted

TEXT = "ntp server 10.0.0.1\nno ntp server 10.0.0.2\ninterface Gi0/1\n description NTP  host\n"


def found(asked: str, most: int = 10) -> list[int]:
    return [at for at, _ in matches(wanted(asked), TEXT, most=most)]


def test_words_stand_in_one_line_in_any_order_and_case() -> None:
    assert found("server ntp") == [0, 1]
    assert found("NTP -no") == [0, 3]
    assert found('"ntp server"') == [0, 1]
    assert found("ntp", most=2) == [0, 1]
    assert found("nowhere") == []


def test_a_pattern_stands_between_strokes() -> None:
    assert found(r"/^ntp server \d++/") == [0]
    assert found("/dev/null") == []  # two strokes in a path are no pattern


@pytest.mark.parametrize("text", ["", "   ", "-only", "x" * 501, "/(a+)+/"])
def test_a_search_that_means_nothing_or_too_much_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        wanted(text)


def test_a_search_for_a_secret_tells_nothing() -> None:
    asked = wanted("hunter2")
    assert shown("password ••••••", asked) is None
    assert shown("description hunter2", asked) == "description hunter2"
