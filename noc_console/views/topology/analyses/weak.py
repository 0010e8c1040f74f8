"""The panel of weak points: what hurts most when it fails, and what it would cut off."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from noc_console.kernel.text import plural
from noc_console.services.inventory.model import DeviceId
from noc_console.services.topology.findings import WeakLink, WeakPoint, WeakPoints
from noc_console.views.topology.analyses.keys import AtDevice, AtLink, Lit
from noc_console.views.topology.analyses.panel import AnalysisPanel, Choice, as_csv
from noc_console.views.topology.analyses.rows import Gauge, Made, Row
from noc_console.views.topology.marks import Mark

DEVICES, LINKS = "devices", "links"
MARKED = 300
"""Weak points set off on the map: the worst; all of a large network would be all of it."""
TOLD = 30
"""Of these, so many bear a word."""
Order = Callable[[WeakPoint], float]
ORDERS: dict[str, tuple[str, str, Order]] = {
    "criticality": (
        "Critical",
        "0.3·degree + 0.5·parts and customers cut off + 0.2·part it plays",
        lambda one: one.criticality,
    ),
    "cuts": ("Cuts", "Devices that would lose their way to the core", lambda one: one.cuts),
    "customers": (
        "Customers",
        "Customers that would be cut off",
        lambda one: -1 if one.customers is None else one.customers,
    ),
    "centrality": (
        "Central",
        "0.5·articulation + 0.3·betweenness + 0.2·degree centrality",
        lambda one: one.centrality,
    ),
}
TITLES = [
    "device",
    "criticality",
    "centrality",
    "articulation",
    "parts",
    "cuts",
    "customers",
    "neighbours",
]


class WeakPanel(AnalysisPanel):
    """Devices by criticality, or links that nothing stands in for."""

    what_if_wanted = Signal(object)
    reach_wanted = Signal(object)
    lit_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Weak points", "Weak points", parent)
        self.found: WeakPoints | None = None
        self._devices: tuple[WeakPoint, ...] = ()
        self.kind = Choice("Devices or links")
        self.order = Choice("Order", small=True)
        self.order.offer([(id, words, tip) for id, (words, tip, _) in ORDERS.items()])
        self._lay_out_weak()

    def show_points(self, found: WeakPoints) -> None:
        """The answer."""
        self.found = found
        self.kind.offer(
            [
                (DEVICES, plural(found.articulations, "device"), "Devices, the worst first"),
                (LINKS, plural(found.bridges, "link"), "Links nothing stands in for"),
            ]
        )
        self.say(
            f"{plural(found.articulations, 'device')} and {plural(found.bridges, 'link')}"
            " would cut something off."
            if found.articulations or found.bridges
            else "Any one device or link may fail: everything else keeps its ways."
        )
        self.hint(_note(found))
        self._fill()

    def lit(self) -> Lit:
        """What would cut something off, the worst of it with words."""
        if self.found is None:
            return Lit()
        if self.kind.chosen == LINKS:
            worst = self.found.links[:MARKED]
            return Lit(
                links={
                    one.link_id: Mark(
                        "attention.plain", f"−{one.cuts}" if at < TOLD and one.cuts else "", True
                    )
                    for at, one in enumerate(worst)
                }
            )
        weak = [one for one in self._devices if one.is_articulation or one.cuts][:MARKED]
        return Lit(
            devices={
                one.device_id: Mark(
                    "attention.plain", f"−{one.cuts}" if at < TOLD and one.cuts else ""
                )
                for at, one in enumerate(weak)
            }
        )

    def story(self, device: DeviceId) -> tuple[tuple[str, str], ...]:
        """How critical a device is, for the card beside the pointer."""
        one = next((each for each in self._devices if each.device_id == device), None)
        if one is None:
            return ()
        facts = [("Criticality", f"{one.criticality:.2f} of 1")]
        if one.cuts:
            facts.append(("Cuts off", plural(one.cuts, "device")))
        return tuple(facts)

    def copy_csv(self) -> None:
        """Every device with its figures as a table."""
        QGuiApplication.clipboard().setText(as_csv(TITLES, (_cells(one) for one in self._devices)))

    def _fill(self) -> None:
        if self.found is None:
            return
        is_links = self.kind.chosen == LINKS
        self.order.setVisible(not is_links)
        if is_links:
            self.list.show_rows(Made(self.found.links, _link))
        else:
            order = ORDERS[self.order.chosen][2]
            self._devices = tuple(sorted(self.found.devices, key=order, reverse=True))
            chosen = self.order.chosen
            self.list.show_rows(Made(self._devices, lambda one: _device(one, chosen)))
        if self.list.rows and not self.list.currentIndex().isValid():
            self.list.go(0)
        self.lit_changed.emit()

    def _turn(self) -> None:
        """Another kind or order: from its top."""
        self._fill()
        if self.list.rows:
            self.list.go(0)
            self.list.scrollToTop()

    def _lay_out_weak(self) -> None:
        for choice in (self.kind, self.order):
            choice.changed.connect(lambda _: self._turn())
        self.add_button(
            "What if it fails",
            lambda: self._tell(self.what_if_wanted),
            tip="Suppose that the chosen one fails: who is cut off, where the load goes",
        )
        self.add_button(
            "Downstream", lambda: self._tell(self.reach_wanted), tip="Everything that needs it"
        )
        self.add_button("CSV", self.copy_csv, tip="Every device as a table for a spreadsheet")
        self.stack(self.verdict, self.kind, self.order, self.list, self.note)

    def _tell(self, wanted: object) -> None:
        row = self.list.current
        if row is not None:
            wanted.emit(row.key)  # type: ignore[attr-defined]


def _note(found: WeakPoints) -> str:
    core = ", ".join(found.core[:4]) + (
        f" and {len(found.core) - 4} more" if found.core[4:] else ""
    )
    text = f"Towards the core: {core}." if core else ""
    if found.devices and found.devices[0].customers is None:
        text += " Customers behind devices are not known."
    if found.is_estimate:
        text += " Central is estimated: the network is too large to try all pairs."
    return text.strip()


def _device(one: WeakPoint, order: str) -> Row:
    told = [f"cuts off {plural(one.cuts, 'device')}" if one.cuts else "cuts off no device"]
    if one.parts > 1:
        told.append(f"leaves {one.parts} parts")
    if one.customers:
        told.append(plural(one.customers, "customer"))
    told.append(plural(one.degree, "neighbour"))
    share = one.centrality if order == "centrality" else one.criticality
    return Row(
        text=one.name,
        under=" · ".join(told),
        value="articulation" if one.is_articulation else "",
        gauges=(Gauge("", share, f"{share:.2f}", is_load=False),),
        key=AtDevice(one.device_id),
    )


def _link(one: WeakLink) -> Row:
    told = f"cuts off {plural(one.cuts, 'device')}" if one.cuts else "parts the core"
    if one.customers:
        told += f" · {plural(one.customers, 'customer')}"
    return Row(f"{one.a} – {one.b}", told, key=AtLink(one.link_id, one.a_id, one.b_id))


def _cells(one: WeakPoint) -> tuple[object, ...]:
    return (
        one.name,
        round(one.criticality, 4),
        round(one.centrality, 4),
        "yes" if one.is_articulation else "",
        one.parts,
        one.cuts,
        one.customers,
        one.degree,
    )
