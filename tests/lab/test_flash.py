"""Files on lab devices, by real SFTP and SCP."""

import asyncssh
import pytest

from noc_console.lab import plan
from noc_console.lab.run import Options, open_lab
from noc_console.lab.setting import FLASH_BYTES
from noc_console.lab.shell import PASSWORD, USER, host_key


@pytest.fixture
async def lab():
    async with open_lab(plan.routers(2), Options(snmp_port=0, ssh_port=0)) as running:
        yield running


def connect(lab, name):
    device = lab.device(name)
    known = ([host_key(lab.plan.seed, name).convert_to_public()], [], [])
    return asyncssh.connect(
        device.host, device.ssh_port, username=USER, password=PASSWORD, known_hosts=known,
        config=None,
    )  # fmt: skip


async def test_a_file_goes_up_and_comes_back(lab, tmp_path):
    (tmp_path / "image").write_bytes(bytes(range(256)) * 400)
    async with connect(lab, "ams-edge-1") as connection, connection.start_sftp_client() as sftp:
        await sftp.put(str(tmp_path / "image"), "/var/tmp/image")
        assert (await sftp.stat("/var/tmp/image")).size == 102_400
        await sftp.get("/var/tmp/image", str(tmp_path / "again"))
        await sftp.remove("/var/tmp/image")
        assert not await sftp.exists("/var/tmp/image")
    assert (tmp_path / "again").read_bytes() == (tmp_path / "image").read_bytes()


async def test_scp_puts_it_into_the_flash(lab, tmp_path):
    (tmp_path / "image").write_bytes(b"x" * 70_000)
    async with connect(lab, "ams-edge-2") as connection:
        await asyncssh.scp(str(tmp_path / "image"), (connection, "flash:/image"))
    files = lab.world.settings.of(lab.device("ams-edge-2")).files
    assert files == {"image": b"x" * 70_000}


async def test_a_full_flash_takes_no_more(lab):
    setting = lab.world.settings.of(lab.device("ams-edge-1"))
    setting.files["old"] = bytes(FLASH_BYTES - 10)
    async with connect(lab, "ams-edge-1") as connection, connection.start_sftp_client() as sftp:
        with pytest.raises(asyncssh.SFTPFailure, match="space"):
            async with sftp.open("new", "wb") as file:
                await file.write(b"x" * 11)
