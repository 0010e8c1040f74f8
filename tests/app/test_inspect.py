"""`noc-console inspect`, as it is typed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from noc_console.app import inspect
from noc_console.app.cli import main
from noc_console.services.inspection.model import Findings
from tests.lab.snmpd import Agent, free_udp_port, snmpd

RECORDING = """1.3.6.1.2.1.1.1.0|4|Linux box 6.1
1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.8072.3.2.10
1.3.6.1.2.1.1.5.0|4|box
1.3.6.1.2.1.2.2.1.1.1|2|1
1.3.6.1.2.1.2.2.1.2.1|4|eth0
1.3.6.1.2.1.2.2.1.3.1|2|6
1.3.6.1.2.1.2.2.1.7.1|2|1
1.3.6.1.2.1.2.2.1.8.1|2|2
"""
WALK = """.1.3.6.1.2.1.1.2.0 = OID: .1.3.6.1.4.1.8072.3.2.10
.1.3.6.1.2.1.1.5.0 = STRING: "walked"
"""


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    with snmpd(tmp_path_factory.mktemp("snmpd")) as running:
        yield running


@pytest.fixture
def recordings(tmp_path: Path) -> list[str]:
    (tmp_path / "a.snmprec").write_text(RECORDING)
    (tmp_path / "b").write_text(WALK)
    return [str(tmp_path / "a.snmprec"), str(tmp_path / "b")]


def asked(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, list[dict[str, Any]]]:
    code = main(["inspect", "--json", *words])
    return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_each_source_is_a_line_in_the_order_given(
    at_home: Path, capsys: pytest.CaptureFixture[str], recordings: list[str]
) -> None:
    code, told = asked(capsys, *recordings, *reversed(recordings))
    assert code == 0
    assert [each["sys_name"] for each in told] == ["box", "walked", "walked", "box"]
    assert [each["source"] for each in told] == [*recordings, *reversed(recordings)]
    (port,) = told[0]["interfaces"]
    wanted = {"if_index": 1, "name": "eth0", "type": "ethernetCsmacd", "admin": "up"}
    assert port.items() >= (wanted | {"oper": "down"}).items()


def test_files_open_no_store(
    at_home: Path, capsys: pytest.CaptureFixture[str], recordings: list[str]
) -> None:
    assert asked(capsys, *recordings)[0] == 0
    assert not list(at_home.rglob("*.db"))


def test_a_source_that_cannot_be_read_is_an_object_with_problems_and_costs_no_other(
    at_home: Path, capsys: pytest.CaptureFixture[str], recordings: list[str], tmp_path: Path
) -> None:
    (tmp_path / "notes.txt").write_text("bring milk")
    gone = str(tmp_path / "gone.snmprec")
    code, told = asked(capsys, gone, recordings[0], str(tmp_path / "notes.txt"))
    assert code == inspect.REFUSED
    assert [each["sys_name"] for each in told] == ["", "box", ""]
    assert "No such file" in told[0]["problems"][0]["why"]
    assert "snmpwalk -On" in told[2]["problems"][0]["why"]
    assert told[0].keys() == told[1].keys()


def test_a_mistake_of_ours_costs_one_source_and_is_not_hidden(
    at_home: Path,
    capsys: pytest.CaptureFixture[str],
    recordings: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = inspect.inspect

    async def stumbling(agent: Any, rules: Any) -> Findings:
        if "walked" in str(await agent.get(["1.3.6.1.2.1.1.5.0"])):
            raise KeyError("a bug")
        return await whole(agent, rules)

    # A mock: a bug that is known is mended, so there is no real one to show this with.
    monkeypatch.setattr(inspect, "inspect", stumbling)
    code = main(["inspect", "--json", *reversed(recordings)])
    said = capsys.readouterr()
    told = [json.loads(line) for line in said.out.splitlines()]
    assert code == inspect.BUG
    assert "KeyError" in told[0]["problems"][0]["why"]
    assert "a bug" in said.err
    assert told[1]["sys_name"] == "box"


def test_without_json_people_read_why(
    at_home: Path, capsys: pytest.CaptureFixture[str], recordings: list[str]
) -> None:
    assert main(["inspect", *recordings]) == 0
    out = capsys.readouterr().out
    assert "Why:" in out
    assert "eth0" in out


def test_a_device_is_asked_with_a_community(
    at_home: Path, capsys: pytest.CaptureFixture[str], agent: Agent, recordings: list[str]
) -> None:
    place = f"127.0.0.1:{agent.port}"
    code, told = asked(capsys, place, recordings[0], "--community", "public", "--rate", "1000")
    assert code == 0
    assert [each["sys_name"] for each in told] == ["lab-snmpd", "box"]
    assert {port["name"] for port in told[0]["interfaces"]} >= {"lo"}
    assert not list(at_home.rglob("*.db"))


def test_a_device_that_does_not_answer_is_an_object_with_problems(
    at_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, told = asked(capsys, f"127.0.0.1:{free_udp_port()}", "--community", "public")
    assert code == inspect.UNREACHABLE
    assert told[0]["problems"]


def test_a_device_is_asked_with_the_credentials_of_the_store(
    at_home: Path, capsys: pytest.CaptureFixture[str], agent: Agent
) -> None:
    place = f"127.0.0.1:{agent.port}"
    code, told = asked(capsys, place)
    assert code == inspect.REFUSED
    assert "--community" in told[0]["problems"][0]["why"]
    add = ["credentials.add", "--name", "read", "--kind", "v2c", "--community", "public"]
    assert main(add) == 0
    capsys.readouterr()
    code, told = asked(capsys, place, "--rate", "1000")
    assert (code, told[0]["sys_name"]) == (0, "lab-snmpd")


def test_what_is_found_comes_out_while_the_rest_is_read(
    at_home: Path, recordings: list[str], tmp_path: Path
) -> None:
    """The last source is a pipe nobody has written to yet."""
    late = tmp_path / "late.snmprec"
    os.mkfifo(late)
    words = [sys.executable, "-m", "noc_console", "inspect", "--json", *recordings, str(late)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        first = [json.loads(process.stdout.readline())["sys_name"] for _ in recordings]
        with late.open("w") as writer:
            writer.write(RECORDING.replace("|box", "|late"))
        last = json.loads(process.stdout.readline())["sys_name"]
    assert [*first, last] == ["box", "walked", "late"]
    assert process.returncode == 0


def test_a_reader_that_leaves_early_is_no_mistake(at_home: Path, recordings: list[str]) -> None:
    words = [sys.executable, "-m", "noc_console", "inspect", "--json", *recordings * 50]
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        assert "box" in process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 0


def test_a_device_its_recording_and_its_walk_are_understood_alike(
    at_home: Path, capsys: pytest.CaptureFixture[str], agent: Agent, tmp_path: Path
) -> None:
    program = shutil.which("snmpwalk")
    if program is None:
        pytest.skip("snmpwalk is not installed")
    place, recorded, walked = (
        f"127.0.0.1:{agent.port}",
        str(tmp_path / "box.snmprec"),
        tmp_path / "box.walk",
    )
    login = ["--community", "public", "--rate", "10000"]
    assert main(["record", place, recorded, *login]) == 0
    with walked.open("wb") as out:
        subprocess.run([program, "-v2c", "-cpublic", "-On", place, ".1"], stdout=out, check=True)
    capsys.readouterr()
    code, told = asked(capsys, place, recorded, str(walked), *login)
    assert code == 0
    alike = ("platform", "vendor", "device_type", "model", "sys_name", "sys_descr", "sys_object_id")
    ports = ("if_index", "name", "descr", "type", "mtu", "mac", "admin", "oper", "speed_bps")
    live, *files = told
    for each in files:
        assert {key: each[key] for key in alike} == {key: live[key] for key in alike}
        assert each["addresses"] == live["addresses"]
        assert [{key: port[key] for key in ports} for port in each["interfaces"]] == [
            {key: port[key] for key in ports} for port in live["interfaces"]
        ]
        assert [one["name"] for one in each["storage"]] == [one["name"] for one in live["storage"]]
        assert [one["name"] for one in each["memory"]] == [one["name"] for one in live["memory"]]
        assert {one["oid"] for one in each["sensors"]} == {one["oid"] for one in live["sensors"]}
    assert live["platform"] == "linux"
    assert live["problems"] == []
