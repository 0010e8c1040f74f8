"""Probes from the command line, as people type them; peers are real and on loopback."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from noc_console.adapters.probes.icmp import open_pinger
from noc_console.app import probe
from noc_console.app.cli import main as console
from noc_console.services.probes.model import ProbeState, Round
from tests.adapters.probes.pages import serving
from tests.adapters.probes.peers import SECRET, free_tcp_port, freeradius


@pytest.fixture
async def may_ping():
    async with open_pinger() as pinger:
        if not pinger._channels:
            pytest.skip("this machine may not send pings")


def run(*arguments: str) -> int:
    """Not in the test's own loop: the door brings its own."""
    return console(["probe", *arguments])


def test_a_line_a_target_as_fping_has_it(may_ping, capsys):
    code = run("icmp", "127.0.0.1", "127.0.0.22", "--set", "count=2", "--set", "timeout_s=0.3")
    lines = capsys.readouterr().out.splitlines()
    assert code == 0
    assert re.fullmatch(
        r"127\.0\.0\.1  : 2 of 2, 0 % lost, [\d.]+/[\d.]+/[\d.]+ ms, jitter [\d.]+ ms", lines[0]
    )
    assert lines[1].startswith("127.0.0.22 : ")


def test_a_silent_target_makes_the_exit_code(capsys):
    port = free_tcp_port()
    code = run("tcp", "127.0.0.1", "--set", f"port={port}", "--set", "count=1")
    assert code == probe.EXIT_SOME_FAILED
    assert capsys.readouterr().out == "127.0.0.1 : connection refused\n"


def test_programs_get_json(capsys):
    with serving() as port:
        code = run("http", f"http://127.0.0.1:{port}/", "--json")
    told = json.loads(capsys.readouterr().out)
    assert (code, told["state"], told["facts"]["Status"]) == (0, "well", "200 OK")
    assert told["phases_us"]["connect"] > 0


def test_secrets_come_by_the_environment_and_never_show(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("LAB_SECRET", SECRET)
    monkeypatch.setenv("LAB_PASSWORD", "right")
    with freeradius(tmp_path) as port:
        given = ("--secret-env", "LAB_SECRET", "--password-env", "LAB_PASSWORD")
        code = run("radius", "127.0.0.1", "--set", f"port={port}", *given)
    out = capsys.readouterr().out
    assert code == 0
    assert "Answer: Access-Accept, Signed: yes" in out
    assert SECRET not in out and "right" not in out


@pytest.mark.parametrize(
    "arguments",
    [
        ("icmp", "a b"),
        ("http", "192.0.2.1"),
        ("icmp", "192.0.2.1", "--set", "count=0"),
        ("icmp", "192.0.2.1", "--set", "count"),
        ("radius", "192.0.2.1", "--secret-env", "NO_SUCH_VARIABLE"),
    ],
)
def test_what_cannot_be_asked_is_refused(arguments, capsys):
    assert run(*arguments) == 2
    assert "noc-console: " in capsys.readouterr().err


def test_a_line_tells_all_there_is():
    told = Round(
        ProbeState.WRONG,
        4,
        (1000, 2000, 3000),
        duplicates=1,
        error="it says 503",
        facts=(("Status", "503"),),
        expires_at=datetime(2027, 1, 1, tzinfo=UTC),
    )
    assert probe.line("x", told) == (
        "x : it says 503, 3 of 4, 25 % lost, 1/2/3 ms, jitter 1 ms, 1 twice, Status: 503"
    )
    assert probe.line("x", Round(ProbeState.WELL, 1, (1500,))) == "x : 1.5 ms"
    assert json.loads(probe.as_object("x", told))["expires_at"] == "2027-01-01T00:00:00+00:00"


def test_the_reflector_answers_our_own_sender_until_stopped(capsys):
    command = (sys.executable, "-m", "noc_console", "reflect", "--port", "0")
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"}
    ) as reflector:
        try:
            assert reflector.stdout is not None
            port = re.search(r"UDP port (\d+)", reflector.stdout.readline())
            assert port is not None
            wanted = ("--set", f"port={port[1]}", "--set", "count=3", "--set", "gap_ms=2")
            assert run("twamp", "127.0.0.1", *wanted) == 0
        finally:
            reflector.send_signal(signal.SIGINT)
        assert reflector.wait(10) == 130
        assert "3 packets reflected" in reflector.stdout.read()
    assert "3 of 3, 0 % lost" in capsys.readouterr().out


@pytest.mark.parametrize("port", ["-1", "70000"])
def test_a_port_is_a_port(port):
    assert console(["reflect", "--port", port]) == 2
