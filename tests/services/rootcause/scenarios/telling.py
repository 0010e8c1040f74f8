"""What a scenario is, and the words the scenarios are told with."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from noc_console.services.alarms.model import Alarm
from tests.services.rootcause.plants import Plant


@dataclass(frozen=True)
class Scenario:
    """A plant in trouble, with the alarms it shows and the roots they should have."""

    plant: Plant
    expected: frozenset[str]
    traps: bool = False
    under: tuple[tuple[str, str], ...] = ()
    """Some alarms and the root each must have."""


def case(
    plant: Plant, *expected: str, traps: bool = False, under: Iterable[tuple[str, str]] = ()
) -> Scenario:
    return Scenario(plant, frozenset(expected), traps, tuple(under))


def gone(name: str) -> str:
    return f"{name} unreachable"


def port(plant: Plant, name: str, other: str, which: int = 0) -> str:
    """What the port alarm of one end of a wire is called."""
    return f"{name}:{plant.port_name(plant.wire(name, other, which), name)} interface-down"


def on_port(plant: Plant, name: str, far: str, condition: str, **with_: object) -> Alarm:
    """An alarm about something measured on a port."""
    wire = plant.wire(name, far)
    return plant.alarm(
        name,
        condition,
        port=plant.port(wire, name),
        port_name=plant.port_name(wire, name),
        **with_,  # type: ignore[arg-type]
    )


SCENARIOS: dict[str, Callable[[], Scenario]] = {}


def scenario(make: Callable[[], Scenario]) -> Callable[[], Scenario]:
    SCENARIOS[make.__name__] = make
    return make
