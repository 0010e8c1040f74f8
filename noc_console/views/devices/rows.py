"""One line per device: what it is, how it is, and how it measures."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtGui import QColor

from noc_console.kernel.text import duration
from noc_console.services.alarms.model import Alarm, Severity
from noc_console.services.inventory.model import Device, Reachability, Site
from noc_console.services.telemetry.model import DeviceNow
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.icons import icon
from noc_console.views.kit.rows import Align, Column
from noc_console.views.kit.severity import severity_color, severity_word, state_icon
from noc_console.views.kit.theme import look
from noc_console.views.kit.times import iso


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """A device with its newest measurements and its worst alarm."""

    device: Device
    now: DeviceNow | None = None
    site: str = ""
    worst: Severity = Severity.CLEARED
    alarms: int = 0

    @property
    def id(self) -> int:
        return int(self.device.id)

    @property
    def uptime_s(self) -> float | None:
        return self.now.uptime_s if self.now else None


def device_rows(
    devices: Iterable[Device],
    measured: Iterable[DeviceNow],
    sites: Iterable[Site],
    alarms: Iterable[Alarm],
) -> tuple[DeviceRow, ...]:
    """Everything known of each device on one line."""
    now_of = {int(now.device_id): now for now in measured}
    site_of = {site.id: site.name for site in sites}
    worst: dict[int, Severity] = {}
    count: dict[int, int] = {}
    for alarm in alarms:
        if alarm.is_active:
            number = alarm.about.device_id
            worst[number] = max(alarm.severity, worst.get(number, Severity.CLEARED))
            count[number] = count.get(number, 0) + 1
    return tuple(
        DeviceRow(
            device=device,
            now=now_of.get(int(device.id)),
            site=site_of.get(device.site_id, "") if device.site_id is not None else "",
            worst=worst.get(int(device.id), Severity.CLEARED),
            alarms=count.get(int(device.id), 0),
        )
        for device in devices
    )


def state_word(row: DeviceRow) -> str:
    """`Up`, `Down`, or `Heard of` for one that never answered."""
    if not row.device.is_managed:
        return "Heard of"
    return row.device.reachability.value.capitalize()


_ORDER = {Reachability.DOWN: 0, Reachability.UNKNOWN: 1, Reachability.UP: 2}


def device_columns(desk: Desk) -> tuple[Column[DeviceRow], ...]:
    times = desk.times

    def quiet(row: DeviceRow) -> QColor | None:
        is_known = row.device.is_managed and row.device.reachability is not Reachability.UNKNOWN
        return None if is_known else look().color("text.dim")

    def state_ink(row: DeviceRow) -> QColor:
        if row.device.reachability is Reachability.DOWN:
            return severity_color(Severity.CRITICAL)
        return look().color("text.dim")

    def measure(row: DeviceRow, name: str) -> float | None:
        value = getattr(row.now, name) if row.now else None
        return value if isinstance(value, float | int) else None

    def shown(row: DeviceRow, name: str, form: str | Callable[[float], str]) -> str:
        value = measure(row, name)
        if value is None:
            return "–"
        return form.format(value) if isinstance(form, str) else form(value)

    def share(row: DeviceRow, name: str) -> float | None:
        value = measure(row, name)
        return None if value is None else value / 100

    def measured(
        title: str,
        name: str,
        form: str | Callable[[float], str],
        width: int,
        *,
        bar: bool = False,
        id: str = "",
        hidden: bool = False,
    ) -> Column[DeviceRow]:
        return Column(
            title,
            lambda r: shown(r, name, form),
            sort=lambda r: measure(r, name),
            id=id,
            width=width,
            align=Align.RIGHT,
            color=quiet,
            bar=(lambda r: share(r, name)) if bar else None,
            hidden=hidden,
            tip=lambda r: f"measured {times.both(r.now.at)}" if r.now else "not measured yet",
            export=lambda r: "" if measure(r, name) is None else f"{measure(r, name):.3f}",
        )

    return (
        Column(
            "State",
            state_word,
            sort=lambda r: (_ORDER[r.device.reachability], -r.worst, not r.device.is_managed),
            width=92,
            icon=lambda r: state_icon(r.device.reachability, r.worst),
            color=state_ink,
            tip=lambda r: f"{state_word(r)} since {times.both(r.device.reachability_since)}",
        ),
        Column(
            "Name",
            lambda r: r.device.name or r.device.address,
            width=132,
            color=quiet,
            bold=lambda r: r.device.reachability is Reachability.DOWN,
            tip=lambda r: r.device.sys_descr,
        ),
        Column(
            "Type",
            lambda r: r.device.type.value if r.device.type.value != "olt" else "OLT",
            width=86,
            icon=lambda r: icon(r.device.type.value, "icon.dim"),
            color=quiet,
        ),
        Column("Vendor", lambda r: r.device.vendor, width=70, color=quiet),
        Column("Model", lambda r: r.device.model, width=109, stretch=True, color=quiet),
        Column("Version", lambda r: r.device.version, width=103, stretch=True, color=quiet),
        Column(
            "Address",
            lambda r: r.device.address,
            width=122,
            mono=True,
            is_address=True,
            color=quiet,
        ),
        Column("Site", lambda r: r.site, width=96, stretch=True, color=quiet),
        measured("CPU", "cpu", "{:.0f} %", 53, bar=True),
        measured("Memory", "memory", "{:.0f} %", 62, bar=True),
        measured("Temp", "temperature", "{:.0f} °C", 54, hidden=True),
        Column(
            "Uptime",
            lambda r: "–" if r.uptime_s is None else _uptime(r.uptime_s),
            sort=lambda r: r.uptime_s,
            width=76,
            align=Align.RIGHT,
            color=quiet,
            export=lambda r: "" if r.uptime_s is None else f"{r.uptime_s:.0f}",
        ),
        measured("Response", "response_ms", _milliseconds, 70, id="response"),
        Column(
            "Alarms",
            lambda r: f"{r.alarms:,}" if r.alarms else "",
            sort=lambda r: (r.worst, r.alarms),
            width=56,
            align=Align.RIGHT,
            color=lambda r: severity_color(r.worst) if r.alarms else None,
            tip=lambda r: f"worst: {severity_word(r.worst).lower()}" if r.alarms else "",
            export=lambda r: str(r.alarms),
        ),
        Column(
            "Last seen",
            lambda r: times.ago(r.device.last_seen),
            sort=lambda r: r.device.last_seen,
            width=66,
            align=Align.RIGHT,
            dim=True,
            tip=lambda r: times.both(r.device.last_seen),
            export=lambda r: iso(r.device.last_seen),
        ),
        Column(
            "Tags",
            lambda r: ", ".join(r.device.tags),
            id="tag",
            width=130,
            stretch=True,
            hidden=True,
        ),
        Column("Serial", lambda r: r.device.serial, width=130, mono=True, hidden=True),
        Column("Platform", lambda r: r.device.platform, width=110, hidden=True),
        Column("Location", lambda r: r.device.location, width=160, hidden=True),
        Column("Contact", lambda r: r.device.contact, width=160, hidden=True),
        Column(
            "Chassis MAC",
            lambda r: r.device.chassis_mac,
            id="mac",
            width=140,
            mono=True,
            hidden=True,
        ),
        Column(
            "First seen",
            lambda r: times.ago(r.device.first_seen),
            sort=lambda r: r.device.first_seen,
            width=84,
            align=Align.RIGHT,
            hidden=True,
            tip=lambda r: times.both(r.device.first_seen),
            export=lambda r: iso(r.device.first_seen),
        ),
    )


def _milliseconds(value: float) -> str:
    """Three figures are enough: `3.4 ms`, `131 ms`."""
    return f"{value:.1f} ms" if value < 99.95 else f"{value:,.0f} ms"


def _uptime(seconds: float) -> str:
    """Days and hours of the last time it began: `12 min 5 s`, `61 d 0 h`, `211 d`."""
    days, rest = divmod(int(seconds), 86_400)
    if not days:
        return duration(seconds)
    return f"{days:,} d" if days >= 100 else f"{days} d {rest // 3_600} h"
