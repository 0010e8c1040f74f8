"""One real device: what the console says of it is what net-snmp's own tools say."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.e2e.conftest import Console
from tests.lab.snmpd import snmpd


def walked(port: int, oid: str) -> dict[str, str]:
    """Value by index, as snmpwalk prints it."""
    tool = shutil.which("snmpwalk")
    if tool is None:
        pytest.skip("snmpwalk is not installed")
    words = ["-v2c", "-c", "public", "-On", "-Oq", "-m", "", f"127.0.0.1:{port}", oid]
    printed = subprocess.run([tool, *words], capture_output=True, text=True, check=True).stdout
    rows = [line.split(" ", 1) for line in printed.splitlines()]
    return {name.rpartition(".")[2]: value.strip().strip('"') for name, value in rows}


def test_a_real_snmpd_is_found_with_the_name_and_ports_snmpwalk_shows(
    console: Console, tmp_path: Path
) -> None:
    with snmpd(tmp_path / "snmpd") as agent:
        seed = f"127.0.0.1:{agent.port}"
        done = console.run("discovery.start", "--seed", seed, "--community", "public", "--json")
        assert done.returncode == 0, done.stderr
        run = json.loads(done.stdout)
        name = walked(agent.port, "1.3.6.1.2.1.1.5")
        ports = walked(agent.port, "1.3.6.1.2.1.2.2.1.2")
        numbers = walked(agent.port, "1.3.6.1.2.1.2.2.1.1")
    assert (run["state"], run["found"], run["failed"]) == ("done", 1, 0)
    [device] = console.ask("inventory.devices")
    assert [device["name"]] == list(name.values()) == ["lab-snmpd"]
    assert (device["address"], device["port"]) == ("127.0.0.1", agent.port)
    interfaces = console.ask("inventory.interfaces", "--device", "lab-snmpd")
    assert {str(one["index"]) for one in interfaces} == set(numbers.values())
    assert {one["name"] for one in interfaces} == set(ports.values())


def test_a_wrong_community_finds_nothing_and_says_why(console: Console, tmp_path: Path) -> None:
    with snmpd(tmp_path / "snmpd") as agent:
        seed = f"127.0.0.1:{agent.port}"
        done = console.run("discovery.start", "--seed", seed, "--community", "S3CR3T", "--json")
    assert json.loads(done.stdout)["found"] == 0
    assert "1 failed" in done.stderr
    assert "S3CR3T" not in done.stdout + done.stderr
    assert console.ask("inventory.devices") == []
