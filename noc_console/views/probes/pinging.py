"""A ping right now, from this machine, answered by a notice."""

from __future__ import annotations

from noc_console.services.probes.model import Probe, ProbeId, Round
from noc_console.services.probes.service import ProbeService
from noc_console.services.probes.settings import ProbeKind
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.tasks import Tasks
from noc_console.views.probes.details import round_text


def ping(desk: Desk, tasks: Tasks, probes: ProbeService, device_id: int, name: str) -> None:
    """Five packets to a device; one round a device at a time."""
    aimed = Probe(ProbeId(0), ProbeKind.ICMP, device_id=device_id)

    def told(answer: Round) -> None:
        desk.notice(f"{name}: {round_text(answer)}")

    tasks.do(f"ping {device_id}", lambda: probes.try_once(desk.actor, probe=aimed), told)
