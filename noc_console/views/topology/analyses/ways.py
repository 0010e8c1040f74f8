"""The panel of ways between two devices: hop by hop, with what each carries."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton, QWidget

from noc_console.kernel.quantity import Bps
from noc_console.kernel.text import plural, visible
from noc_console.services.inventory.model import LinkId
from noc_console.services.topology.findings import Disjoint, Hop, Way, Ways, Weight
from noc_console.services.topology.model import LinkState
from noc_console.views.kit.label import Label
from noc_console.views.topology.analyses.keys import AtLink, Lit
from noc_console.views.topology.analyses.panel import AnalysisPanel, Choice, as_csv
from noc_console.views.topology.analyses.rows import Gauge, Row
from noc_console.views.topology.marks import Mark

WEIGHTS = (
    (Weight.HOPS.value, "Fewest hops", "The way with the fewest links"),
    (Weight.SPEED.value, "Fastest", "Links cost their inverse speed, as OSPF counts"),
    (Weight.LOAD.value, "Most free", "Links cost the inverse of the speed that is still free"),
)
DISJOINT = (
    (Disjoint.DEVICES.value, "No common device", "Alternatives that share no device"),
    (Disjoint.LINKS.value, "No common link", "Alternatives that may meet in a device"),
)
TITLES = [
    "hop",
    "from",
    "from_port",
    "to",
    "to_port",
    "state",
    "speed_bps",
    "there_bps",
    "back_bps",
    "latency_ms",
    "bottleneck",
]


class WayPanel(AnalysisPanel):
    """Ways as tabs; another weight, or a link to avoid, asks anew."""

    asked = Signal()
    way_shown = Signal()
    ring_asked = Signal(tuple)
    """The devices of the way, in order."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Way", "Hops of the way", parent)
        self.ways: tuple[Way, ...] = ()
        self.avoided: dict[LinkId, str] = {}
        self.weight = Choice("What makes a way short")
        self.weight.offer(WEIGHTS)
        self.disjoint = Choice("What alternatives may share")
        self.disjoint.offer(DISJOINT)
        self.tabs = Choice("Ways")
        self.sum = Label("", tone="bright", wrap=True)
        self.restore = QPushButton("")
        self.restore.setProperty("flat", True)
        self._lay_out_ways()

    @property
    def way(self) -> Way | None:
        """The way that is shown."""
        at = int(self.tabs.chosen or 0)
        return self.ways[at] if at < len(self.ways) else None

    def begin(self, start: str, goal: str) -> None:
        """Two other ends: nothing is avoided between them yet."""
        self.title.show_text(f"{start} → {goal}")
        self.avoided = {}
        self.tabs.offer([("0", "1", "")], "0")

    def show_ways(self, best: Way, found: Ways) -> None:
        """The shortest first, then what shares nothing with each other."""
        apart = sorted(found.ways, key=lambda way: way.links != best.links)
        if best.hops:
            self.title.show_text(f"{best.hops[0].from_device} → {best.hops[-1].to_device}")
        is_among = any(way.links == best.links for way in apart)
        self.ways = tuple(apart) if is_among or not best.hops else (best, *apart)
        self.say(found.verdict)
        self.tabs.setVisible(len(self.ways) > 1)
        self.tabs.offer(
            [
                (str(at), f"{at + 1} · {plural(len(way.hops), 'hop')}", _tip(at, way, is_among))
                for at, way in enumerate(self.ways)
            ]
        )
        self.restore.setVisible(bool(self.avoided))
        names = ", ".join(self.avoided.values())
        self.restore.setText(f"Avoiding {names}: allow again".replace("&", "&&"))
        self._show_way()

    def show_hops(self, hops: Sequence[Hop]) -> None:
        """Newer loads of the way that is shown."""
        self.list.show_rows([_row(hop) for hop in hops])

    def lit(self) -> Lit:
        """The way, its bottleneck set off from it."""
        way = self.way
        if way is None:
            return Lit()
        return Lit(
            devices={device: Mark("accent.plain") for device in (way.devices[0], way.devices[-1])},
            links={hop.link_id: _mark(hop) for hop in way.hops},
        )

    def copy_text(self) -> None:
        """The way as text, one hop a line."""
        if self.way is not None:
            QGuiApplication.clipboard().setText(as_text(self.way))

    def copy_csv(self) -> None:
        """The way as a table."""
        if self.way is not None:
            QGuiApplication.clipboard().setText(as_csv(TITLES, _cells(self.way)))

    def ask_ring(self) -> None:
        """Open every device of the way that is shown."""
        if self.way is not None:
            self.ring_asked.emit(self.way.devices)

    def avoid(self) -> None:
        """Ask for ways round the current hop's link."""
        at, way = self.list.currentIndex().row(), self.way
        if way is not None and 0 <= at < len(way.hops):
            hop = way.hops[at]
            self.avoided[hop.link_id] = f"{hop.from_device} – {hop.to_device}"
            self.asked.emit()

    def _allow(self) -> None:
        self.avoided = {}
        self.asked.emit()

    def _show_way(self) -> None:
        way = self.way
        self.sum.setVisible(way is not None)
        self.list.setVisible(way is not None)
        for button in self.findChildren(QPushButton, "way"):
            button.setEnabled(way is not None)
        self.show_hops(way.hops if way else ())
        self.sum.setText(summary(way) if way else "")
        if way and not self.list.currentIndex().isValid():
            self.list.go(0)
        self.way_shown.emit()

    def _lay_out_ways(self) -> None:
        for choice in (self.weight, self.disjoint):
            choice.changed.connect(lambda _: self.asked.emit())
        self.tabs.changed.connect(lambda _: self._show_way())
        self.restore.clicked.connect(lambda _=False: self._allow())
        self.restore.hide()
        for text, act, tip in (
            ("Ring shell", self.ask_ring, "One command for every device of the way, in order"),
            ("Avoid this link", self.avoid, "Look for ways round the chosen hop's link"),
            ("Copy", self.copy_text, "The way as text"),
            ("CSV", self.copy_csv, "The way as a table for a spreadsheet"),
        ):
            self.add_button(text, act, tip=tip).setObjectName("way")
        self.stack(
            self.weight,
            self.tabs,
            self.sum,
            self.list,
            self.restore,
            self.verdict,
            self.disjoint,
        )


def summary(way: Way) -> str:
    """`4 hops · 8.2 Gb/s free · light needs 0.9 ms at least`."""
    parts = [plural(len(way.hops), "hop")]
    if way.free_bps is not None:
        parts.append(f"{Bps(way.free_bps)} free")
    if way.latency_ms:
        parts.append(f"light needs {way.latency_ms:.2f} ms")
    if way.by is not Weight.HOPS:
        parts.append(f"cost {way.cost:.4g}")
    return " · ".join(parts)


def as_text(way: Way) -> str:
    """For a ticket or a chat."""
    lines = [f"{way.hops[0].from_device} → {way.hops[-1].to_device}: {summary(way)}"]
    for at, hop in enumerate(way.hops, 1):
        row = _row(hop)
        loads = ", ".join(f"{gauge.name} {gauge.text}" for gauge in row.gauges)
        value = f" · {row.value}" if row.value else ""
        lines.append(visible(f"{at}. {row.text} · {row.under} · {loads}{value}"))
    return "\n".join(lines)


def _tip(at: int, way: Way, is_among: bool) -> str:
    if at == 0 and not is_among:
        return f"The shortest; it shares devices or links with the others. {summary(way)}"
    return summary(way)


def _row(hop: Hop) -> Row:
    ports = " → ".join(filter(None, (hop.from_port, hop.to_port)))
    facts = [ports]
    speed = str(Bps(hop.speed_bps)) if hop.speed_bps else "speed not told"
    if hop.parallel:
        facts.append(f"{hop.parallel} more beside it")
    if hop.state is LinkState.UNKNOWN:
        facts.append("state not known")
    if hop.latency_ms:
        facts.append(f"{hop.latency_ms:.2f} ms")
    return Row(
        text=f"{hop.from_device} → {hop.to_device}",
        under=" · ".join(filter(None, facts)),
        value=f"bottleneck · {speed}" if hop.is_bottleneck else speed,
        gauges=(
            Gauge("out", hop.there, flow(hop.there_bps, hop.there)),
            Gauge("back", hop.back, flow(hop.back_bps, hop.back)),
        ),
        key=AtLink(hop.link_id, hop.from_id, hop.to_id),
        is_bad=hop.is_bottleneck and hop.there is not None and hop.there >= 0.8,
    )


def flow(bps: float | None, share: float | None) -> str:
    """`8.2 Gb/s · 82 %`."""
    if bps is None:
        return "not known"
    return str(Bps(bps)) + ("" if share is None else f" · {share:.0%}")


def _mark(hop: Hop) -> Mark:
    share = "" if hop.there is None else f" {hop.there:.0%}"
    if hop.is_bottleneck:
        return Mark("accent.strong", f"bottleneck{share}")
    return Mark("accent.plain")


def _cells(way: Way) -> list[tuple[object, ...]]:
    return [
        (
            at,
            hop.from_device,
            hop.from_port,
            hop.to_device,
            hop.to_port,
            hop.state.value,
            hop.speed_bps,
            hop.there_bps,
            hop.back_bps,
            hop.latency_ms,
            "yes" if hop.is_bottleneck else "",
        )
        for at, hop in enumerate(way.hops, 1)
    ]
