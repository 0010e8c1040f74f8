"""A shift at work, for the pictures: people on call, planned work, a way to be told, a handover;
configurations kept and judged, a job that ran, a change that waits for its approval.

    python packaging/shift.py FOLDER

FOLDER is the data folder of a console whose lab runs and was discovered; `screenshots.py` has one.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import time, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from noc_console.app.compose import Services, open_services
from noc_console.app.config import load
from noc_console.app.lab import lab_config
from noc_console.kernel.actor import ALL_RIGHTS, Actor
from noc_console.kernel.events import EventBus
from noc_console.lab.shell import PASSWORD, USER
from noc_console.services.compliance.model import RuleKind
from noc_console.services.notify.settings import ChannelKind
from noc_console.services.oncall.model import NEW, Layer, Rota, RotaId, Turn

PEOPLE = ("Mira Vos", "Jonas Albrecht", "Sanne de Wit", "Tom Okafor")
ZONE = "Europe/Amsterdam"
RULES = (
    ("Logs go to the NOC", RuleKind.HAS, "logging host 192.0.2.10", ("iosxe",)),
    ("No telnet", RuleKind.LACKS, "transport input telnet", ()),
    ("Clocks are synchronised", RuleKind.HAS, "ntp server 192.0.2.123", ("iosxe", "junos")),
)
HOOK = "https://hooks.example.net/noc"


async def main(folder: Path) -> None:
    config = lab_config(load(environment={"NOC_DATA": str(folder)}), named_store=None)
    async with open_services(config, bus=EventBus()) as services:
        actor = Actor("mira", "local", frozenset({ALL_RIGHTS}))
        await _on_call(services, actor)
        await _told(services, actor)
        await _planned(services, actor)
        await _handed_over(services, actor)
        await _operated(services, actor)


async def _on_call(services: Services, actor: Actor) -> None:
    made = [
        await services.notify.add_contact(
            actor, name=name, email=f"{name.split()[0].lower()}@example.net", time_zone=ZONE
        )
        for name in PEOPLE
    ]
    numbers = [int(each.id) for each in made]
    monday = services.clock.now().date()
    monday -= timedelta(days=monday.weekday() + 7)
    first = Layer("First line", tuple(numbers), monday, Turn.WEEKLY, hand_over=time(9))
    second = Layer("Night", tuple(reversed(numbers)), monday, Turn.DAILY, hand_over=time(21))
    for name, layer in (("NOC", first), ("Field", second)):
        rota = Rota(RotaId(NEW), name, ZONE, (layer,))
        await services.oncall.keep_rota(actor, rota=rota)


async def _told(services: Services, actor: Actor) -> None:
    await services.notify.add_channel(
        actor, name="Operations", kind=ChannelKind.WEBHOOK, secret=HOOK
    )
    await services.notify.add_usual_routes(actor)


async def _planned(services: Services, actor: Actor) -> None:
    devices = await services.inventory.devices(actor)
    tonight = services.clock.now().replace(hour=23, minute=0, second=0, microsecond=0)
    works = (
        ("New software on the access switches", 0, 3, "CHG-2214", ""),
        ("Batteries of the south POP", 1, 1, "CHG-2231", ""),
        ("Splicing on the ring", 3, 2, "CHG-2240", ""),
        ("Monthly test of the generators", 6, 1, "", "FREQ=MONTHLY;BYDAY=1TU"),
    )
    for number, (title, day, many, ticket, repeat) in enumerate(works):
        chosen = devices[4 * number : 4 * number + many]
        await services.maintenance.plan(
            actor, title=title, minutes=120, starts_at=tonight + timedelta(days=day),
            device_ids=tuple(int(device.id) for device in chosen), ticket=ticket, repeat=repeat,
            zone=ZONE,
        )  # fmt: skip


async def _handed_over(services: Services, actor: Actor) -> None:
    await services.handover.begin_shift(actor)
    for text in (
        "Carrier says the dark fibre to the east is being spliced until 04:00.",
        "Customer of port xe-0/0/3 called back: their router had been moved.",
    ):
        await services.handover.write(actor, text=text)
    await services.handover.draft(actor)


async def _operated(services: Services, actor: Actor) -> None:
    await services.credentials.add_ssh(actor, user=USER, password=PASSWORD, name="Lab login")
    devices = await services.inventory.devices(actor)
    await services.backups.pin_keys(actor, device_ids=tuple(int(one.id) for one in devices))
    for name, kind, text, platforms in RULES:
        await services.compliance.save_rule(
            actor, name=name, kind=kind, text=text, platforms=platforms
        )
    switches = [one for one in devices if one.platform == "iosxe"]
    chosen = tuple(int(one.id) for one in switches)
    await services.jobs.ask(
        actor, lines=("show version",), device_ids=chosen, title="Versions of the switches"
    )
    await services.flights.plan(
        actor, title="Log to the NOC", device_ids=chosen, template=RULES[0][2], ticket="CHG-2301"
    )


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
