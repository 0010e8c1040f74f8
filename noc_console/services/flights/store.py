"""Where flights are kept: the plan, its devices, and a log written before each step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Row,
    Select,
    String,
    Table,
    Text,
    case,
    func,
    select,
    text,
)

from noc_console.db.database import BigId, Tx, metadata
from noc_console.db.types import UtcDateTime
from noc_console.services.flights.model import (
    Flight,
    FlightId,
    Gates,
    Image,
    Kind,
    Phase,
    Stand,
    Step,
    Target,
    TargetId,
    Way,
)

flights = Table(
    "flights",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("title", Text, nullable=False),
    Column("kind", String, nullable=False),
    Column("template", Text, nullable=False),
    Column("variables", JSON, nullable=False),
    Column("ticket", String, nullable=False),
    Column("phase", String, nullable=False),
    Column("canaries", Integer, nullable=False),
    Column("wave_size", Integer, nullable=False),
    Column("at_once", Integer, nullable=False),
    Column("confirm_minutes", Integer, nullable=False),
    Column("undo_all", Boolean, nullable=False),
    Column("stage_only", Boolean, nullable=False),
    Column("gates", JSON, nullable=False),
    Column("image", JSON),
    Column("starts_at", UtcDateTime),
    Column("ends_at", UtcDateTime),
    Column("by", String, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("approved_by", String, nullable=False),
    Column("approved_at", UtcDateTime),
    Column("approval", Text, nullable=False),
    Column("began_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Column("stop", Text, nullable=False),
    Column("why", Text, nullable=False),
    Index(None, "tenant", "phase"),
    sqlite_autoincrement=True,
)

targets = Table(
    "flight_targets",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("flight_id", BigId, ForeignKey("flights.id"), nullable=False),
    Column("device_id", BigId, nullable=False),
    Column("name", String, nullable=False),
    Column("address", String, nullable=False),
    Column("platform", String, nullable=False),
    Column("wave", Integer, nullable=False),
    Column("stand", String, nullable=False),
    Column("way", String, nullable=False),
    Column("why", Text, nullable=False),
    Column("adds", Integer, nullable=False),
    Column("removes", Integer, nullable=False),
    Column("diff", Text, nullable=False),
    Column("did", Text, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("changed_at", UtcDateTime),
    Column("until", UtcDateTime),
    Column("baseline", Text, nullable=False),
    Column("former", String, nullable=False),
    # Encrypted: lines to be sent, their inverse, the configuration from before.
    Column("sealed", LargeBinary, nullable=False),
    Index(None, "flight_id", "wave"),
    sqlite_autoincrement=True,
)

steps = Table(
    "flight_steps",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("flight_id", BigId, ForeignKey("flights.id"), nullable=False),
    Column("target_id", BigId, ForeignKey("flight_targets.id")),
    Column("at", UtcDateTime, nullable=False),
    Column("what", String, nullable=False),
    Column("text", Text, nullable=False),
    Index(None, "flight_id", "id"),
    sqlite_autoincrement=True,
)

_LIGHT = [column for column in targets.c if column.name not in {"sealed", "diff", "did"}]
"""What lists of devices need; a preview is asked for one at a time."""


async def add(tx: Tx, flight: Flight, rows: Sequence[tuple[Target, bytes]]) -> FlightId:
    """A flight with its devices."""
    number = await tx.insert(flights, tenant=tx.actor.tenant, **_values(flight))
    await tx.execute(
        targets.insert(),
        [
            _target_values(target)
            | {"tenant": tx.actor.tenant, "flight_id": number, "sealed": sealed}
            for target, sealed in rows
        ],
    )
    return FlightId(number)


async def get(tx: Tx, flight_id: int) -> Flight | None:
    found = await tx.one(_flights(tx).where(flights.c.id == flight_id), _flight)
    return None if found is None else (await _counted(tx, [found]))[0]


async def hold(tx: Tx, flight_id: int) -> None:
    """Let nobody else decide about this flight until the end of this transaction.

    SQLite has one writer anyway; on PostgreSQL who comes second waits, and reads what the first
    one wrote.
    """
    mine = (flights.c.id == flight_id, flights.c.tenant == tx.actor.tenant)
    await tx.scalar(select(flights.c.id).where(*mine).with_for_update())


async def take_turns(tx: Tx) -> None:
    """Let one flight begin at a time: two at the same device would not see each other begin."""

    def lock(connection: Connection) -> None:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('noc.flights'))"))

    await tx.work(lock, writes=False)


async def recent(tx: Tx, *, limit: int) -> tuple[Flight, ...]:
    """The newest first."""
    found = await tx.rows(_flights(tx).order_by(flights.c.id.desc()).limit(limit), _flight)
    return tuple(await _counted(tx, found))


async def in_phases(tx: Tx, phases: Sequence[Phase]) -> tuple[Flight, ...]:
    wanted = flights.c.phase.in_([phase.value for phase in phases])
    return await tx.rows(_flights(tx).where(wanted).order_by(flights.c.id), _flight)


async def change(tx: Tx, flight_id: int, **values: Any) -> None:
    """Set columns of a flight."""
    mine = (flights.c.id == flight_id, flights.c.tenant == tx.actor.tenant)
    await tx.execute(flights.update().where(*mine).values(**values))


async def targets_of(tx: Tx, flight_id: int) -> tuple[Target, ...]:
    """The devices in the order they fly, without their previews."""
    query = select(*_LIGHT).where(
        targets.c.tenant == tx.actor.tenant, targets.c.flight_id == flight_id
    )
    # What flies in no wave stands at the end.
    order = (case((targets.c.wave < 0, 1), else_=0), targets.c.wave, targets.c.id)
    return await tx.rows(query.order_by(*order), _target)


async def target(tx: Tx, target_id: int) -> Target | None:
    """One with its preview."""
    query = select(targets).where(targets.c.tenant == tx.actor.tenant, targets.c.id == target_id)
    return await tx.one(query, _target)


async def sealed_of(tx: Tx, target_id: int) -> bytes:
    query = select(targets.c.sealed).where(
        targets.c.tenant == tx.actor.tenant, targets.c.id == target_id
    )
    return bytes(await tx.scalar(query) or b"")


async def change_target(tx: Tx, target_id: int, **values: Any) -> None:
    """Set columns of a device of a flight."""
    mine = (targets.c.id == target_id, targets.c.tenant == tx.actor.tenant)
    await tx.execute(targets.update().where(*mine).values(**values))


async def skip_planned(tx: Tx, flight_id: int) -> None:
    """What was not changed yet will not be."""
    mine = (targets.c.flight_id == flight_id, targets.c.tenant == tx.actor.tenant)
    waiting = targets.c.stand == Stand.PLANNED.value
    await tx.execute(targets.update().where(*mine, waiting).values(stand=Stand.SKIPPED.value))


async def accept(tx: Tx, flight_id: int) -> tuple[int, ...]:
    """Who waits for a yes is held like the others from now on; the numbers of the devices."""
    mine = (
        targets.c.flight_id == flight_id,
        targets.c.tenant == tx.actor.tenant,
        targets.c.stand == Stand.ASKS.value,
    )
    found = await tx.rows(select(targets.c.device_id).where(*mine), lambda row: int(row.device_id))
    await tx.execute(targets.update().where(*mine).values(stand=Stand.HELD.value))
    return tuple(found)


async def busy_with(tx: Tx, flight_id: int) -> tuple[str, str] | None:
    """Another flight in the air at one of this one's devices: its title, and the device."""
    mine = select(targets.c.device_id).where(
        targets.c.flight_id == flight_id, targets.c.stand == Stand.PLANNED.value
    )
    query = (
        select(flights.c.title, targets.c.name)
        .join(targets, targets.c.flight_id == flights.c.id)
        .where(
            flights.c.tenant == tx.actor.tenant,
            flights.c.id != flight_id,
            flights.c.phase.in_([Phase.FLYING.value, Phase.UNDOING.value]),
            targets.c.wave >= 0,
            targets.c.device_id.in_(mine),
        )
        .limit(1)
    )
    return await tx.one(query, lambda row: (str(row.title), str(row.name)))


async def add_step(
    tx: Tx, flight_id: int, *, at: datetime, what: str, text: str, target_id: int | None = None
) -> None:
    await tx.insert(
        steps,
        tenant=tx.actor.tenant,
        flight_id=flight_id,
        target_id=target_id,
        at=at,
        what=what,
        text=text,
    )


async def steps_of(tx: Tx, flight_id: int, *, limit: int) -> tuple[Step, ...]:
    """The log, oldest first; of a long one the end."""
    query = (
        select(steps, targets.c.name)
        .outerjoin(targets, targets.c.id == steps.c.target_id)
        .where(steps.c.tenant == tx.actor.tenant, steps.c.flight_id == flight_id)
        .order_by(steps.c.id.desc())
        .limit(limit)
    )
    found = await tx.rows(
        query, lambda row: Step(row.at, row.what, row.text, row.target_id, row.name or "")
    )
    return found[::-1]


@dataclass(frozen=True, slots=True)
class Touch:
    """A flight that did something to a device."""

    flight: Flight
    stand: Stand


async def touches(
    tx: Tx, device_id: int, *, start: datetime, end: datetime, limit: int
) -> tuple[Touch, ...]:
    """Flights that changed a device, or brought it back, between these moments; oldest first."""
    done = (
        select(steps.c.target_id)
        .where(
            steps.c.tenant == tx.actor.tenant,
            steps.c.flight_id == flights.c.id,
            steps.c.target_id == targets.c.id,
            steps.c.what.in_(_TOUCHES),
            steps.c.at > start,
            steps.c.at <= end,
        )
        .exists()
    )
    query = (
        select(flights, targets.c.stand)
        .join(targets, targets.c.flight_id == flights.c.id)
        .where(
            flights.c.tenant == tx.actor.tenant,
            targets.c.device_id == device_id,
            targets.c.changed_at <= end,
            flights.c.ended_at.is_(None) | (flights.c.ended_at >= start),
            done,
        )
        .order_by(flights.c.id)
        .limit(limit)
    )
    return await tx.rows(query, lambda row: Touch(_flight(row), Stand(row.stand)))


_TOUCHES = tuple(
    stand.value
    for stand in (
        Stand.CHANGING, Stand.HELD, Stand.ASKS, Stand.UNDOING, Stand.UNDONE, Stand.UNLIKE,
        Stand.STUCK, Stand.FAILED,
    )
)  # fmt: skip
"""Steps before and after which lines are typed."""


async def _counted(tx: Tx, found: Sequence[Flight]) -> list[Flight]:
    ids = [flight.id for flight in found]
    query = (
        select(targets.c.flight_id, targets.c.stand, func.count().label("many"))
        .where(targets.c.tenant == tx.actor.tenant, targets.c.flight_id.in_(ids))
        .group_by(targets.c.flight_id, targets.c.stand)
    )
    rows = await tx.rows(query, lambda row: (int(row.flight_id), str(row.stand), int(row.many)))
    counts: dict[int, dict[str, int]] = {}
    for number, stand, many in rows:
        counts.setdefault(number, {})[stand] = many
    return [
        replace(
            flight,
            counts=counts.get(flight.id, {}),
            devices=sum(counts.get(flight.id, {}).values()),
        )
        for flight in found
    ]


def _flights(tx: Tx) -> Select[Any]:
    return select(flights).where(flights.c.tenant == tx.actor.tenant)


_PLAIN = (
    "title", "template", "ticket", "canaries", "wave_size", "at_once", "confirm_minutes",
    "undo_all", "stage_only", "starts_at", "ends_at", "by", "created_at", "approved_by",
    "approved_at", "approval", "began_at", "ended_at", "stop", "why",
)  # fmt: skip


def _values(flight: Flight) -> dict[str, Any]:
    return {name: getattr(flight, name) for name in _PLAIN} | {
        "kind": flight.kind.value,
        "phase": flight.phase.value,
        "variables": dict(flight.variables),
        "gates": asdict(flight.gates),
        "image": None if flight.image is None else asdict(flight.image),
    }


def _flight(row: Row[Any]) -> Flight:
    kept = row._asdict()
    return Flight(
        id=FlightId(row.id),
        kind=Kind(row.kind),
        phase=Phase(row.phase),
        variables=row.variables,
        gates=Gates(**row.gates),
        image=None if row.image is None else Image(**row.image),
        **{name: kept[name] for name in _PLAIN},
    )


_FLAT = (
    "device_id", "name", "address", "platform", "wave", "why", "adds", "removes", "diff", "did",
    "attempt", "changed_at", "until", "baseline", "former",
)  # fmt: skip


def _target_values(target: Target) -> dict[str, Any]:
    told = {name: getattr(target, name) for name in _FLAT}
    return told | {"stand": target.stand.value, "way": target.way.value}


def _target(row: Row[Any]) -> Target:
    kept = row._asdict()
    return Target(
        id=TargetId(row.id),
        flight_id=FlightId(row.flight_id),
        stand=Stand(row.stand),
        way=Way(row.way),
        **{name: kept[name] for name in _FLAT if name in kept},
    )
