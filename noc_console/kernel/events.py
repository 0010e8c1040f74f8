"""Facts about what happened, and the way they travel."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar

from noc_console.kernel.errors import Broken


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened: past tense, plain values, no behaviour.

    Fields are str, int, float, bool or None, so that a fact survives the journal.
    """

    kinds: ClassVar[dict[str, type[Event]]] = {}

    @classmethod
    def __init_subclass__(cls, **options: Any) -> None:
        super(Event, cls).__init_subclass__(**options)
        known = Event.kinds.get(cls.__name__)
        # dataclass(slots=True) makes the class a second time: same module, same name.
        if known is not None and known.__module__ != cls.__module__:
            raise Broken(f"two events are called {cls.__name__}")
        Event.kinds[cls.__name__] = cls


def facts(event: Event) -> dict[str, Any]:
    """What the journal keeps of an event beside its name."""
    return asdict(event)


def revive(name: str, kept: Mapping[str, Any]) -> Event | None:
    """The event a journal row tells of; None for a kind this version does not know.

    Facts that a newer version added are left out; those it dropped make the
    event unreadable, which is None as well: a feed for eyes may drop.
    """
    kind = Event.kinds.get(name)
    if kind is None:
        return None
    known = {field.name for field in fields(kind)}
    try:
        return kind(**{key: value for key, value in kept.items() if key in known})
    except TypeError:
        return None


Listener = Callable[[Sequence[Event]], None]


class EventBus:
    """Hands committed events to whoever listens, in commit order."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Start listening; call the returned function to stop."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def publish(self, events: Sequence[Event]) -> None:
        if not events:
            return
        for listener in tuple(self._listeners):
            listener(events)
