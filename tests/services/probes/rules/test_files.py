"""Probes as files, ours and other people's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.kernel.errors import Invalid
from noc_console.services.probes.model import OF_RULE, Probe, ProbeId, Thresholds
from noc_console.services.probes.rules.files import read, write
from noc_console.services.probes.settings import SETTINGS, ProbeKind

DEVICES = {"core-1": 7, "192.0.2.7": 7}


def one_of_each() -> list[Probe]:
    made = []
    for kind, settings in SETTINGS.items():
        target = "https://x.example/" if kind is ProbeKind.HTTP else "x.example"
        made.append(
            Probe(
                ProbeId(0),
                kind,
                target,
                name=f"@{kind}",
                interval_s=123.5,
                origin="zone:pop",
                is_paused=kind is ProbeKind.TCP,
                settings=settings(),
                thresholds=Thresholds(10, 20.5, 30, 4, 5, kind is not ProbeKind.DNS),
            )
        )
    return made


def test_every_kind_comes_back_as_it_was():
    found, problems = read(write(one_of_each(), {}), {})
    assert problems == ()
    assert list(found) == one_of_each()


def test_a_spreadsheet_runs_nothing_of_it():
    probe = Probe(ProbeId(0), ProbeKind.ICMP, "192.0.2.1", name='=HYPERLINK("x")')
    text = write([probe], {})
    assert "'=HYPERLINK" in text
    assert read(text, {})[0][0].name == probe.name


def test_devices_go_by_name_or_address_and_the_rule_is_no_row():
    mine = Probe(ProbeId(1), ProbeKind.ICMP, device_id=7)
    ruled = Probe(ProbeId(OF_RULE + 7), ProbeKind.ICMP, device_id=7)
    text = write([mine, ruled], {7: "core-1"})
    assert len(text.splitlines()) == 2
    assert read(text, DEVICES)[0][0].device_id == 7


def test_a_short_file_is_enough_and_wrong_rows_are_told_by_number():
    text = (
        "kind,target,device,interval_s,set.count\n"
        "icmp,192.0.2.1,,30,5\n"
        "icmp,not a host,,,\n"
        "ICMP,,192.0.2.7,,\n"
        "icmp,,core-9,,\n"
        "icmp,192.0.2.2,,soon,\n"
        "icmp,192.0.2.3,,,1000\n"
        "icmp\n"
    )
    found, problems = read(text, DEVICES)
    assert [(p.target, p.device_id, p.interval_s) for p in found] == [
        ("192.0.2.1", None, 30.0),
        ("", 7, 60.0),
    ]
    assert [problem.partition(":")[0] for problem in problems] == [
        "row 3",
        "row 5",
        "row 6",
        "row 7",
        "row 8",
    ]


@pytest.mark.parametrize("text", ["", "a,b,c\n1,2,3\n", "\x00\x01", "kind\nicmp\n"])
def test_what_is_no_such_file_is_refused(text):
    with pytest.raises(Invalid):
        read(text, {})


@given(st.text(max_size=400))
def test_no_file_breaks_the_reader(text):
    try:
        found, problems = read("kind,target\r\n" + text, {})
    except Invalid:
        return
    assert all(isinstance(problem, str) for problem in problems)
    assert all(probe.target for probe in found)
