import asyncio
import contextlib
import json
import sys

import pytest

from noc_console.lab import plan
from noc_console.lab.control import MAX_REQUEST, Control
from noc_console.lab.run import Options, open_lab


@pytest.fixture
async def control(tmp_path):
    async with open_lab(plan.small(), Options(snmp_port=0, ssh_port=None)) as lab:
        running = Control(lab, tmp_path / "lab.json")
        await running.start()
        running.file = tmp_path / "lab.json"
        running.lab = lab
        yield running
        await running.close()


async def ask(control, *requests, token=None):
    where = json.loads(control.file.read_text())
    reader, writer = await asyncio.open_connection(where["host"], where["port"])
    answers = []
    for request in requests:
        if isinstance(request, dict):
            request = json.dumps({"token": token or where["token"], **request}).encode()
        try:
            writer.write(request + b"\n")
            line = await asyncio.wait_for(reader.readline(), 5)
        except ConnectionError:  # hung up with our words still unread
            line = b""
        answers.append(json.loads(line) if line else None)
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()
    return answers


async def test_what_can_be_asked(control):
    answers = await ask(
        control,
        {"do": "status"},
        {"do": "catalogue"},
        {"do": "seeds"},
        {"do": "fail", "name": "high-cpu", "target": "ams-core-1"},
        {"do": "mend", "name": "high-cpu"},
        {"do": "mend-all"},
        {"do": "stop"},
    )
    assert all(answer["ok"] for answer in answers)
    status, catalogue, seeds, failed, mended, rest, _ = (each["result"] for each in answers)
    assert len(status["devices"]) == len(seeds) == 6
    assert len(catalogue) == 8
    assert failed["target"] == "ams-core-1"
    assert mended == [failed]
    assert rest == []
    assert control.stopped.is_set()


async def test_a_wrong_token_is_refused_and_does_nothing(control):
    [answer] = await ask(control, {"do": "fail", "name": "high-cpu"}, token="guessed")
    assert answer == {"ok": False, "kind": "NotAllowed", "message": "the token is wrong"}
    assert control.lab.faults.active == {}


@pytest.mark.parametrize(
    ("request_", "kind"),
    [
        (b"hello", "Invalid"),
        (b"[]", "Invalid"),
        (b"\xff\xfe", "Invalid"),
        ({"do": "explode"}, "Invalid"),
        ({"do": "fail", "name": "earthquake"}, "NotFound"),
        ({"do": "fail", "name": 7}, "Invalid"),
        ({"do": "mend", "name": "x" * 400}, "Invalid"),
    ],
)
async def test_what_makes_no_sense_is_refused_and_the_channel_stays_open(control, request_, kind):
    answer, after = await ask(control, request_, {"do": "seeds"})
    assert (answer["ok"], answer["kind"]) == (False, kind)
    assert after["ok"]


async def test_an_endless_line_is_cut_off(control):
    assert await ask(control, b"x" * (MAX_REQUEST * 2)) == [None]
    assert (await ask(control, {"do": "seeds"}))[0]["ok"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")
async def test_only_the_owner_can_read_the_token(control):
    assert control.file.stat().st_mode & 0o077 == 0


async def test_the_file_goes_with_the_lab_unless_another_lab_wrote_it(control, tmp_path):
    second = Control(control.lab, control.file)
    await second.start()
    await control.close()
    assert control.file.exists()
    await second.close()
    assert not control.file.exists()
