"""What stands on the desk, found by device and port."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from noc_console.services.alarms.model import Alarm, Condition
from noc_console.services.rootcause.rules import words

EMPTY: dict[int, Alarm] = {}


class Standing:
    """The standing alarms and where to find them. Mutable: it follows the desk."""

    def __init__(self) -> None:
        self.alarms: dict[int, Alarm] = {}
        self.unreachable: dict[int, Alarm] = {}
        """By device."""
        self.box_flaps: dict[int, Alarm] = {}
        self.port_down: dict[int, Alarm] = {}
        """By interface."""
        self.port_flaps: dict[int, Alarm] = {}
        self.powers: set[int] = set()
        """Devices with an alarm about power."""
        self.sessions: set[int] = set()
        """Alarms about lost sessions."""
        self.storms: set[int] = set()
        self.olts: set[int] = set()
        """Devices with alarms about ONUs or PON ports."""
        self._by_device: dict[int, dict[int, Alarm]] = {}

    def of_device(self, device: int) -> Collection[Alarm]:
        """What stands on a device, its ports and whatever else it has."""
        return self._by_device.get(device, EMPTY).values()

    def take(self, alarms: Iterable[Alarm]) -> set[int]:
        """Alarms as they are now; those that stand no more are let go. Devices they are about."""
        devices = set()
        for alarm in alarms:
            known = self.alarms.get(alarm.id)
            if known is not None:
                self._drop(known)
            elif not alarm.is_active:
                continue
            devices.add(alarm.about.device_id)
            if alarm.is_active:
                self._add(alarm)
        return devices

    def forget(self, ids: Iterable[int]) -> set[int]:
        """Alarms that are gone from the store."""
        devices = set()
        for alarm_id in ids:
            if (known := self.alarms.get(alarm_id)) is not None:
                self._drop(known)
                devices.add(known.about.device_id)
        return devices

    def box(self, device: int) -> Alarm | None:
        """The alarm that says a device does not answer: that it comes and goes, if it does."""
        alarm = self.unreachable.get(device)
        flap = self.box_flaps.get(device)
        if flap is not None and (alarm is None or _speaks_for(flap, alarm)):
            return flap
        return alarm

    def line(self, port: int | None) -> Alarm | None:
        """The alarm that says a port is down: that it comes and goes, if it does."""
        if port is None:
            return None
        alarm = self.port_down.get(port)
        flap = self.port_flaps.get(port)
        if flap is not None and (alarm is None or _speaks_for(flap, alarm)):
            return flap
        return alarm

    def flap_of(self, alarm: Alarm) -> Alarm | None:
        """The flapping that speaks for an alarm of the same object."""
        about = alarm.about
        if not alarm.suppressed or alarm.condition == Condition.FLAPPING:
            return None
        for other in self.of_device(about.device_id):
            if (
                other.condition == Condition.FLAPPING
                and other.about == about
                and _speaks_for(other, alarm)
            ):
                return other
        return None

    def _add(self, alarm: Alarm) -> None:
        self.alarms[alarm.id] = alarm
        self._by_device.setdefault(alarm.about.device_id, {})[alarm.id] = alarm
        if (slot := self._slot(alarm)) is not None:
            slot[0][slot[1]] = alarm
        self._mark(alarm)

    def _drop(self, alarm: Alarm) -> None:
        del self.alarms[alarm.id]
        device = alarm.about.device_id
        left = self._by_device[device]
        del left[alarm.id]
        if (slot := self._slot(alarm)) is not None and slot[0].get(slot[1]) is alarm:
            del slot[0][slot[1]]
        self.sessions.discard(alarm.id)
        self.storms.discard(alarm.id)
        if device in self.powers and not any(map(words.is_power, left.values())):
            self.powers.discard(device)
        if device in self.olts and not any(map(_is_pon, left.values())):
            self.olts.discard(device)
        if not left:
            del self._by_device[device]

    def _mark(self, alarm: Alarm) -> None:
        if words.is_power(alarm):
            self.powers.add(alarm.about.device_id)
        elif words.is_session(alarm):
            self.sessions.add(alarm.id)
        elif alarm.condition == words.STORM:
            self.storms.add(alarm.id)
        elif _is_pon(alarm):
            self.olts.add(alarm.about.device_id)

    def _slot(self, alarm: Alarm) -> tuple[dict[int, Alarm], int] | None:
        """Where an alarm about a whole device or port is found again."""
        about = alarm.about
        if about.other or about.sensor_id is not None:
            return None
        if alarm.condition == Condition.UNREACHABLE and about.interface_id is None:
            return self.unreachable, about.device_id
        if alarm.condition == Condition.INTERFACE_DOWN and about.interface_id is not None:
            return self.port_down, about.interface_id
        if alarm.condition == Condition.FLAPPING:
            if about.interface_id is None and _is_about(alarm, Condition.UNREACHABLE):
                return self.box_flaps, about.device_id
            if about.interface_id is not None and _is_about(alarm, Condition.INTERFACE_DOWN):
                return self.port_flaps, about.interface_id
        return None


def _is_pon(alarm: Alarm) -> bool:
    return words.is_onu(alarm) or words.is_gasp(alarm) or alarm.condition in words.DERIVED


def _is_about(flap: Alarm, condition: Condition) -> bool:
    """What comes and goes is the beginning of its text (`alarms.rules`)."""
    return flap.text.startswith(condition.replace("-", " "))


def _speaks_for(flap: Alarm, alarm: Alarm) -> bool:
    return alarm.suppressed and _is_about(flap, alarm.condition)
