"""What people ask of flows, and the prefixes they gave names to."""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from noc_console.db.database import Database
from noc_console.db.flows import FlowStore, unpack, word_id
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import Invalid, NotFound
from noc_console.kernel.operation import operation
from noc_console.services.flows import store
from noc_console.services.flows.model import (
    Dimension,
    Exporter,
    FlowPrefix,
    FlowPrefixesChanged,
    FlowPrefixId,
    FlowSeries,
    FlowView,
    Imported,
    PrefixLine,
    PrefixRole,
    TopTalkers,
    Traffic,
)
from noc_console.services.flows.naming import Names
from noc_console.services.flows.rules import cover, cubes, filters, reading
from noc_console.services.flows.rules.prefixes import checked_name, checked_prefix, read_csv
from noc_console.services.inventory.service import InventoryService

MOST_MINUTES = 90 * 24 * 60
MOST_SHOWN = 1_000
_WORDS = ("exporter", "src_net", "dst_net", "customer")


class FlowService:
    """Reads what collectors summed up. Summing up itself is `workers.FlowWorker`'s."""

    def __init__(
        self, db: Database, flows: FlowStore, *, clock: Clock, inventory: InventoryService
    ) -> None:
        self._db = db
        self._flows = flows
        self._clock = clock
        self._inventory = inventory

    # Asking

    @operation("flows.top", right="flows.see")
    async def top(
        self,
        actor: Actor,
        *,
        by: Dimension = Dimension.APPLICATION,
        minutes: int = 60,
        end: datetime | None = None,
        where: tuple[str, ...] = (),
        limit: int = 20,
    ) -> TopTalkers:
        """Show who or what moves most, by any dimension; filters as `port:443`, `device:core1`."""
        view = await self.view(actor, by=by, minutes=minutes, end=end, where=where, limit=limit)
        return view.top

    @operation("flows.series", right="flows.see")
    async def series(
        self,
        actor: Actor,
        *,
        by: Dimension = Dimension.APPLICATION,
        minutes: int = 60,
        end: datetime | None = None,
        where: tuple[str, ...] = (),
        limit: int = 8,
    ) -> FlowSeries:
        """Show the top ones and the rest over time, in bits a second."""
        view = await self.view(actor, by=by, minutes=minutes, end=end, where=where, limit=limit)
        return view.series

    async def view(
        self,
        actor: Actor,
        *,
        by: Dimension,
        minutes: int = 60,
        end: datetime | None = None,
        where: tuple[str, ...] = (),
        limit: int = 20,
    ) -> FlowView:
        """Top ones and their course of one reading, for a page.

        A packet that passes two exporting devices is in the flows of both: ask for one device,
        or for interfaces towards the outside, to count it once.
        """
        actor.require("flows.see")
        if not 1 <= minutes <= MOST_MINUTES:
            raise Invalid(f"a span lies between 1 and {MOST_MINUTES} minutes", field="minutes")
        if not 1 <= limit <= MOST_SHOWN:
            raise Invalid(f"a limit lies between 1 and {MOST_SHOWN}", field="limit")
        asked = filters.parse(where)
        exporters = await self._devices_of()
        tests = tuple([await self._test(actor, one, exporters) for one in asked])
        question, cube = self._question(by, minutes, end, tests, limit)
        places = cover.chosen(
            await self._flows.places(cube.number, question.start, question.end),
            question.start,
            question.end,
            question.step,
        )
        blocks = await self._flows.blocks(places)

        def read() -> reading.Answer:
            wanted = question.columns
            return reading.answer(
                [(block.place, unpack(block.data, wanted)) for block in blocks], question
            )

        answer = await asyncio.to_thread(read)
        return await self._told(actor, by, question, answer, exporters)

    @operation("flows.exporters", right="flows.see")
    async def exporters(self, actor: Actor) -> tuple[Exporter, ...]:
        """Show who exports flows and how well; strangers are counted, and not believed."""
        actor.require("inventory.read")
        names = Names(actor, self._inventory, {}, await self._devices_of(), ())
        found = []
        for word in await self._flows.exporters():
            facts = _facts(word.facts)
            device = await names.device_at(word.address)
            found.append(
                Exporter(
                    address=word.address,
                    collector=word.collector,
                    last_at=datetime.fromtimestamp(word.at, UTC),
                    version=str(facts.get("version", "")),
                    device=device.name if device else "",
                    device_id=device.id if device else None,
                    sampling=tuple(facts.get("sampling", ())),
                    lost_share=float(facts.get("lost_share", 0.0)),
                    flows_per_s=float(facts.get("flows_per_s", 0.0)),
                    **{name: int(facts.get(name, 0)) for name in _COUNTS},
                )
            )
        return tuple(found)

    @operation("flows.forget-exporter", right="flows.change")
    async def forget_exporter(self, actor: Actor, *, address: str) -> None:
        """Take an exporter off the list; if it still sends, it comes back."""
        if not await self._flows.forget_exporter(address):
            raise NotFound(f"{address} is not among the exporters")

    # Named prefixes

    @operation("flows.prefixes", right="flows.see")
    async def prefixes(self, actor: Actor) -> tuple[FlowPrefix, ...]:
        """List the prefixes that have a name."""
        async with self._db.read(actor) as tx:
            return await store.all_prefixes(tx)

    @operation("flows.add-prefix", right="flows.change")
    async def add_prefix(
        self,
        actor: Actor,
        *,
        prefix: str,
        name: str,
        role: PrefixRole = PrefixRole.OTHER,
        owner: str = "",
    ) -> FlowPrefixId:
        """Give a prefix a name, a role and an owner, from now on known to flows."""
        line = _line(prefix, name, role, owner)
        async with self._db.begin(actor) as tx:
            id = await store.add(tx, line)
            tx.record(FlowPrefixesChanged(count=1, what=f"added {line.prefix}"))
        return id

    @operation("flows.change-prefix", right="flows.change")
    async def change_prefix(
        self,
        actor: Actor,
        *,
        id: int,
        prefix: str,
        name: str,
        role: PrefixRole = PrefixRole.OTHER,
        owner: str = "",
    ) -> None:
        """Change a named prefix."""
        line = _line(prefix, name, role, owner)
        async with self._db.begin(actor) as tx:
            await store.get(tx, id)
            await store.change(tx, id, line)
            tx.record(FlowPrefixesChanged(count=1, what=f"changed {line.prefix}"))

    @operation("flows.remove-prefixes", right="flows.change")
    async def remove_prefixes(self, actor: Actor, *, ids: tuple[int, ...]) -> None:
        """Forget the names of prefixes; flows already summed up keep them."""
        async with self._db.begin(actor) as tx:
            gone = await store.remove(tx, ids)
            if gone != len(set(ids)):
                raise NotFound("some of these prefixes are gone already")
            tx.record(FlowPrefixesChanged(count=gone, what="removed"))

    @operation("flows.import-prefixes", right="flows.change")
    async def import_prefixes(self, actor: Actor, *, text: str) -> Imported:
        """Take prefixes from CSV (prefix, name, role, owner); wrong lines are told, one by one."""
        lines, wrong = await asyncio.to_thread(read_csv, text)
        async with self._db.begin(actor) as tx:
            added, changed = await store.put(tx, lines)
            if added or changed:
                tx.record(FlowPrefixesChanged(count=added + changed, what="imported"))
        return Imported(added=added, changed=changed, wrong=wrong)

    # Parts

    def _question(
        self,
        by: Dimension,
        minutes: int,
        end: datetime | None,
        tests: tuple[filters.Test, ...],
        limit: int,
    ) -> tuple[reading.Question, cubes.Cube]:
        """The cube that answers, and the stretch of time in whole steps."""
        cube = cubes.CUBES.get(by, cubes.TALKS)
        asked = {column for test in tests for column in test.columns}
        if not asked <= set(cube.key):
            cube = cubes.TALKS
        span = timedelta(minutes=minutes)
        step = cover.step_of(span, is_wide=cube is cubes.TALKS)
        last = (end or self._clock.now()).timestamp()
        # The minute that runs is still in the collector's memory.
        until = math.floor(last / cover.MINUTE) * cover.MINUTE
        start = math.floor((until - span.total_seconds()) / step) * step
        question = reading.Question(
            key=cubes.KEYS[by],
            tests=tests,
            rest_by=cube.rest_by,
            start=start,
            end=until,
            step=step,
            limit=limit,
        )
        return question, cube

    async def _test(
        self, actor: Actor, one: filters.Filter, devices_of: Mapping[str, int]
    ) -> filters.Test:
        if one.word not in filters.RESOLVED:
            return filters.test_of(one, {one.value: word_id(one.value)})
        if one.word == "exporter":
            number = word_id(one.value)
            return filters.Test(one.word, ((("exporter", number, number),),))
        whose, _, port = one.value.partition("#")
        sources, device_id = await self._sources(actor, whose.strip(), devices_of)
        if one.word == "device":
            return filters.Test(one.word, tuple(((("exporter", n, n)),) for n in sources))
        index = await self._index(actor, device_id, port.strip())
        sides = {"in-interface": ("in_if",), "out-interface": ("out_if",)}
        return filters.Test(
            one.word,
            tuple(
                (("exporter", n, n), (side, index, index))
                for n in sources
                for side in sides.get(one.word, ("in_if", "out_if"))
            ),
        )

    async def _sources(
        self, actor: Actor, name: str, devices_of: Mapping[str, int]
    ) -> tuple[list[int], int | None]:
        """The words of all addresses a device exports from."""
        if name in devices_of:
            return [word_id(name)], devices_of[name]
        device = await self._inventory.device_named(actor, name=name)
        sources = [address for address, id in devices_of.items() if id == device.id]
        if not sources:
            raise Invalid(f"{device.name} has exported no flows yet", field="where")
        return [word_id(address) for address in sources], device.id

    async def _index(self, actor: Actor, device_id: int | None, port: str) -> int:
        if port.isascii() and port.isdigit() and len(port) <= 10:
            return int(port)
        if device_id is not None and port:
            for one in await self._inventory.interfaces(actor, device_id=device_id):
                if port.lower() in (one.name.lower(), one.descr.lower()):
                    return one.index
        raise Invalid(
            f"{port or 'nothing'} is no interface of it: write DEVICE#INTERFACE", field="where"
        )

    async def _devices_of(self) -> dict[str, int]:
        found = {}
        for word in await self._flows.exporters():
            number = _facts(word.facts).get("device_id")
            if isinstance(number, int):
                found[word.address] = number
        return found

    async def _told(
        self,
        actor: Actor,
        by: Dimension,
        question: reading.Question,
        answer: reading.Answer,
        devices_of: Mapping[str, int],
    ) -> FlowView:
        ids = [key[name] for key in answer.keys for name in _WORDS if name in key]
        names = Names(
            actor,
            self._inventory,
            await self._flows.words(ids),
            devices_of,
            await self.prefixes(actor),
        )
        talkers = tuple(
            [
                await names.talker(by, key, traffic)
                for key, traffic in zip(answer.keys, answer.traffic, strict=True)
            ]
        )
        named = sum(answer.traffic, Traffic())
        rest = Traffic(
            max(0, answer.total.bytes - named.bytes),
            max(0, answer.total.packets - named.packets),
            max(0, answer.total.flows - named.flows),
        )
        top = TopTalkers(
            by=by,
            start=datetime.fromtimestamp(question.start, UTC),
            end=datetime.fromtimestamp(question.end, UTC),
            talkers=talkers,
            rest=rest,
            total=answer.total,
            untold=answer.untold,
        )
        return FlowView(top, _series(question, answer, tuple(one.label for one in talkers)))


_COUNTS = (
    *("datagrams", "flows", "lost", "malformed", "templates", "waiting", "given_up"),
    "throttled",
)


def _series(
    question: reading.Question, answer: reading.Answer, labels: tuple[str, ...]
) -> FlowSeries:
    starts = [question.start + step * question.step for step in range(answer.steps)]
    # The last step may still run.
    seconds = [max(1, min(question.step, question.end - start)) for start in starts]
    rates = answer.bytes_per_step * 8 / seconds
    return FlowSeries(
        step_s=question.step,
        times=tuple(datetime.fromtimestamp(start, UTC) for start in starts),
        labels=labels,
        rates=tuple(tuple(line) for line in rates[:-1].tolist()),
        rest=tuple(rates[-1].tolist()),
    )


def _facts(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _line(prefix: str, name: str, role: PrefixRole, owner: str) -> PrefixLine:
    return PrefixLine(
        checked_prefix(prefix),
        checked_name(name, "name"),
        role,
        checked_name(owner, "owner", is_needed=False),
    )
