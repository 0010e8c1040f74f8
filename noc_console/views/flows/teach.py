"""Nothing exported yet: how to switch it on, in the words of each vendor, ready to copy."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from noc_console.views.kit.icons import IconButton
from noc_console.views.kit.label import Label
from noc_console.views.kit.strips import IconView
from noc_console.views.kit.theme import GRID, look

WIDTH = 92 * GRID


@dataclass(frozen=True, slots=True)
class Hearing:
    """Where this console's collector hears flows; a port of 0 is not listened on."""

    address: str = "COLLECTOR"
    netflow_port: int = 2055
    ipfix_port: int = 4739
    sflow_port: int = 6343


CISCO_XE = """\
flow record NOC
 match ipv4 tos
 match ipv4 protocol
 match ipv4 source address
 match ipv4 destination address
 match transport source-port
 match transport destination-port
 match interface input
 collect interface output
 collect routing source as
 collect routing destination as
 collect counter bytes long
 collect counter packets long
flow exporter NOC
 destination {address}
 source Loopback0
 transport udp {netflow}
 template data timeout 60
flow monitor NOC
 record NOC
 exporter NOC
 cache timeout active 60
interface GigabitEthernet0/0/0
 ip flow monitor NOC input"""

CISCO_XR = """\
flow exporter-map NOC
 version v9
  template data timeout 60
  options sampler-table timeout 60
 transport udp {netflow}
 source Loopback0
 destination {address}
flow monitor-map NOC
 record ipv4
 exporter NOC
 cache timeout active 60
sampler-map NOC
 random 1 out-of 1000
interface HundredGigE0/0/0/0
 flow ipv4 monitor NOC sampler NOC ingress"""

JUNIPER = """\
set services flow-monitoring version-ipfix template NOC ipv4-template
set services flow-monitoring version-ipfix template NOC flow-active-timeout 60
set services flow-monitoring version-ipfix template NOC template-refresh-rate seconds 60
set chassis fpc 0 sampling-instance NOC
set forwarding-options sampling instance NOC input rate 1000
set forwarding-options sampling instance NOC family inet output flow-server {address} port {ipfix}
set forwarding-options sampling instance NOC family inet output flow-server {address} \
version-ipfix template NOC
set forwarding-options sampling instance NOC family inet output inline-jflow source-address LO0
set interfaces xe-0/0/0 unit 0 family inet sampling input"""

MIKROTIK = """\
/ip traffic-flow
set enabled=yes interfaces=all active-flow-timeout=1m
/ip traffic-flow target
add dst-address={address} port={netflow} version=9 v9-template-timeout=1m"""

HUAWEI = """\
netstream timeout ip active 1
netstream export ip version 9 origin-as
netstream export ip template timeout-rate 1
netstream export ip source LOOPBACK-ADDRESS
netstream export ip host {address} {netflow}
interface GigabitEthernet0/0/0
 netstream sampler fix-packets 1000 inbound
 netstream inbound ip"""

ARISTA = """\
sflow sample 4096
sflow polling-interval 30
sflow source-interface Loopback0
sflow destination {address} {sflow}
sflow run"""

NOKIA = """\
configure cflowd
    rate 1000
    active-timeout 1
    template-retransmit 60
    collector {address}:{ipfix} version 10
        template-set mpls-ip
        no shutdown
    exit
    no shutdown
exit
configure router interface "to-upstream" cflowd-parameters
    sampling unicast type interface direction ingress-only"""

LINUX = """\
softflowd -i eth0 -v 9 -n {address}:{netflow} -t maxlife=60 -t expint=10"""

VENDORS = (
    ("Cisco IOS, IOS XE", CISCO_XE),
    ("Cisco IOS XR", CISCO_XR),
    ("Juniper", JUNIPER),
    ("MikroTik", MIKROTIK),
    ("Huawei", HUAWEI),
    ("Arista (sFlow)", ARISTA),
    ("Nokia SR OS", NOKIA),
    ("Linux", LINUX),
)


def commands(template: str, hearing: Hearing) -> str:
    """The lines to paste, with the address and the port they are for."""
    return template.format(
        address=hearing.address,
        netflow=hearing.netflow_port or 2055,
        ipfix=hearing.ipfix_port or 4739,
        sflow=hearing.sflow_port or 6343,
    )


class Teach(QWidget):
    """Why there is nothing to see, and the lines that change it."""

    def __init__(self, hearing: Hearing, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hearing = hearing
        self.vendor = QComboBox()
        self.vendor.setAccessibleName("Vendor")
        for name, template in VENDORS:
            self.vendor.addItem(name, template)
        self.lines = QPlainTextEdit()
        self.lines.setReadOnly(True)
        self.lines.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.lines.setAccessibleName("Commands")
        self.copy_button = IconButton("copy", "Copy the commands")
        self.vendor.currentIndexChanged.connect(lambda _: self._show())
        self.copy_button.clicked.connect(
            lambda: QGuiApplication.clipboard().setText(self.lines.toPlainText())
        )
        look().changed.connect(self._dress)
        self._lay_out()
        self._dress()
        self._show()

    def _show(self) -> None:
        self.lines.setPlainText(commands(str(self.vendor.currentData()), self._hearing))

    def _dress(self) -> None:
        self.lines.setFont(look().mono())

    def _lay_out(self) -> None:
        hearing = self._hearing
        heard = ", ".join(
            f"{name} on {port}"
            for name, port in (
                ("NetFlow v5 and v9", hearing.netflow_port),
                ("IPFIX", hearing.ipfix_port),
                ("sFlow v5", hearing.sflow_port),
            )
            if port
        )
        why = Label(
            f"Routers tell who talks to whom once they export flows to {hearing.address}:"
            f" {heard or 'no port is listened on'} (UDP). A minute later it is drawn here. Only"
            " devices of the inventory are believed; an active timeout of 60 s keeps the graph"
            " true.",
            tone="dim",
            wrap=True,
        )
        title = Label("No flows yet", size="large", tone="bright")
        head = QHBoxLayout()
        head.addWidget(IconView("flows", 40, "icon.dim"))
        head.addSpacing(GRID)
        head.addWidget(title)
        head.addStretch(1)
        choice = QHBoxLayout()
        choice.addWidget(self.vendor)
        choice.addStretch(1)
        choice.addWidget(self.copy_button)
        column = QWidget()
        column.setMaximumWidth(WIDTH)
        inner = QVBoxLayout(column)
        inner.setSpacing(GRID)
        inner.addLayout(head)
        inner.addWidget(why)
        inner.addLayout(choice)
        inner.addWidget(self.lines, 1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 3 * GRID)
        layout.addStretch(1)
        layout.addWidget(column, 8)
        layout.addStretch(1)
        layout.setAlignment(Qt.AlignmentFlag.AlignTop)
