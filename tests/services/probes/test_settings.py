"""Settings from texts, as forms, files and command lines give them."""

from __future__ import annotations

import pytest

from noc_console.kernel.errors import Invalid
from noc_console.services.probes.settings import (
    SETTINGS,
    TITLES,
    DnsSettings,
    PingSettings,
    ProbeKind,
    make,
    questions,
)


@pytest.mark.parametrize("kind", ProbeKind)
def test_every_kind_can_be_asked_for_and_its_defaults_are_fitting(kind):
    assert TITLES[kind]
    asked = questions(kind)
    assert all(question.title for question in asked)
    usual = {question.name: question.default for question in asked}
    assert make(kind, {}) == make(kind, usual) == SETTINGS[kind]()
    as_texts = {name: str(value) for name, value in usual.items()}
    assert make(kind, as_texts) == SETTINGS[kind]()


def test_texts_become_what_they_mean():
    assert make(ProbeKind.ICMP, {"count": "7", "spread": "No", "timeout_s": " 0.5 "}) == (
        PingSettings(count=7, spread=False, timeout_s=0.5)
    )
    assert make(ProbeKind.DNS, {"type": "MX"}) == DnsSettings(type="MX")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"count": "0"}, "count"),
        ({"count": "101"}, "count"),
        ({"count": "many"}, "count"),
        ({"count": None}, "count"),
        ({"timeout_s": "nan"}, "timeout_s"),
        ({"timeout_s": "inf"}, "timeout_s"),
        ({"spread": "perhaps"}, "spread"),
        ({"ttl": "3"}, "ttl"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(values, field):
    with pytest.raises(Invalid) as refused:
        make(ProbeKind.ICMP, values)
    assert refused.value.field == field


@pytest.mark.parametrize("value", ["x" * 501, "a\nb", "a\x00b"])
def test_texts_are_short_and_printable(value):
    with pytest.raises(Invalid):
        make(ProbeKind.SSH, {"expected": value})


def test_a_choice_is_one_of_those_offered():
    with pytest.raises(Invalid, match="one of"):
        make(ProbeKind.DNS, {"type": "ANY"})
