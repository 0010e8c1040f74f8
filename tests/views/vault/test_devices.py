from __future__ import annotations

from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Unreachable
from noc_console.kernel.secret import Secret
from noc_console.services.credentials.model import CredentialKind
from noc_console.services.vault.model import Trial
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.vault.devices import DeviceSheet
from tests.services.vault.conftest import Bench
from tests.views.conftest import until


async def test_it_lists_devices_and_says_what_the_chosen_one_said(
    desk: Desk, bench: Bench, operator: Actor
) -> None:
    known = await bench.credentials.add(
        operator, kind=CredentialKind.SSH, user="noc", secret=Secret("lab")
    )
    asked: list[int] = []

    async def answer(actor: Actor, *, credential_id: int, device_id: int) -> Trial:
        asked.append(device_id)
        return Trial("core-1", known.name, len(asked) == 1, "so it said")

    # A mock: the network's part is proven beside the service, on a real sshd and snmpd.
    bench.vault.test = answer  # type: ignore[method-assign]
    went: list[Route] = []
    desk.wires.went.connect(went.append)
    sheet = DeviceSheet(None, desk, bench.vault, known)
    sheet.show()
    try:
        await until(lambda: sheet.table.rows.count() == 5)
        assert sheet.answer.text() == "It is for 5 devices."
        row = sheet.table.current()
        assert row is not None and row.why == "for every device"
        sheet.test_button.click()
        await until(lambda: sheet.answer.text() == "core-1: so it said")
        sheet.test_button.click()
        await until(lambda: sheet.answer.text() == "core-1 does not take it: so it said")
        assert asked == [row.device_id] * 2
        sheet.open_button.click()
        assert went == [Route("device", id=row.device_id)]
    finally:
        sheet.close()


async def test_a_credential_that_is_for_no_device_yet_is_tried_on_any(
    desk: Desk, bench: Bench, operator: Actor
) -> None:
    await bench.credentials.add_snmp(operator, community="the one they answer to")
    known = await bench.credentials.add_snmp(operator, community="other")
    sheet = DeviceSheet(None, desk, bench.vault, known)
    sheet.show()
    try:
        await until(lambda: "turn on “All devices”" in sheet.answer.text())
        assert not sheet.test_button.isEnabled()
        sheet.others.click()
        await until(lambda: sheet.table.rows.count() == 5)
        assert "Choose one to try it on" in sheet.answer.text()
        assert sheet.test_button.isEnabled()
        row = sheet.table.current()
        assert row is not None and row.why == ""
    finally:
        sheet.close()


async def test_an_enable_word_is_not_tested_here(desk: Desk, bench: Bench, operator: Actor) -> None:
    known = await bench.credentials.add(operator, kind=CredentialKind.ENABLE, secret=Secret("up"))
    sheet = DeviceSheet(None, desk, bench.vault, known)
    assert not sheet.test_button.isEnabled()
    assert "where it is used" in sheet.test_button.toolTip()
    sheet._on_error(Unreachable("10.0.0.1 is silent", peer="10.0.0.1"))
    assert sheet.answer.text() == "10.0.0.1 is silent"
    sheet.close()
