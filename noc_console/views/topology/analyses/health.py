"""The panel of the network's health: a score, why it is not 100, and what to do."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from noc_console.kernel.text import plural
from noc_console.services.topology.findings import Health
from noc_console.views.kit.evidence import empty_layout
from noc_console.views.kit.label import Label
from noc_console.views.kit.theme import GRID
from noc_console.views.topology.analyses.keys import Ask, Lit
from noc_console.views.topology.analyses.panel import AnalysisPanel, Card
from noc_console.views.topology.analyses.rows import Gauge, Row
from noc_console.views.topology.marks import Mark

BEST = 0.7
"""What the formula of resilience gives a network that stands any three failures."""


class HealthPanel(AnalysisPanel):
    """Every figure that has a list leads to it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Network health", "Figures of the network", parent)
        self.found: Health | None = None
        self.score = Label("", size="title", tone="bright")
        self.word = Label("", tone="dim")
        self.causes = QVBoxLayout()
        self.advice = QVBoxLayout()
        self._lay_out_health()

    def show_health(self, found: Health) -> None:
        """The answer."""
        self.found = found
        self.score.setText(f"{found.health}")
        self.word.setText(f"of 100 · {found.label}")
        _fill(self.causes, [(f"−{one.points}", one.text) for one in found.deductions])
        if not found.deductions:
            _fill(self.causes, [("", "Nothing to complain about.")])
        _fill(self.advice, [("·", text) for text in found.advice])
        self.list.show_rows(figures(found))

    def lit(self) -> Lit:
        """What is outside the largest part, and what is congested."""
        if self.found is None:
            return Lit(dim=False)
        return Lit(
            devices={
                device: Mark("attention.plain", "", True) for device in self.found.alone[:300]
            },
            links={link: Mark("attention.plain", "busy") for link in self.found.congested},
            dim=False,
        )

    def _lay_out_health(self) -> None:
        card = Card()
        head = QHBoxLayout()
        head.setSpacing(GRID)
        head.addWidget(self.score)
        head.addWidget(self.word, 1)
        card.lines.addLayout(head)
        card.lines.addLayout(self.causes)
        self.body.addWidget(card)
        self.body.addLayout(self.advice)
        self.stack(self.list)


def figures(found: Health) -> list[Row]:
    """The figures in the order one asks for them."""
    density = f"{found.density:.4f}" if found.density < 0.01 else f"{found.density:.2f}"
    rows = [
        Row(
            "Resilience",
            f"of {BEST} at best: connectivity, and how little depends on single devices and links",
            f"{found.resilience:.2f}",
            (Gauge("", found.resilience / BEST, "", is_load=False),),
        ),
        Row(
            "Articulation points",
            "devices that cut off others",
            f"{found.articulations:,}",
            key=Ask("weak", "devices"),
        ),
        Row(
            "Bridges",
            "links nothing stands in for",
            f"{found.bridges:,}",
            key=Ask("weak", "links"),
        ),
        Row(
            "Parts",
            f"{plural(len(found.alone), 'device')} outside the largest",
            f"{found.components:,}",
            key=Ask("health", "alone") if found.alone else None,
        ),
        Row(
            "Links above 80 %",
            "in the busier direction",
            f"{len(found.congested):,}",
            key=Ask("health", "congested") if found.congested else None,
            is_bad=bool(found.congested),
        ),
        Row("Devices to fail until it parts", "node connectivity", str(found.node_connectivity)),
        Row("Links to fail until it parts", "edge connectivity", str(found.edge_connectivity)),
    ]
    if found.diameter is not None:
        rows.append(Row("Longest way", "hops between the farthest two", str(found.diameter)))
    rows.append(Row("Density", f"{found.links:,} links among {found.devices:,} devices", density))
    return rows


def _fill(layout: QVBoxLayout, lines: list[tuple[str, str]]) -> None:
    empty_layout(layout)
    for sign, text in lines:
        line = QHBoxLayout()
        line.setSpacing(GRID)
        if sign:
            mark = Label(sign, tone="attention" if sign.startswith("−") else "dim")
            mark.setMinimumWidth(3 * GRID if sign.startswith("−") else GRID)
            line.addWidget(mark)
        line.addWidget(Label(text, wrap=True), 1)
        layout.addLayout(line)
