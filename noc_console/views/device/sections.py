"""The tabs of a device: only those with something to show are there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QTabWidget, QVBoxLayout, QWidget

from noc_console.services.alarms.model import Alarm
from noc_console.views.device import gauges as measured
from noc_console.views.device import optics, rows, tables
from noc_console.views.device.chassis import ChassisTree
from noc_console.views.device.faceplate import physical
from noc_console.views.device.gauges import Gauge, class_word
from noc_console.views.device.grid import MatrixView
from noc_console.views.device.known import Known
from noc_console.views.device.limits import LimitDelegate
from noc_console.views.device.matrix import matrix
from noc_console.views.device.measured import Measured
from noc_console.views.device.optics import Optic
from noc_console.views.device.overview import Overview
from noc_console.views.device.panel import Extra
from noc_console.views.device.rows import Neighbour, Port
from noc_console.views.device.shelf import Shelf
from noc_console.views.kit.chips import Chips
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.icons import IconButton
from noc_console.views.kit.label import Label
from noc_console.views.kit.rows import Column, Key
from noc_console.views.kit.table import Table
from noc_console.views.kit.tasks import OnError
from noc_console.views.kit.theme import GRID

R = TypeVar("R")
MOST_CHIPS = 12

GRAPHLESS = ("chassis", "switching", "routing", "onus")
"""Sections whose rows have no history: the graph makes room for them."""
UNMEASURED = ("switching", "routing", "onus")
"""Sections that new measurements change nothing in."""


class Sections(QTabWidget):
    """Every list of the device. `gauge_chosen`: put these sensors on the graph."""

    gauges_chosen = Signal(object)  # tuple of gauges
    port_opened = Signal(int)  # interface id

    def __init__(self, desk: Desk, on_error: OnError, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._error = desk, on_error
        self._names: dict[int, str] = {}
        self._port_names: dict[int, str] = {}
        self._keys: dict[str, QWidget] = {}
        self._titles: dict[str, str] = {}
        self._known: Known | None = None
        self._now = Measured()
        self._drawn: dict[str, object] = {}
        self._sockets: set[int] = set()
        """Interfaces with a socket on the front, by id."""
        self._modules: set[int] = set()
        self.setDocumentMode(True)
        self.overview = Overview(desk.times)
        self.ports: Table[Port] = self._table("interfaces", rows.port_columns(), _port_key)
        self.neighbours: Table[Neighbour] = self._table(
            "neighbours", rows.neighbour_columns(desk.times), lambda n: n.link.id
        )
        self.gauges: Table[Gauge] = self._gauge_table("sensors")
        self.optics: Table[Optic] = self._table("optics", optics.optic_columns(), lambda o: o.key)
        self.chassis = ChassisTree(desk, on_error)
        self.alarms: Table[Alarm] = self._table(
            "alarms", rows.alarm_columns(desk.times), lambda a: a.id
        )
        self.wireless: Table[Gauge] = self._gauge_table("wireless")
        self.onus = self._table(
            "onus", tables.onu_columns(self._names), lambda o: (o.port, o.index)
        )
        self.classes: Chips | None = None
        self.heard = self._table(
            "heard", rows.heard_columns(desk.times, self._port_names), lambda e: e.id
        )
        self.switching, self.routing, self.power = Shelf(), Shelf(), Shelf()
        self.around = Shelf()
        self.matrix = MatrixView()
        self._fill_shelves()
        self._lay_out_tabs()
        self._wire()

    # --- which section ---------------------------------------------------------------------

    @property
    def key(self) -> str:
        """The section that is shown."""
        shown = self.currentWidget()
        return next((key for key, widget in self._keys.items() if widget is shown), "")

    def turn(self, key: str) -> bool:
        """Show a section; False when the device has none such."""
        at = self.indexOf(self._keys[key])
        if not self.isTabVisible(at):
            return False
        self.setCurrentIndex(at)
        return True

    def find_text(self) -> None:
        """Put the cursor into the filter of what is shown."""
        shown = self.currentWidget()
        if isinstance(shown, Shelf):
            shown = shown.widget
        if isinstance(shown, Table):
            shown.focus_filter()
        elif shown is self.overview:
            self.turn("interfaces")
            self.ports.focus_filter()
        elif shown is not None and self.matrix_line.isVisible():
            self.matrix_line.setFocus()

    # --- what is shown ---------------------------------------------------------------------

    def clear_rows(self) -> None:
        """Another device comes: nothing of the last stays."""
        self._known, self._now, self._drawn = None, Measured(), {}
        for table in self._tables:
            table.show_rows(())
        self.chassis.show_pieces(())
        self.overview.panel.show_ports((), {})
        self.matrix.show_matrix(matrix((), ()))

    def show_known(self, known: Known) -> None:
        """What changes rarely: every section's count, and the one in sight."""
        self._known = known
        self._names.clear()
        self._names.update(known.port_names())
        self._port_names.clear()
        self._port_names.update({int(port.id): port.name for port in known.interfaces})
        self._drawn = {}
        found = known.findings
        listed = {one.if_index for one in found.entities if one.kind == "port"} - {None}
        self._sockets = {int(one.id) for one in physical(known.interfaces, listed)}
        self._modules = {one.if_index for one in found.transceivers if one.if_index is not None}
        self.neighbours.show_rows(known.neighbours)
        self.heard.show_rows(known.heard)
        self.around.show_counts(links=len(known.neighbours), heard=len(known.heard))
        self.alarms.show_rows(known.alarms)
        self.overview.show_known(known)
        self._offer_classes(known)
        self.switching.show_counts(
            matrix=len(found.vlans),
            vlans=len(found.vlans),
            stp=len(tables.tree_ports(found.spanning_trees)),
            macs=len(found.macs),
            arp=len(found.arp),
        )
        self.routing.show_counts(
            bgp=len(found.bgp_peers),
            ospf=len(found.ospf_neighbours),
            isis=len(found.isis_adjacencies),
            vrfs=len(found.vrfs),
            routes=len(found.routes),
        )
        self._count("interfaces", len(known.interfaces), always=True)
        self._count("neighbours", self.around.total, always=True)
        self._count("chassis", sum(one.kind != "sensor" for one in found.entities))
        self._count("switching", len(found.vlans) or self.switching.total)
        self._count("routing", self.routing.total)
        self._count("onus", len(found.onus))
        self._count("alarms", len(known.alarms), always=True)
        self.refresh()

    def show_measured(self, now: Measured) -> None:
        """What is measured, made ready."""
        self._now = now
        self._drawn = {key: told for key, told in self._drawn.items() if key in UNMEASURED}
        if self._known is None:
            return
        poe = len(self._known.findings.poe)
        self.power.show_counts(poe=poe, supplies=len(now.power))
        self._count("sensors", len(now.gauges), always=True)
        self._count("optics", len(now.optics))
        self._count("power", self.power.total)
        self._count("wireless", len(now.radios))
        self.refresh()

    def show_ports(self, ports: Sequence[Port], extras: Mapping[int, Extra]) -> None:
        """Interfaces with what they do now; the front of the box shows those with a socket."""
        self.ports.show_rows(ports)
        if self._known is None or self.key not in ("overview", ""):
            return
        sockets = [port for port in ports if int(port.interface.id) in self._sockets]
        self.overview.panel.show_ports(sockets, extras, self._modules)

    def refresh(self) -> None:
        """Fill the section in sight, if it is not yet."""
        key, known = self.key, self._known
        if known is None or key in self._drawn:
            return
        self._drawn[key] = True
        if key == "overview":
            self.overview.show_measured(self._now)
        elif key == "sensors":
            self.gauges.show_rows(self._now.gauges)
        elif key == "optics":
            self.optics.show_rows(self._now.optics)
        elif key == "chassis":
            self.chassis.show_pieces(self._now.pieces)
        elif key == "wireless":
            self.wireless.show_rows(self._now.radios)
        elif key == "onus":
            self.onus.show_rows(known.findings.onus)
        elif key in ("switching", "routing", "power"):
            self._fill_shelf(key, known)

    def _fill_shelf(self, key: str, known: Known) -> None:
        found = known.findings
        if key == "switching":
            self._show_matrix()
            self.vlans.show_rows(found.vlans)
            self.stp.show_rows(tables.tree_ports(found.spanning_trees))
            self.macs.show_rows(found.macs)
            self.arp.show_rows(found.arp)
        elif key == "routing":
            self.bgp.show_rows(found.bgp_peers)
            self.ospf.show_rows(found.ospf_neighbours)
            self.isis.show_rows(found.isis_adjacencies)
            self.vrfs.show_rows(found.vrfs)
            self.routes.show_rows(found.routes)
        else:
            self.poe.show_rows(found.poe)
            self.supplies.show_rows(self._now.power)

    def _show_matrix(self) -> None:
        if self._known is not None:
            wanted, known = self.matrix_line.text(), self._known
            self.matrix.show_matrix(
                matrix(known.findings.vlans, known.interfaces, wanted) if wanted else known.matrix
            )
            shown = self.matrix.matrix
            self.matrix_count.setText(f"{len(shown.ports)} ports × {len(shown.vlans)} VLANs")

    # --- building ----------------------------------------------------------------------------

    def _table(self, name: str, columns: Sequence[Column[R]], key: Key[R]) -> Table[R]:
        table: Table[R] = Table(self._desk, f"device-{name}", columns, key, self._error)
        return table

    def _gauge_table(self, name: str) -> Table[Gauge]:
        columns = measured.gauge_columns()
        table = self._table(name, columns, lambda g: g.sensor.id)
        at = next(at for at, column in enumerate(columns) if column.key == "range")
        table.view.setItemDelegateForColumn(at, LimitDelegate(table.view))
        return table

    def _fill_shelves(self) -> None:
        names = self._names
        self.around.add("links", "Linked devices", self.neighbours)
        self.around.add("heard", "Heard, not known", self.heard)
        self.vlans = self._table("vlans", tables.vlan_columns(names), lambda v: v.vlan)
        self.stp = self._table("stp", tables.stp_columns(names), lambda p: (p.tree, p.if_index))
        self.macs = self._table(
            "macs", tables.mac_columns(names), lambda m: (m.mac, m.vlan, m.if_index)
        )
        self.arp = self._table(
            "arp", tables.arp_columns(names), lambda a: (a.if_index, a.address, a.mac)
        )
        self.switching.add("matrix", "Ports × VLANs", self._matrix_box())
        self.switching.add("vlans", "VLANs", self.vlans)
        self.switching.add("stp", "Spanning tree", self.stp)
        self.switching.add("macs", "Learned MACs", self.macs)
        self.switching.add("arp", "ARP and ND", self.arp)
        self.bgp = self._table(
            "bgp", tables.bgp_columns(), lambda p: (p.vrf, p.address, p.local_address, p.remote_as)
        )
        self.ospf = self._table(
            "ospf",
            tables.ospf_columns(names),
            lambda n: (n.version, n.address, n.router_id, n.if_index),
        )
        self.isis = self._table(
            "isis", tables.isis_columns(names), lambda n: (n.system_id, n.if_index, n.level)
        )
        self.vrfs = self._table("vrfs", tables.vrf_columns(names), lambda v: v.name)
        self.routes = self._table(
            "routes",
            tables.route_columns(names),
            lambda r: (r.prefix, r.next_hop, r.protocol, r.if_index, r.metric),
        )
        for key, title, table in (
            ("bgp", "BGP", self.bgp),
            ("ospf", "OSPF", self.ospf),
            ("isis", "IS-IS", self.isis),
            ("vrfs", "VRFs", self.vrfs),
            ("routes", "Routes", self.routes),
        ):
            self.routing.add(key, title, table)
        self.poe = self._table("poe", tables.poe_columns(names), lambda p: (p.port, p.if_index))
        self.supplies = self._gauge_table("supplies")
        self.power.add("supplies", "Supplies", self.supplies)
        self.power.add("poe", "Power over Ethernet", self.poe)

    def _matrix_box(self) -> QWidget:
        box, tools = QWidget(), QWidget()
        tools.setProperty("role", "toolbar")
        line = QHBoxLayout(tools)
        line.setContentsMargins(GRID + 4, 6, GRID, 6)
        line.setSpacing(GRID)
        self.matrix_line = QLineEdit()
        self.matrix_line.setPlaceholderText("VLAN or port")
        self.matrix_line.setAccessibleName("VLAN or port to show")
        self.matrix_line.setMaximumWidth(300)
        self.matrix_line.setClearButtonEnabled(True)
        self.matrix_line.textChanged.connect(lambda _: self._show_matrix())
        self.matrix_count = Label("", tone="dim")
        key = Label("■ tagged   ○ untagged", tone="dim", size="small")
        copy = IconButton("copy", "Copy as CSV")
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.matrix.csv()))
        line.addWidget(self.matrix_line, 1)
        line.addWidget(key)
        line.addStretch(1)
        line.addWidget(self.matrix_count)
        line.addWidget(copy)
        layout = QVBoxLayout(box)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(tools)
        layout.addWidget(self.matrix, 1)
        box.setFocusProxy(self.matrix)
        return box

    def _lay_out_tabs(self) -> None:
        at = next(at for at, column in enumerate(self.optics.rows.columns) if column.key == "range")
        self.optics.view.setItemDelegateForColumn(at, LimitDelegate(self.optics.view))
        for key, title, widget in (
            ("overview", "Overview", self.overview),
            ("interfaces", "Interfaces", self.ports),
            ("neighbours", "Neighbours", self.around),
            ("sensors", "Sensors", self.gauges),
            ("optics", "Optics", self.optics),
            ("chassis", "Chassis", self.chassis),
            ("switching", "Switching", self.switching),
            ("routing", "Routing", self.routing),
            ("power", "Power", self.power),
            ("wireless", "Wireless", self.wireless),
            ("onus", "ONUs", self.onus),
            ("alarms", "Alarms", self.alarms),
        ):
            self._keys[key], self._titles[key] = widget, title
            self.addTab(widget, title)
        for key in ("optics", "chassis", "switching", "routing", "power", "wireless", "onus"):
            self.setTabVisible(self.indexOf(self._keys[key]), False)

    @property
    def _tables(self) -> tuple[Table[Any], ...]:
        return tuple(self.findChildren(Table))

    def _count(self, key: str, count: int, *, always: bool = False) -> None:
        at = self.indexOf(self._keys[key])
        self.setTabText(at, f"{self._titles[key]}  {count}")
        self.setTabVisible(at, always or count > 0)

    def _offer_classes(self, known: Known) -> None:
        """A chip for each class of sensors; none where there is only one class."""
        kinds = sorted({sensor.kind for sensor in known.sensors}, key=class_word)
        before = None if self.classes is None else tuple(self.classes.buttons)
        if before == tuple(kind.value for kind in kinds):
            return
        if self.classes is not None:
            self.gauges.chips.removeWidget(self.classes)
            self.classes.deleteLater()
            self.classes = None
        self.gauges.rows.only(None)
        if 1 < len(kinds) <= MOST_CHIPS:
            self.classes = Chips([(kind.value, class_word(kind), "") for kind in kinds])
            self.classes.changed.connect(self._sift_classes)
            self.gauges.chips.addWidget(self.classes)

    def _sift_classes(self) -> None:
        wanted = self.classes.on() if self.classes is not None else frozenset()
        self.gauges.rows.only((lambda g: g.sensor.kind.value in wanted) if wanted else None)

    def _wire(self) -> None:
        self.currentChanged.connect(lambda _: self.refresh())
        for table in (self.gauges, self.wireless, self.supplies):
            table.chosen.connect(lambda table=table: self._choose(table.selection()))
        self.optics.chosen.connect(
            lambda: self._choose(
                tuple(
                    gauge
                    for optic in self.optics.selection()
                    for gauge in (optic.received, optic.sent)
                    if gauge is not None
                )
            )
        )
        self.overview.bar_chosen.connect(self._choose_sensor)
        self.overview.panel.opened.connect(self.port_opened)
        self.matrix.opened.connect(self.port_opened)

    def _choose(self, gauges: tuple[Gauge, ...]) -> None:
        if gauges:
            self.gauges_chosen.emit(gauges)

    def _choose_sensor(self, sensor_id: int) -> None:
        self._choose(tuple(g for g in self._now.gauges if int(g.sensor.id) == sensor_id))


def _port_key(port: Port) -> object:
    return port.interface.id
