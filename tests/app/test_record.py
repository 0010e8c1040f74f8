"""`noc-console record`, as it is typed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from noc_console.app.cli import main
from tests.lab.snmpd import Agent, free_udp_port, snmpd


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    with snmpd(tmp_path_factory.mktemp("snmpd")) as running:
        yield running


def test_a_recorded_device_is_inspected_elsewhere(
    at_home: Path, capsys: pytest.CaptureFixture[str], agent: Agent, tmp_path: Path
) -> None:
    place, file = f"127.0.0.1:{agent.port}", tmp_path / "box.snmprec"
    words = ["record", place, str(file), "--community", "public", "--rate", "10000"]
    assert main(words) == 0
    assert "objects in" in capsys.readouterr().out
    assert main(words) == 2  # it is there already
    assert "there already" in capsys.readouterr().err
    assert main([*words, "--force", "--redact"]) == 0
    capsys.readouterr()
    assert main(["inspect", "--json", str(file)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["sys_object_id"].startswith("1.3.6.1.4.1.8072")
    assert told["sys_name"] and told["sys_name"] != "lab-snmpd"
    assert not list(at_home.rglob("*.db"))


def test_nobody_there_says_so(
    at_home: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    place = f"127.0.0.1:{free_udp_port()}"
    assert main(["record", place, str(tmp_path / "x"), "--community", "public"]) == 3
    assert place in capsys.readouterr().err
    assert not (tmp_path / "x").exists()


def test_help_says_what_is_replaced(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["record", "--help"])
    said = capsys.readouterr().out
    for word in ("communities", "serial numbers", "MAC", "PPPoE", "Ctrl+C"):
        assert word in said


def test_ctrl_c_keeps_what_was_got(at_home: Path, agent: Agent, tmp_path: Path) -> None:
    file = tmp_path / "box.snmprec"
    part = tmp_path / ".box.snmprec.part"
    words = [sys.executable, "-m", "noc_console", "record", f"127.0.0.1:{agent.port}", str(file),
             "--community", "public", "--rate", "5"]  # fmt: skip
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as process:
        while process.poll() is None and not (part.exists() and part.stat().st_size):
            time.sleep(0.02)
        os.kill(process.pid, signal.SIGINT)
        assert process.stderr is not None
        said = process.stderr.read()
    assert process.returncode == 130
    assert "stopped" in said
    assert file.read_text().startswith("1.3.6.1.2.1.1.1.0|4|")
    assert file.read_text().endswith("\n")
