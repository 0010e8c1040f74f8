from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest

from noc_console.app import lab as door
from noc_console.app.config import CHILD_STORE, Config, load
from noc_console.app.lab import lab_config
from noc_console.lab.run import Lab


@pytest.fixture
def plain(at_home: Path) -> Config:
    return load()


def test_beside_the_lab_the_store_is_another_one_and_nothing_leaves_the_loopback(
    plain: Config, at_home: Path
) -> None:
    made = lab_config(plain, named_store=None)
    assert made.store == f"sqlite:///{at_home}/lab/noc.db"
    assert made.listen == "127.0.0.1"
    assert (made.trap_port, made.syslog_port) == (11_162, 11_514)
    assert made.poll_interval_s == 10.0
    assert made.lab
    assert lab_config(made, named_store=None) is made


def test_a_named_store_is_used_and_a_child_takes_its_windows(
    plain: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert lab_config(plain, named_store="sqlite:////own.db").store == "sqlite:////own.db"
    monkeypatch.setenv(CHILD_STORE, "sqlite:////window.db")
    assert lab_config(plain, named_store=None).store == "sqlite:////window.db"


def test_a_quicker_interval_is_kept(plain: Config) -> None:
    made = lab_config(replace(plain, poll_interval_s=1.0), named_store=None)
    assert made.poll_interval_s == 1.0


def test_with_and_without_lab_the_control_file_is_the_same(plain: Config, at_home: Path) -> None:
    assert plain.lab_control == at_home / "lab" / "lab.json"
    assert lab_config(plain, named_store=None).lab_control == plain.lab_control


async def talk(config: Config, *words: str) -> int:
    """The door starts a loop of its own: in a thread beside the lab's."""
    return await asyncio.to_thread(door.main, config, words)


async def test_words_break_the_lab_show_it_and_mend_it(
    config: Config, lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    victim = sorted(lab.plan.devices)[0]
    assert await talk(config, "fail", "device-down", victim, "--json") == 0
    broken = json.loads(capsys.readouterr().out)
    assert (broken["name"], broken["target"]) == ("device-down", victim)
    assert [fault.target for fault in lab.status().faults] == [victim]

    assert await talk(config, "status", "--json") == 0
    status = json.loads(capsys.readouterr().out)
    assert status["running"] is True
    assert [device["name"] for device in status["devices"] if not device["alive"]] == [victim]

    assert await talk(config, "mend", broken["id"]) == 0
    assert "device-down" in capsys.readouterr().out
    assert lab.status().faults == ()


async def test_options_do_as_well_as_words(
    config: Config, lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await talk(config, "fail", "--name", "high-cpu") == 0
    assert await talk(config, "faults") == 0
    assert "high-cpu" in capsys.readouterr().out
    assert await talk(config, "mend") == 0
    assert lab.status().faults == ()


async def test_help_is_about_the_verb(
    config: Config, lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        await talk(config, "fail", "--help")
    assert left.value.code == 0
    assert "usage: noc-console lab fail" in capsys.readouterr().out
