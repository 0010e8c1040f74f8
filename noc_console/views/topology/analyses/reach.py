"""The panel of upstream and downstream: who it needs, and who needs it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from noc_console.kernel.text import plural
from noc_console.services.topology.findings import CutOff, Reach, Upstream
from noc_console.views.topology.analyses.keys import AtDevice, Lit
from noc_console.views.topology.analyses.panel import AnalysisPanel, Choice, as_csv
from noc_console.views.topology.analyses.rows import Made, Row
from noc_console.views.topology.marks import Mark

UP, DOWN = "upstream", "downstream"
MARKED = 3000


class ReachPanel(AnalysisPanel):
    """Both directions of one device or link."""

    lit_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", "Devices up or down the stream", parent)
        self.found: Reach | None = None
        self.tabs = Choice("Which way")
        self._lay_out_reach()

    def show_reach(self, found: Reach, way: str) -> None:
        """The answer; `way` is what was asked for."""
        self.found = found
        self.tabs.offer(
            [
                (UP, f"{len(found.upstream):,} upstream", "On the shortest ways to the core"),
                (DOWN, f"{len(found.downstream):,} downstream", "Lost without it"),
            ],
            way,
        )
        self._fill()

    def lit(self) -> Lit:
        """The way that is listed; what cannot be gone round bears a word."""
        found = self.found
        if found is None:
            return Lit()
        here = dict.fromkeys(found.devices, Mark("accent.strong", "here"))
        if self.tabs.chosen == UP:
            needed = frozenset(found.needed_links)
            return Lit(
                devices={up.device_id: _mark(up) for up in found.upstream[:MARKED]} | here,
                links={
                    link: Mark("accent.strong" if link in needed else "accent.plain")
                    for link in (*found.needed_links, *found.ways_links[:MARKED])
                },
            )
        return Lit(
            devices={one.device_id: Mark() for one in found.downstream[:MARKED]} | here,
            links=dict.fromkeys(found.downstream_links[:MARKED], Mark()),
        )

    def copy_csv(self) -> None:
        """What is listed as a table."""
        if self.found is None:
            return
        if self.tabs.chosen == UP:
            titles = ("device", "hops", "needed", "core")
            rows = [(up.name, up.hops, up.is_needed, up.is_core) for up in self.found.upstream]
            text = as_csv(titles, rows)
        else:
            lost = self.found.downstream
            text = as_csv(
                ("device", "site", "customers"),
                [(one.name, one.site, one.customers) for one in lost],
            )
        QGuiApplication.clipboard().setText(text)

    def _fill(self) -> None:
        found = self.found
        if found is None:
            return
        is_up = self.tabs.chosen == UP
        self.title.show_text(f"{'Upstream' if is_up else 'Downstream'} of {found.of}")
        if is_up:
            self.say(_upwards(found))
            self.list.show_rows(Made(found.upstream, _up))
        else:
            self.say(found.verdict)
            self.list.show_rows(Made(found.downstream, _down))
        self.list.setVisible(bool(self.list.rows))
        if self.list.rows and not self.list.currentIndex().isValid():
            self.list.go(0)
        self.lit_changed.emit()

    def _lay_out_reach(self) -> None:
        self.tabs.changed.connect(lambda _: self._fill())
        self.add_button("CSV", self.copy_csv, tip="The list as a table for a spreadsheet")
        self.stack(self.verdict, self.tabs, self.list)


def _upwards(found: Reach) -> str:
    if found.is_core:
        return f"{found.of} is the core: what others want a way to."
    needed = [up.name for up in found.upstream if up.is_needed]
    if needed:
        named = ", ".join(needed[:4]) + (f" and {len(needed) - 4} more" if needed[4:] else "")
        return f"Every way to the core passes {named}."
    if found.needed_links:
        return f"Every way to the core needs {plural(len(found.needed_links), 'link')}."
    if not found.upstream:
        return f"{found.of} has no way to the core that is not down."
    return "No single device or link stands between it and the core."


def _mark(up: Upstream) -> Mark:
    if up.is_needed:
        return Mark("accent.strong", "needed")
    return Mark("accent.plain", "core" if up.is_core else "")


def _up(up: Upstream) -> Row:
    told = [plural(up.hops, "hop") + " away" if up.hops else "its upper end"]
    if up.is_core:
        told.append("core")
    return Row(
        up.name, " · ".join(told), "needed" if up.is_needed else "", key=AtDevice(up.device_id)
    )


def _down(one: CutOff) -> Row:
    value = plural(one.customers, "customer") if one.customers else ""
    return Row(one.name, one.site or "no site", value, key=AtDevice(one.device_id))
