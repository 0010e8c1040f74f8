import asyncssh
import pytest

from noc_console.lab import plan
from noc_console.lab.run import Options, open_lab
from noc_console.lab.shell import PASSWORD, USER, host_key
from tests.lab.talking import run


@pytest.fixture
async def lab():
    async with open_lab(plan.small(), Options(snmp_port=0, ssh_port=0)) as running:
        yield running


def known(lab, name):
    return ([host_key(lab.plan.seed, name).convert_to_public()], [], [])


def connect(lab, name, **more):
    device = lab.device(name)
    options = {"username": USER, "password": PASSWORD, "known_hosts": known(lab, name), **more}
    return asyncssh.connect(device.address, device.ssh_port, config=None, **options)


async def test_a_command_is_run_and_answered(lab):
    async with connect(lab, "ams-core-1") as connection:
        result = await connection.run("show version")
    assert "Cisco IOS XR Software" in result.stdout
    assert lab.device("ams-core-1").serial in result.stdout
    assert result.exit_status == 0


async def test_a_shell_prompts_answers_and_leaves(lab):
    async with (
        connect(lab, "ams-core-1") as connection,
        connection.create_process(term_type="xterm") as process,
    ):
        assert await process.stdout.readuntil("#") == "RP/0/RP0/CPU0:ams-core-1#"
        process.stdin.write("terminal length 0\nshow clock\nfrobnicate\n")
        said = await process.stdout.readuntil("marker.")
        assert "UTC" in said
        assert "% Invalid input detected at '^'" in said
        process.stdin.write("exit\n")
        await process.wait(check=True)


async def test_another_size_of_the_terminal_asks_nothing_anew(lab):
    async with (
        connect(lab, "ams-core-1") as connection,
        connection.create_process(term_type="xterm", term_size=(80, 24)) as process,
    ):
        await process.stdout.readuntil("#")
        process.change_terminal_size(132, 43)
        process.stdin.write("show clock\n")
        said = await process.stdout.readuntil("UTC")
        assert "#" not in said


@pytest.mark.parametrize(("user", "word"), [("noc", "wrong"), ("root", "lab")])
async def test_a_wrong_name_or_password_is_refused(lab, user, word):
    with pytest.raises(asyncssh.PermissionDenied):
        async with connect(lab, "ams-acc-1", username=user, password=word):
            pass


async def test_host_keys_stay_the_same_and_differ_between_devices(lab):
    assert host_key(1, "a").public_data == host_key(1, "a").public_data
    assert host_key(1, "a").public_data != host_key(1, "b").public_data
    assert host_key(1, "a").public_data != host_key(2, "a").public_data


async def test_a_dark_device_drops_its_sessions_and_takes_no_new_ones(lab):
    async with connect(lab, "ams-acc-1") as connection:
        lab.fail("device-down", "ams-acc-1")
        await connection.wait_closed()
    with pytest.raises((asyncssh.Error, OSError)):
        async with connect(lab, "ams-acc-1"):
            pass


async def test_openssh_gets_as_far_as_the_password(lab):
    device = lab.device("ams-olt-1")
    code, said = await run(
        "ssh", "-v", "-F", "none", "-p", str(device.ssh_port), "-o", "BatchMode=yes",
        "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
        f"noc@{device.address}", "display version",
    )  # fmt: skip
    assert code != 0
    assert "Authentications that can continue" in said
    assert "password" in said


async def test_openssh_runs_a_command(lab, tmp_path):
    """With the password from a program, as OpenSSH takes it without a terminal."""
    helper = tmp_path / "word"
    helper.write_text(f"#!/bin/sh\necho {PASSWORD}\n")
    helper.chmod(0o700)
    device = lab.device("ams-olt-1")
    code, said = await run(
        "env", f"SSH_ASKPASS={helper}", "SSH_ASKPASS_REQUIRE=force", "DISPLAY=:0",
        "ssh", "-F", "none", "-p", str(device.ssh_port), "-o", "StrictHostKeyChecking=no",
        "-o", "UserKnownHostsFile=/dev/null", "-o", "PreferredAuthentications=password",
        f"noc@{device.address}", "display version",
    )  # fmt: skip
    assert code == 0, said
    assert "MA5800-X7" in said
