import pytest

from noc_console.kernel.errors import Invalid
from noc_console.lab import replay
from noc_console.lab.run import Options, open_lab
from noc_console.wire import ber, oid
from tests.lab.talking import V2C, V3, snmp

LINES = """1.3.6.1.2.1.1.1.0|4|A small switch
1.3.6.1.2.1.1.3.0|67|5000
1.3.6.1.2.1.1.5.0|4x|73772d31
this line is no recording
1.3.6.1.6.3.10.2.1.1.0|4x|80001f8803020000000001
1.3.6.1.2.1.2.2.1.10.1|65|12
"""


@pytest.fixture
def folder(tmp_path):
    for name in ("sw", "rt", "ap"):
        (tmp_path / f"{name}.snmprec").write_text(LINES)
    (tmp_path / "notes.txt").write_text("not a recording")
    return tmp_path


def test_each_recording_becomes_an_agent_in_order(folder):
    made = replay.plan(folder)
    assert list(made.devices) == ["ap", "rt", "sw"]
    assert len({device.address for device in made.devices.values()}) == 3


def test_a_limit_takes_fewer_or_replays_them_again(folder):
    assert list(replay.plan(folder, limit=2).devices) == ["ap", "rt"]
    assert list(replay.plan(folder, limit=5).devices) == ["ap", "rt", "sw", "ap~2", "rt~2"]
    assert list(replay.plan(folder, names=("sw",)).devices) == ["sw"]


def test_a_folder_without_recordings_is_refused(tmp_path):
    with pytest.raises(Invalid, match="no recordings"):
        replay.plan(tmp_path)


def test_uptime_goes_on_and_the_rest_stands_still(folder, lab_clock):
    tree = replay.Library(lab_clock).tree(folder / "sw.snmprec")
    name = oid.encode("1.3.6.1.2.1.1.3.0")
    assert tree.get(name, lab_clock.at)[2] == ber.integer_content(5_000)
    assert tree.get(name, lab_clock.at + 10)[2] == ber.integer_content(6_000)
    assert tree.get(oid.encode("1.3.6.1.2.1.2.2.1.10.1"), lab_clock.at + 10)[2] == b"\x0c"


def test_a_recording_is_loaded_once_and_only_when_asked_for(folder, lab_clock):
    library = replay.Library(lab_clock)
    assert library.tree(folder / "sw.snmprec") is library.tree(folder / "sw.snmprec")


async def test_recordings_answer_to_public_and_to_their_own_name(folder):
    async with open_lab(replay.plan(folder), Options(snmp_port=0, ssh_port=None)) as lab:
        device = lab.device("sw")
        place = f"{device.address}:{device.snmp_port}"
        for how in (V2C, ("-v2c", "-c", "sw"), V3):
            assert '"sw-1"' in await snmp("get", how, place, "1.3.6.1.2.1.1.5.0")
        said = await snmp("bulkwalk", V2C, place, ".1")
        assert said.count("\n") == 6
        lab.fail("device-down", "sw")
        assert "Timeout" in await snmp("get", V2C, place, "1.3.6.1.2.1.1.5.0")
        assert lab.device("sw").character.describe(device) == "recording sw"
        assert lab.device("sw").character.log_line(None) is None


def test_the_recorded_engine_id_is_kept(folder, lab_clock):
    tree = replay.Library(lab_clock).tree(folder / "sw.snmprec")
    assert replay.recorded_engine_id(tree) == bytes.fromhex("80001f8803020000000001")
    assert replay.communities(replay.plan(folder).devices["sw"]) == {b"public", b"sw"}


@pytest.mark.recordings
async def test_real_recordings_are_walked_as_they_were_recorded(shared):
    folder = shared / "devices"
    names = ("iosxe_c9300", "junos_mx5t-isis", "vrp_5720-32x-ei", "routeros", "arista_eos_vrf")
    async with open_lab(
        replay.plan(folder, names=names), Options(snmp_port=0, ssh_port=None)
    ) as lab:
        for name, device in lab.plan.devices.items():
            recorded = lab.tree(device)
            place = f"{device.address}:{device.snmp_port}"
            said = await snmp("bulkwalk", (*V2C, "-Cc"), place, ".1.3.6.1.2.1.2.2")
            prefix = oid.encode("1.3.6.1.2.1.2.2")
            rows = sum(recorded.name(row).startswith(prefix) for row in range(len(recorded)))
            assert said.count("\n.1.3.6.1.2.1.2.2.") + 1 == rows, name
