"""The main job, run as its users run it: discover a network, watch it, see it break and mend."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.conftest import Console

DISCOVER = ("--community", "public", "--json")

TOGETHER = (
    ("link-down", "high-cpu", "rising-errors", "fading-optical", "flapping"),
    ("device-down", "power-loss"),
    ("reboot",),
)
"""Faults that are broken at once: those that take a whole device away come later."""


def discovered(console: Console) -> Console:
    """The lab is up, discovered from one seed, and the collector measures it."""
    console.start_lab()
    done = console.run(
        "discovery.start", "--seed", f"{console.base.replace('.0.0', '.1.1')}:{console.snmp_port}",
        *DISCOVER,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "66 devices found" in done.stderr
    console.start_collector()
    console.until(
        lambda: (
            sum(row["in_bps"] is not None for row in console.look("telemetry.interface-now")) > 300
        ),
        "counters move",
    )
    return console


def active(console: Console, *conditions: str) -> list[dict[str, Any]]:
    """Standing alarms; the desk also shows cleared ones nobody has acknowledged yet."""
    return [
        alarm
        for alarm in console.look("alarms.active")
        if alarm["condition"] in conditions and alarm["severity"] != "cleared"
    ]


@pytest.mark.timeout(600)
def test_every_fault_shows_as_its_alarm_and_clears_when_mended(console: Console) -> None:
    discovered(console)
    assert len(console.ask("inventory.devices")) == 66
    told = [
        (alarm["about"]["device_name"], alarm["condition"], alarm["text"])
        for alarm in console.ask("alarms.active")
        # A machine that stands still for some seconds reads the next counters late, which makes
        # rates of a moment that never were; everything else must be quiet.
        if alarm["condition"] != "utilisation"
    ]
    assert told == []
    expected = {
        "link-down": "interface-down",
        "high-cpu": "cpu",
        "rising-errors": "errors",
        "fading-optical": "optical-power",
        "flapping": "flapping",
        "device-down": "unreachable",
        "power-loss": "power",
        "reboot": "restarted",
    }
    for together in TOGETHER:
        for fault in together:
            console.ask("lab", "fail", fault)
        for fault in together:
            console.until(
                lambda fault=fault: active(console, expected[fault]),  # type: ignore[misc]
                f"{fault} shows as {expected[fault]}",
                patience_s=60,
            )
        console.ask("lab", "mend")
    # What flapped has to be steady for five minutes: tests/services/alarms moves the clock.
    settling = set(expected.values()) - {"flapping"}
    console.until(lambda: not active(console, *settling), "every alarm clears", patience_s=150)
    lines = console.ask("intake.recent", "--limit", "500")
    assert {"trap", "syslog"} <= {line["kind"] for line in lines}


@pytest.mark.timeout(500)
def test_kill_9_of_anything_leaves_the_rest_going_and_loses_nothing(console: Console) -> None:
    discovered(console)
    console.ask("lab", "fail", "device-down")
    [alarm] = console.until(lambda: active(console, "unreachable"), "the device is unreachable")
    console.ask("alarms.comment", "--alarm-ids", str(alarm["id"]), "--text", "on my way")

    console.kill("collector")
    assert len(console.ask("inventory.devices")) == 66
    console.start_collector()
    polled = console.until(
        lambda: [c for c in console.look("telemetry.collectors") if c["devices"] == 66],
        "the next collector goes on",
    )
    assert polled
    [kept] = active(console, "unreachable")
    assert (kept["id"], kept["comments"]) == (alarm["id"], 1)

    console.kill("lab")
    console.until(
        lambda: len(active(console, "unreachable")) > 60, "a dead network is seen", patience_s=60
    )
    console.start_lab("--fresh")
    console.until(lambda: not active(console, "unreachable"), "all answer again", patience_s=90)
    steps = console.ask("alarms.history", "--alarm-id", str(alarm["id"]))
    assert {"raised", "commented", "cleared"} <= {step["what"] for step in steps}


@pytest.mark.timeout(400)
def test_a_killed_discovery_is_finished_by_the_next_who_comes(console: Console) -> None:
    console.start_lab()
    seed = f"{console.base.replace('.0.0', '.1.1')}:{console.snmp_port}"
    console.start("search", "discovery.start", "--seed", seed, "--community", "public")
    console.until(lambda: len(console.look("inventory.devices")) >= 5, "the search found a few", 60)
    console.kill("search")
    console.start_collector()
    run = console.until(
        lambda: (found := console.look("discovery.status"))["state"] == "done" and found,
        "the collector finished the search",
        patience_s=120,
    )
    assert run["left"] == 0
    assert len(console.ask("inventory.devices")) == 66


def test_a_second_collector_of_a_sqlite_store_says_so_and_leaves(console: Console) -> None:
    console.start_collector()
    console.until(lambda: console.look("telemetry.collectors"), "the first one collects")
    second = console.run("collect")
    assert second.returncode == 75
    assert "collects for this store already" in second.stderr


@pytest.mark.postgres
@pytest.mark.timeout(500)
def test_on_postgresql_the_same_job_is_done(console: Console, postgres_url: str) -> None:
    console.store = postgres_url
    discovered(console)
    assert len(console.ask("inventory.devices")) == 66
    broken = console.ask("lab", "fail", "link-down")
    [alarm, *_] = console.until(lambda: active(console, "interface-down"), "the link is down")
    assert alarm["device_name"] in broken["target"] or alarm["interface_name"]
    console.start("second", "collect", "--name", "second")
    console.until(lambda: polling(console) == 2, "two collectors divide the devices")
    console.kill("collector")
    console.until(lambda: polling(console) == 1, "the second one has all of them")
    console.ask("lab", "mend")
    console.until(lambda: not active(console, "interface-down"), "the link is up", patience_s=90)


def polling(console: Console) -> int:
    """How many collectors have all shards between them, each its part."""
    shares = [s for s in console.look("collectors.shares") or () if s["state"] == "active"]
    return len(shares) if sum(s["shards"] for s in shares) == 128 else 0
