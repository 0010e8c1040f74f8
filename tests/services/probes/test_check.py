"""Which probes are possible."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.kernel.errors import Invalid
from noc_console.services.probes.check import check, check_target, is_host
from noc_console.services.probes.model import Probe, ProbeId, Thresholds
from noc_console.services.probes.settings import (
    HttpSettings,
    PingSettings,
    ProbeKind,
    TcpSettings,
    TwampSettings,
)

PING = Probe(ProbeId(0), ProbeKind.ICMP, "192.0.2.1")


@pytest.mark.parametrize(
    "host",
    ["192.0.2.1", "2001:db8::1", "fe80::1%eth0", "www.example.net", "router-7", "_x.example."],
)
def test_addresses_and_names_are_hosts(host):
    assert is_host(host)


@pytest.mark.parametrize(
    "host", ["", "192.0.2", "192.0.2.256", "-x", "a b", "a..b", "x" * 300, "ex_mple/", "1.2.3.4.5"]
)
def test_what_else_people_type_is_none(host):
    assert not is_host(host)


@given(st.text(max_size=300))
def test_no_text_breaks_the_checks(text):
    for kind in (ProbeKind.ICMP, ProbeKind.HTTP):
        try:
            check_target(kind, text)
        except Invalid as refused:
            assert refused.field == "target"


@pytest.mark.parametrize(
    "url",
    ["http://192.0.2.1/", "https://[2001:db8::1]:8443/a?b=c", "https://www.example.net"],
)
def test_pages_are_urls(url):
    check(Probe(ProbeId(0), ProbeKind.HTTP, url, settings=HttpSettings()))


@pytest.mark.parametrize(
    "url",
    ["ftp://x.example/", "//x.example", "https://", "https://a:b@x.example/", "https://x:0/",
     "https://x.example:99999/", "https://x.example/a b", "https://[::1/"],
)  # fmt: skip
def test_other_urls_are_refused(url):
    with pytest.raises(Invalid):
        check(Probe(ProbeId(0), ProbeKind.HTTP, url, settings=HttpSettings()))


def test_a_device_stands_for_its_address_but_not_for_a_page():
    check(replace(PING, target="", device_id=7))
    page = Probe(ProbeId(0), ProbeKind.HTTP, device_id=7, settings=HttpSettings())
    with pytest.raises(Invalid):
        check(page)


def test_a_round_is_over_before_the_next_begins():
    check(replace(PING, interval_s=1, settings=PingSettings(count=20, spread=True)))
    with pytest.raises(Invalid):
        check(replace(PING, interval_s=1, settings=PingSettings(count=100, spread=False)))
    slow = TwampSettings(count=200, gap_ms=1000)
    twamp = Probe(ProbeId(0), ProbeKind.TWAMP, "192.0.2.1", settings=slow)
    with pytest.raises(Invalid):
        check(twamp)
    check(Probe(ProbeId(0), ProbeKind.TCP, "192.0.2.1", interval_s=1, settings=TcpSettings()))


@pytest.mark.parametrize(
    "wrong",
    [
        {"loss_percent": -1},
        {"latency_ms": 1e9},
        {"jitter_ms": float("nan")},
        {"rounds_on": 0},
        {"rounds_off": 101},
    ],
)
def test_thresholds_that_make_no_sense_are_refused(wrong):
    with pytest.raises(Invalid):
        check(replace(PING, thresholds=Thresholds(**wrong)))


@pytest.mark.parametrize("origin", ["collector:ams-1", "zone:pop 7", ""])
def test_a_probe_runs_from_anywhere_a_collector_or_a_zone(origin):
    check(replace(PING, origin=origin))


@pytest.mark.parametrize("origin", ["ams-1", "collector:", "moon:1", "zone: x"])
def test_other_places_are_refused(origin):
    with pytest.raises(Invalid):
        check(replace(PING, origin=origin))
