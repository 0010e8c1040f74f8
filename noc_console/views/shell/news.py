"""Which new alarms an operator is called for: told in their time, grouped, never five hundred.

An alarm is news a moment after it came, when correlation has had its say: a consequence of
another alarm, or one that was acknowledged at once, calls nobody.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from noc_console.kernel.text import plural
from noc_console.services.alarms.model import Alarm, AlarmChanged, Severity

CALLING = frozenset({"raised", "reopened", "escalated"})
"""Steps of an alarm that call somebody."""
HOLD_S = 2.0
"""Between an alarm and the call for it, for its root to be found."""
MOST_HELD = 500
"""New alarms remembered one by one; of a storm the newest."""
MOST_CARDS = 3
"""More than this at a time become one card."""
STAYS_S = 12.0
"""A card of anything but a critical alarm leaves by itself."""


class News:
    """New alarms on their way to be told."""

    def __init__(self) -> None:
        self._held: dict[int, float] = {}

    def hear(self, changes: Iterable[AlarmChanged], *, now_s: float) -> None:
        """What happened at the desk. What is only shown (flapping, storms) has other words."""
        for change in changes:
            if change.what in CALLING:
                self._held.setdefault(change.alarm_id, now_s + HOLD_S)
        for alarm_id in list(self._held)[:-MOST_HELD]:
            del self._held[alarm_id]

    @property
    def is_waiting(self) -> bool:
        return bool(self._held)

    def due(self, *, now_s: float) -> tuple[int, ...]:
        """Alarms whose time has come, to be asked about."""
        return tuple(number for number, at in self._held.items() if at <= now_s)

    def told(self, asked: Collection[int]) -> None:
        """These were asked about: they are news no more."""
        for alarm_id in asked:
            self._held.pop(alarm_id, None)


@dataclass(frozen=True, slots=True)
class Card:
    """One message on screen."""

    ids: tuple[int, ...]
    worst: Alarm
    title: str
    text: str
    leaves_s: float | None
    """By the steady clock; None: stays until somebody deals with it."""
    is_paged: bool = False
    """An escalation says it: nobody has acknowledged for some time."""

    @property
    def is_group(self) -> bool:
        return len(self.ids) > 1


class Cards:
    """The messages on screen. Knows no widget."""

    def __init__(self) -> None:
        self._cards: list[Card] = []
        self._alarms: dict[int, Alarm] = {}

    @property
    def shown(self) -> tuple[Card, ...]:
        """Newest first."""
        return tuple(self._cards)

    @property
    def ids(self) -> tuple[int, ...]:
        """Alarms the cards are about."""
        return tuple(dict.fromkeys(number for card in self._cards for number in card.ids))

    def add(self, alarms: Sequence[Alarm], *, now_s: float) -> None:
        """New alarms: a card each while they are few, else one card for all there are."""
        fresh = {int(alarm.id): alarm for alarm in alarms}
        if not fresh:
            return
        self._alarms |= fresh
        paged = [card for card in self._cards if card.is_paged]
        rest = [card for card in self._cards if not card.is_paged]
        before = [number for card in rest for number in card.ids if number not in fresh]
        ids = [*fresh, *before]
        if len(ids) <= MOST_CARDS:
            kept = [card for card in rest if card.ids[0] not in fresh]
            cards = [_single(alarm, now_s) for alarm in fresh.values()]
            self._cards = [*paged, *reversed(cards), *kept]
            return
        self._cards = [*paged, self._grouped(ids, now_s)]

    def page(self, alarm: Alarm, text: str, *, others: int, now_s: float) -> None:
        """An escalation calls for an alarm nobody acknowledged."""
        number = int(alarm.id)
        self._alarms[number] = alarm
        self._drop({number})
        more = f" and {others:,} more" if others else ""
        card = Card((number,), alarm, f"Nobody has acknowledged{more}", text, None, is_paged=True)
        paged = [card, *(each for each in self._cards if each.is_paged)][:MOST_CARDS]
        self._cards = [*paged, *(each for each in self._cards if not each.is_paged)]

    def keep_only(self, waiting: Collection[int]) -> None:
        """Alarms that wait no more leave their cards."""
        self._drop(set(self.ids) - set(waiting))

    def close(self, card: Card) -> None:
        self._cards = [each for each in self._cards if each.ids != card.ids]

    def tick(self, *, now_s: float) -> None:
        """Cards whose time is up leave."""
        self._cards = [c for c in self._cards if c.leaves_s is None or c.leaves_s > now_s]

    def _drop(self, gone: Collection[int]) -> None:
        if not gone:
            return
        cards = []
        for card in self._cards:
            left = [number for number in card.ids if number not in gone]
            if len(left) == len(card.ids):
                cards.append(card)
            elif left:
                again = self._grouped(left, 0.0) if len(left) > 1 else self._alone(left[0])
                cards.append(replace(again, leaves_s=card.leaves_s))
        self._cards = cards
        kept = set(self.ids)
        self._alarms = {k: alarm for k, alarm in self._alarms.items() if k in kept}

    def _alone(self, number: int) -> Card:
        return _single(self._alarms[number], 0.0)

    def _grouped(self, ids: Sequence[int], now_s: float) -> Card:
        found = [self._alarms[number] for number in ids]
        worst = max(found, key=lambda alarm: (alarm.severity, alarm.last_seen))
        stays = worst.severity >= Severity.CRITICAL
        return Card(
            tuple(ids),
            worst,
            f"{plural(len(ids), 'new alarm')}: {_counted(found)}",
            f"worst: {place_of(worst)}  {worst.text}",
            None if stays else now_s + STAYS_S,
        )


def _single(alarm: Alarm, now_s: float) -> Card:
    stays = alarm.severity >= Severity.CRITICAL
    return Card(
        (int(alarm.id),),
        alarm,
        place_of(alarm),
        alarm.text,
        None if stays else now_s + STAYS_S,
    )


def place_of(alarm: Alarm) -> str:
    """Where it is, as the banner says it."""
    return " · ".join(filter(None, (alarm.device_name, alarm.interface_name, alarm.site_name)))


def _counted(alarms: Sequence[Alarm]) -> str:
    """`2 critical, 35 major`."""
    parts = []
    for severity in sorted({alarm.severity for alarm in alarms}, reverse=True):
        count = sum(alarm.severity == severity for alarm in alarms)
        parts.append(f"{count:,} {severity.name.lower()}")
    return ", ".join(parts)
