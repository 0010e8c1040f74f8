import asyncio
import json
import sys

import pytest

from noc_console.kernel.errors import Invalid
from noc_console.lab.main import default_control, main, parser, read

QUIET = ["--trap-to", "none", "--syslog-to", "none"]


def test_without_options_the_whole_lab_runs_where_the_console_expects_it(tmp_path):
    settings = read(["--control", str(tmp_path / "lab.json")])
    assert len(settings.plan.devices) == 66
    options = settings.options
    assert (options.snmp_port, options.ssh_port) == (1161, 2222)
    assert options.trap_to == ("127.0.0.1", 11162)
    assert options.syslog_to == ("127.0.0.1", 11514)
    assert options.state_file == tmp_path / "lab.state.json"


def test_options_mean_what_they_say(tmp_path):
    settings = read(
        ["--control", str(tmp_path / "c"), "--seed", "9", "--base", "127.40.0.0", "--no-ssh",
         "--speed", "60", "--devices", "100", "--one-address", *QUIET]
    )  # fmt: skip
    assert settings.plan.seed == 9
    assert len(settings.plan.devices) >= 100
    assert settings.plan.devices["ams-core-1"].address == "127.40.1.1"
    options = settings.options
    assert (options.ssh_port, options.speed, options.own_addresses) == (None, 60.0, False)
    assert options.trap_to is options.syslog_to is None


def test_recordings_replace_the_network(tmp_path):
    (tmp_path / "sw.snmprec").write_text("1.3.6.1.2.1.1.5.0|4|sw\n")
    settings = read(["--control", str(tmp_path / "c"), "--replay", str(tmp_path), "--limit", "3"])
    assert len(settings.plan.devices) == 3
    assert settings.options.ssh_port is settings.options.state_file is None


@pytest.mark.parametrize(
    "argv",
    [["--base", "10.0.0.0"], ["--base", "lab"], ["--trap-to", "here"], ["--syslog-to", "a:99999"],
     ["--replay", "/nowhere"], ["--devices", "50000"]],
)  # fmt: skip
def test_what_cannot_be_is_refused(argv):
    with pytest.raises(Invalid):
        read(argv)
    assert main(argv) == 2


@pytest.mark.parametrize("argv", [["--snmp-port", "x"], ["--snmp-port", "70000"], ["--speed", "0"],
                                  ["--speed", "fast"], ["--frobnicate"]])  # fmt: skip
def test_options_that_do_not_parse_end_the_program(argv, capsys):
    with pytest.raises(SystemExit):
        read(argv)
    assert "usage" in capsys.readouterr().err


def test_a_fresh_start_forgets_what_was_broken(tmp_path):
    state = tmp_path / "lab.state.json"
    state.write_text("{}")
    read(["--control", str(tmp_path / "lab.json"), "--fresh"])
    assert not state.exists()


def test_the_control_file_may_be_named_by_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("NOC_LAB_CONTROL", str(tmp_path / "x.json"))
    assert default_control() == tmp_path / "x.json"
    assert parser().parse_args([]).control == str(tmp_path / "x.json")
    monkeypatch.delenv("NOC_LAB_CONTROL")
    assert default_control().name == "lab.json"


async def start(control, *more):
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "import sys; from noc_console.lab.main import main; "
        "sys.exit(main(sys.argv[1:]))", "--control", str(control), "--snmp-port", "0",
        "--ssh-port", "0", *QUIET, *more, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    line = await asyncio.wait_for(process.stdout.readline(), 30)
    assert line.startswith(b"The lab runs: 66 devices")
    return process


async def ask(control, do, **more):
    place = json.loads(control.read_text())
    reader, writer = await asyncio.open_connection(place["host"], place["port"], limit=2**22)
    writer.write(json.dumps({"token": place["token"], "do": do, **more}).encode() + b"\n")
    answer = json.loads(await asyncio.wait_for(reader.readline(), 10))
    writer.close()
    await writer.wait_closed()
    return answer["result"]


async def test_the_program_runs_survives_a_kill_and_stops_when_asked(tmp_path):
    control = tmp_path / "lab.json"
    process = await start(control)
    fault = await ask(control, "fail", name="link-down")
    process.kill()
    await process.wait()
    again = await start(control)
    try:
        assert (await ask(control, "status"))["faults"] == [fault]
        await ask(control, "stop")
        assert await asyncio.wait_for(again.wait(), 10) == 0
        assert not control.exists()
    finally:
        if again.returncode is None:
            again.kill()
            await again.wait()
