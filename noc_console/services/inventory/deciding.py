"""What people say of links: it is there, it is not, it is one nobody told of."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection

from noc_console.db.database import Database, Tx
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import Conflict, Invalid, NotFound
from noc_console.kernel.operation import operation
from noc_console.services.inventory import linking, register, store
from noc_console.services.inventory.decisions import (
    Decision,
    LinkDecided,
    Verdict,
    ordered,
    standing,
)
from noc_console.services.inventory.model import Link, LinksChanged
from noc_console.services.inventory.recording import clean

LONGEST_REASON = 500
FASTEST_BPS = 10**15


class LinkDecisionService:
    """Accept, reject and draw links, and take that back. Nothing decided is ever erased."""

    def __init__(self, db: Database, *, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    @operation("inventory.decisions", right="inventory.read")
    async def decisions(self, actor: Actor) -> tuple[Decision, ...]:
        """List what people decided about links and still counts, oldest first."""
        async with self._db.read(actor) as tx:
            return standing(await register.entries(tx))

    @operation("inventory.accept-link", right="inventory.decide")
    async def accept_link(self, actor: Actor, *, link_id: int, reason: str = "") -> int:
        """Fix a link: it stays though evidence fades. The answer is the decision's id."""
        async with self._db.begin(actor) as tx:
            link = await self._link(tx, link_id)
            return await self._decide(tx, self._about(link, Verdict.ACCEPT, reason))

    @operation("inventory.reject-link", right="inventory.decide")
    async def reject_link(self, actor: Actor, *, link_id: int, reason: str = "") -> int:
        """Take a link away for good, whatever evidence says; the answer is the decision's id."""
        async with self._db.begin(actor) as tx:
            link = await self._link(tx, link_id)
            return await self._decide(tx, self._about(link, Verdict.REJECT, reason))

    @operation("inventory.draw-link", right="inventory.decide")
    async def draw_link(
        self,
        actor: Actor,
        *,
        a_device: int,
        b_device: int,
        a_interface: int | None = None,
        b_interface: int | None = None,
        speed_bps: int = 0,
        reason: str = "",
    ) -> int:
        """Draw a link no evidence tells of; the answer is the decision's id."""
        if a_device == b_device:
            raise Invalid("a link connects two devices", field="b_device")
        if not 0 <= speed_bps <= FASTEST_BPS:
            raise Invalid("that is no speed of a link", field="speed_bps")
        async with self._db.begin(actor) as tx:
            await self._check_end(tx, a_device, a_interface, "a_interface")
            await self._check_end(tx, b_device, b_interface, "b_interface")
            ends = ordered(a_device, a_interface, b_device, b_interface)
            return await self._decide(tx, self._entry(Verdict.DRAW, *ends, reason, speed_bps))

    @operation("inventory.forget-decision", right="inventory.decide")
    async def forget_decision(self, actor: Actor, *, decision_id: int) -> int:
        """Take a decision about a link back: from now on evidence counts again."""
        async with self._db.begin(actor) as tx:
            known = await self._decision(tx, decision_id)
            if known not in standing(
                await register.entries(tx, devices=(known.a_device, known.b_device))
            ):
                raise Conflict("that decision was replaced or taken back already")
            return await self._decide(tx, replace(known, verdict=Verdict.FORGET, reason=""))

    async def decide_again(self, actor: Actor, *, decision_id: int) -> int:
        """Make a decision of before once more, for undo and redo."""
        actor.require("inventory.decide")
        async with self._db.begin(actor) as tx:
            return await self._decide(tx, await self._decision(tx, decision_id))

    async def _decide(self, tx: Tx, one: Decision) -> int:
        one = replace(one, at=self._clock.now(), actor=tx.actor.name)
        number = await register.append(tx, one)

        def link(connection: Connection) -> set[int]:
            store.one_recorder_at_a_time(connection, tx.actor.tenant)
            pair = {one.a_device, one.b_device}
            return linking.relink(connection, tx.actor.tenant, pair, one.at)

        touched = await tx.work(link, writes=True)
        tx.record(
            LinkDecided(
                a_device=one.a_device,
                b_device=one.b_device,
                verdict=one.verdict.value,
                reason=one.reason,
            )
        )
        for device in sorted({one.a_device, one.b_device, *touched}):
            tx.record(LinksChanged(device_id=device))
        return number

    def _about(self, link: Link, verdict: Verdict, reason: str) -> Decision:
        ends = (int(link.a_device), link.a_interface, int(link.b_device), link.b_interface)
        return self._entry(verdict, *ends, reason)

    def _entry(
        self,
        verdict: Verdict,
        a: int,
        a_port: int | None,
        b: int,
        b_port: int | None,
        reason: str,
        speed_bps: int = 0,
    ) -> Decision:
        told = clean(reason.strip(), LONGEST_REASON)
        return Decision(0, self._clock.now(), "", verdict, a, a_port, b, b_port, speed_bps, told)

    async def _link(self, tx: Tx, link_id: int) -> Link:
        found = await store.get_link(tx, link_id)
        if found is None:
            raise NotFound(f"there is no link {link_id}")
        return found

    async def _decision(self, tx: Tx, decision_id: int) -> Decision:
        for one in await register.entries(tx):
            if one.id == decision_id:
                return one
        raise NotFound(f"there is no decision {decision_id}")

    async def _check_end(self, tx: Tx, device: int, port: int | None, field: str) -> None:
        if await store.get_device(tx, device) is None:
            raise NotFound(f"there is no device {device}")
        if port is None:
            return
        known = await store.get_interface(tx, port)
        if known is None or known.device_id != device:
            raise Invalid(f"device {device} has no interface {port}", field=field)
