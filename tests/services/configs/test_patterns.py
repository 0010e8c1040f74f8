"""Patterns that could be slow are refused before they run."""

from __future__ import annotations

import pytest

from noc_console.kernel.errors import Invalid
from noc_console.services.configs.patterns import found_in, pattern


@pytest.mark.parametrize(
    "text",
    [
        r"^ntp server 10\.0\.0\.\d+$",
        r"interface (Gi|Te)\S+",
        r"a{1,3}b?",
        r"(?:ab){2,4}\d+",
        r"neighbor \S++ \S++ \S++ \S++",
        r"^(?!no )service \w+",
    ],
)
def test_what_people_write_is_taken(text: str) -> None:
    assert pattern(text).pattern == text


@pytest.mark.parametrize(
    "text",
    [
        r"(a+)+$",
        r"(a|a)*b",
        r"(?:x*)*",
        r"(?:a?)+",
        r".*.*.*x",
        r"(\w+)\1",
        r"(a+){10}b",
        r"((a{1,60}){1,60}){1,60}",
        r"(?>(a+)+)b",
        r"(?=(a+)+)b",
        r"x{0,100}y{0,100}z{0,100}",
        "(",
        "",
        "a" * 501,
    ],
)
def test_what_may_take_for_ever_or_means_nothing_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        pattern(text, field="here")
    assert refused.value.field == "here" and len(str(refused.value)) > 20


def test_letter_case_does_not_matter_and_lines_have_an_end() -> None:
    assert found_in(pattern("NTP"), "ntp server")
    assert not found_in(pattern("x"), "a" * 3_000 + "x")
