"""The panel of what-if: what is supposed to fail, and what would come of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QWidget

from noc_console.kernel.quantity import Bps
from noc_console.kernel.text import plural
from noc_console.services.inventory.model import DeviceId, LinkId
from noc_console.services.topology.findings import CutOff, Shifted, Weight, WhatIf
from noc_console.views.kit.label import Label
from noc_console.views.kit.strips import IconView
from noc_console.views.topology.analyses.keys import AtDevice, AtLink, Lit
from noc_console.views.topology.analyses.panel import AnalysisPanel, Card, Choice, as_csv
from noc_console.views.topology.analyses.rows import Gauge, Made, Row
from noc_console.views.topology.marks import Mark

FAILING, CUT, SHIFTED = "failing", "cut", "shifted"
MARKED = 3000
WEIGHTS = (
    (Weight.SPEED.value, "Fastest", "Load finds its way by inverse speed, as OSPF counts"),
    (Weight.HOPS.value, "Fewest hops", "Load takes the way with the fewest links"),
    (Weight.LOAD.value, "Most free", "Load takes the links with most speed left"),
)
TEACHES = (
    "Click a device or a link on the map to let it fail, again to mend it. With the keyboard:"
    " choose devices and press X."
)
TITLES = ["link", "speed_bps", "before_share", "after_share", "added_ab_bps", "added_ba_bps"]


@dataclass(slots=True)
class Failing:
    """What is supposed to fail, with the names to show."""

    devices: dict[DeviceId, str] = field(default_factory=dict)
    links: dict[LinkId, tuple[str, DeviceId, DeviceId]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.devices or self.links)

    def toggle_devices(self, devices: Iterable[tuple[DeviceId, str]]) -> None:
        """Fail them; mend them when all fail already."""
        known = dict(devices)
        if known and known.keys() <= self.devices.keys():
            for device in known:
                del self.devices[device]
        else:
            self.devices |= known

    def toggle_links(self, links: Iterable[tuple[LinkId, str, DeviceId, DeviceId]]) -> None:
        """The same for links."""
        known = {link: (name, a, b) for link, name, a, b in links}
        if known and known.keys() <= self.links.keys():
            for link in known:
                del self.links[link]
        else:
            self.links |= known


class SupposedPanel(AnalysisPanel):
    """Says on top that nothing is changed; below, what fails and what follows."""

    asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("What if", "What would happen", parent)
        self.failing = Failing()
        self.found: WhatIf | None = None
        self.banner = Card("strip")
        self.tabs = Choice("What to list")
        self.weight = Choice("How load finds its way")
        self.weight.offer(WEIGHTS)
        self._lay_out_supposed()
        self._fill()

    def show_answer(self, found: WhatIf) -> None:
        """What would come of it."""
        self.found = found
        self._fill()

    def clear(self) -> None:
        """Mend everything."""
        self.failing = Failing()
        self.asked.emit()

    def lit(self) -> Lit:
        """Failing ringed, cut off dashed, and what carries more with how much more."""
        devices = {device: Mark("attention.plain", "fails") for device in self.failing.devices}
        links = {link: Mark("attention.plain", "fails", True) for link in self.failing.links}
        if self.found is not None:
            for lost in self.found.cut[:MARKED]:
                devices.setdefault(lost.device_id, Mark("icon.bright", "", True))
            for each in self.found.shifted[:MARKED]:
                links.setdefault(each.link_id, _mark(each))
        return Lit(devices, links)

    def story(self, links: Sequence[LinkId]) -> tuple[tuple[str, str], ...]:
        """What a link would carry, for the card beside the pointer."""
        shifted = self.found.shifted if self.found else ()
        for each in shifted:
            if each.link_id in links:
                then = "" if each.share is None else f" · {each.share:.0%}"
                return (("If so", f"+{Bps(each.added_bps)}{then}"),)
        return (("If so", "fails"),) if any(link in self.failing.links for link in links) else ()

    def copy_csv(self) -> None:
        """The links that would carry more as a table."""
        rows = self.found.shifted if self.found else ()
        QGuiApplication.clipboard().setText(as_csv(TITLES, (_cells(each) for each in rows)))

    def mend_current(self) -> None:
        """Take the current row out of what fails."""
        row = self.list.current
        if row is None or self.tabs.chosen != FAILING:
            return
        if isinstance(row.key, AtDevice):
            self.failing.devices.pop(row.key.device_id, None)
        elif isinstance(row.key, AtLink):
            self.failing.links.pop(row.key.link_id, None)
        self.asked.emit()

    def _fill(self) -> None:
        found = self.found
        cut, shifted = (len(found.cut), len(found.shifted)) if found else (0, 0)
        self.tabs.offer(
            [
                (FAILING, f"{len(self.failing.devices) + len(self.failing.links)} failing", ""),
                (CUT, f"{cut:,} cut off", "Devices that lose their way to the core"),
                (SHIFTED, f"{shifted:,} carry more", "Links that load moves to"),
            ]
        )
        self.say(found.verdict if found and self.failing else TEACHES)
        self.hint(_note(found) if found and self.failing else "")
        self.list.show_rows(self._rows())
        self.list.setVisible(bool(self.failing))
        for widget in (self.tabs, self.weight):
            widget.setVisible(bool(self.failing))
        self.mend.setEnabled(self.tabs.chosen == FAILING)

    def _rows(self) -> Sequence[Row]:
        if self.found is None or self.tabs.chosen == FAILING:
            devices = self.failing.devices.items()
            links = self.failing.links.items()
            return [
                *(Row(name, "device", key=AtDevice(id)) for id, name in devices),
                *(Row(name, "link", key=AtLink(id, a, b)) for id, (name, a, b) in links),
            ]
        if self.tabs.chosen == CUT:
            return Made(self.found.cut, _lost)
        return Made(self.found.shifted, _shifted)

    def _lay_out_supposed(self) -> None:
        top = QHBoxLayout()
        top.addWidget(IconView("attention", 16, "attention.plain"))
        top.addWidget(Label("Supposed. Nothing in the network is changed.", tone="bright"), 1)
        self.banner.lines.addLayout(top)
        self.tabs.changed.connect(lambda _: self._fill())
        self.weight.changed.connect(lambda _: self.asked.emit())
        self.mend = self.add_button(
            "Mend this", self.mend_current, tip="Take the chosen one out of what fails"
        )
        self.add_button("Mend all", self.clear, tip="Begin anew")
        self.add_button("CSV", self.copy_csv, tip="The links that carry more as a table")
        self.stack(self.banner, self.verdict, self.tabs, self.list, self.weight, self.note)


def _note(found: WhatIf) -> str:
    told = []
    if found.parts != found.parts_before:
        told.append(
            f"The network would be in {plural(found.parts, 'part')} (now {found.parts_before})."
        )
    if found.unknown:
        verb = "link tells" if found.unknown == 1 else "links tell"
        told.append(f"{found.unknown} failed {verb} no load: the true shift is larger.")
    if found.shifted:
        told.append("What passed a failed device is shared out as its links carry it now.")
    return " ".join(told)


def _lost(one: CutOff) -> Row:
    value = plural(one.customers, "customer") if one.customers else ""
    return Row(one.name, one.site or "no site", value, key=AtDevice(one.device_id))


def _shifted(each: Shifted) -> Row:
    speed = str(Bps(each.speed_bps)) if each.speed_bps else "speed not told"
    word = "over full" if each.is_full else "busy" if each.is_busy else ""
    now = "not known" if each.before is None else f"{each.before:.0%}"
    then = "not known" if each.share is None else f"{each.share:.0%}"
    return Row(
        f"{each.a} – {each.b}",
        f"{speed} · +{Bps(each.added_bps)}",
        word,
        gauges=(Gauge("now", each.before, now), Gauge("then", each.share, then)),
        key=AtLink(each.link_id, each.a_id, each.b_id),
        is_bad=each.is_busy,
    )


def _mark(each: Shifted) -> Mark:
    more = f"+{short(each.added_bps)}"
    if each.is_busy:
        return Mark("attention.plain", f"{more} · {each.share:.0%}")
    return Mark("accent.plain", more)


def short(bps: float) -> str:
    """`1.2G`: as little as a map has room for."""
    number, _, unit = str(Bps(bps)).partition(" ")
    digits = f"{float(number):.1f}".removesuffix(".0")
    return digits + unit.removesuffix("b/s")


def _cells(each: Shifted) -> tuple[object, ...]:
    return (
        f"{each.a} – {each.b}",
        each.speed_bps,
        each.before,
        each.share,
        round(each.added_ab_bps),
        round(each.added_ba_bps),
    )
