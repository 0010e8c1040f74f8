"""Tiles with lists: the worst alarms, the first places of a top-N, the collectors."""

from __future__ import annotations

import asyncio

import numpy as np

from noc_console.services.alarms.model import Alarm, Severity
from noc_console.services.boards.model import Tile
from noc_console.services.telemetry.model import CollectorHealth
from noc_console.services.top import sheets
from noc_console.services.top.model import NUMBERS, Curve, Sheet, TopKind, TopRow
from noc_console.views.alarms.columns import state_look
from noc_console.views.alarms.words import object_text
from noc_console.views.boards.content import Content, Context
from noc_console.views.boards.lines import Line, Lines
from noc_console.views.kit.desk import Route
from noc_console.views.top.columns import (
    NUMBER_TITLES,
    SORTED_BY,
    TITLES,
    graph_words,
    number_text,
    wants_a_look,
)

MOST_LINES = 40
NONE_IS_GOOD = frozenset({"errors", "discards", "loss"})


class ListContent(Content):
    """Lines that lead somewhere."""

    def __init__(self, context: Context, tile: Tile) -> None:
        super().__init__(context, tile)
        self.lines = Lines()
        self.lines.chosen.connect(context.desk.go)
        self.body.addWidget(self.lines)


class AlarmsContent(ListContent):
    """The worst alarms that stand, newest first among equals."""

    calls_itself = "Worst alarms"
    every_s = 10.0

    def route(self) -> Route | None:
        return Route("alarms")

    async def load(self) -> tuple[Alarm, ...]:
        found = await self.context.services.alarms.active(self.context.desk.actor)
        least = Severity[self.tile.option("least", "WARNING").upper()]
        return tuple(alarm for alarm in found if alarm.severity >= least)[:MOST_LINES]

    def show_loaded(self, told: tuple[Alarm, ...]) -> None:
        times = self.context.desk.times
        self.lines.show_lines(
            [
                Line(
                    object_text(alarm),
                    times.ago(alarm.first_seen),
                    alarm.text,
                    alarm.severity,
                    state_look(alarm).is_hollow,
                    route=Route("alarms", id=int(alarm.id)),
                )
                for alarm in told
            ],
            empty="Nothing is wrong.",
        )


class TopContent(ListContent):
    """The first places of a list, with their sparklines."""

    every_s = 10.0

    def __init__(self, context: Context, tile: Tile) -> None:
        super().__init__(context, tile)
        known = {kind.value for kind in TopKind}
        named = tile.option("of", TopKind.INTERFACES.value)
        self.of = TopKind(named) if named in known else TopKind.INTERFACES
        wanted = tile.option("by", SORTED_BY[self.of])
        self.by = wanted if wanted in NUMBERS[self.of] else SORTED_BY[self.of]
        self.only = tile.option("only").lower()

    def title(self) -> str:
        word = NUMBER_TITLES[self.by]
        return f"{TITLES[self.of]} by {word if word.isupper() else word.lower()}"

    def route(self) -> Route | None:
        only = f" {self.only}" if self.only else ""
        return Route("top", text=f"{self.of.value} sort:{self.by}{only}")

    async def load(self) -> tuple[list[TopRow], dict[int, Curve]]:
        top, actor = self.context.services.top, self.context.desk.actor
        if self.by in ("p95", "change"):
            await top.look_back(actor, of=self.of, span=self.top_span)
        sheet = await top.sheet(actor, of=self.of, span=self.top_span)
        count = min(MOST_LINES, self.lines.fitting())
        rows = await asyncio.to_thread(first_places, sheet, self.by, count, self.only)
        ids = [row.id for row in rows]
        return rows, await top.curves(actor, of=self.of, ids=ids, span=self.top_span)

    def show_loaded(self, told: tuple[list[TopRow], dict[int, Curve]]) -> None:
        rows, curves = told
        self.lines.show_lines(
            [self._line(row, curves.get(row.id)) for row in rows],
            empty=f"No {self.by}." if self.by in NONE_IS_GOOD else "Nothing is measured yet.",
        )

    def _line(self, row: TopRow, curve: Curve | None) -> Line:
        value = row.number(self.by)
        is_share = self.by in ("util", "cpu", "memory", "loss")
        words = (row.device, row.name) if row.kind is not TopKind.DEVICES else (row.device, "")
        if row.kind is TopKind.PROBES:
            words = (row.name, row.alias)
        return Line(
            " ".join(word for word in words if word),
            number_text(row, self.by),
            row.alias if row.kind is TopKind.INTERFACES else row.site,
            wants_a_look=wants_a_look(row, self.by),
            curve=curve,
            share=value / 100 if is_share and value is not None else None,
            route=Route("graphs", text=graph_words(row)),
        )


def first_places(sheet: Sheet, by: str, count: int, only: str) -> list[TopRow]:
    """The first places of those whose kind, alias, name or device holds the word `only`."""
    values = sheet.numbers[by]
    if by in NONE_IS_GOOD:
        values = np.where(values > 0, values, np.nan)  # a list of noughts tells nothing
    if only:
        texts = [sheet.facts.texts[name] for name in ("kind", "alias", "name", "device")]
        kept = np.fromiter(
            (any(only in text.lower() for text in row) for row in zip(*texts, strict=True)),
            np.bool_,
            len(sheet),
        )
        values = np.where(kept, values, np.nan)
    narrowed = Sheet(sheet.facts, {**sheet.numbers, by: values})
    places = sheets.greatest(narrowed, by, count, ascending=sheets.is_best_low(by))
    return [sheets.row(sheet, at) for at in places]


class CollectorsContent(ListContent):
    """The collectors' own words: how many devices, how late, and whether they still speak."""

    calls_itself = "Collectors"
    SILENT_S = 90.0

    def route(self) -> Route | None:
        return Route("collectors")

    async def load(self) -> tuple[CollectorHealth, ...]:
        return await self.context.services.telemetry.collectors(self.context.desk.actor)

    def show_loaded(self, told: tuple[CollectorHealth, ...]) -> None:
        self.lines.show_lines(
            [self._line(health) for health in told], empty="No collector has spoken yet."
        )

    def _line(self, health: CollectorHealth) -> Line:
        age = self.context.desk.times.age_s(health.at) or 0.0
        sick = [worker.name for worker in health.workers if not worker.is_well]
        silent = age > self.SILENT_S
        if silent:
            number = f"silent {self.context.desk.times.ago(health.at)}"
        else:
            number = f"{health.due_late_s:.1f} s late" if health.due_late_s >= 1 else "in time"
        detail = f"{health.devices:,} devices"
        if health.unreachable:
            detail += f", {health.unreachable:,} silent"
        if sick:
            detail += f"; stands still: {', '.join(sick)}"
        return Line(
            health.name,
            number,
            detail,
            wants_a_look=silent or bool(sick) or health.due_late_s >= 60,
            route=Route("collectors"),
        )
