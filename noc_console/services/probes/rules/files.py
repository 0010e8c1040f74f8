"""Probes as CSV: one row each, the settings of its kind as columns `set.NAME`."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from typing import Any

from noc_console.kernel.errors import Invalid
from noc_console.services.probes.check import check
from noc_console.services.probes.model import Probe, ProbeId, Thresholds
from noc_console.services.probes.settings import SETTINGS, ProbeKind, make

LARGEST = 4 << 20
MOST_ROWS = 20_000
_HEAD = ("kind", "target", "device", "name", "interval_s", "origin", "paused")
_THRESHOLDS = tuple(each.name for each in fields(Thresholds))
_SETTINGS = tuple(
    dict.fromkeys(f"set.{each.name}" for kind in SETTINGS.values() for each in fields(kind))
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write(probes: Iterable[Probe], names: Mapping[int, str]) -> str:
    """CSV of probes made by hand; `names` of their devices. Secrets are not in it."""
    out = io.StringIO()
    writer = csv.DictWriter(out, (*_HEAD, *_THRESHOLDS, *_SETTINGS), lineterminator="\r\n")
    writer.writeheader()
    for probe in probes:
        if probe.is_of_rule:
            continue
        told: dict[str, Any] = {
            "kind": probe.kind.value,
            "target": probe.target,
            "device": names.get(probe.device_id or 0, ""),
            "name": probe.name,
            "interval_s": f"{probe.interval_s:g}",
            "origin": probe.origin,
            "paused": "yes" if probe.is_paused else "no",
        }
        told |= asdict(probe.thresholds)
        told |= {f"set.{name}": value for name, value in asdict(probe.settings).items()}
        writer.writerow({key: _guarded(str(value)) for key, value in told.items()})
    return out.getvalue()


def read(text: str, devices: Mapping[str, int]) -> tuple[tuple[Probe, ...], tuple[str, ...]]:
    """The probes of a file and a line for each row that is none; `devices` by name and address.

    Raises Invalid when it is no such file at all.
    """
    if len(text) > LARGEST:
        raise Invalid(f"the file is larger than {LARGEST >> 20} MiB")
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    try:
        head = reader.fieldnames or ()
        if "kind" not in head or not {"target", "device"}.intersection(head):
            raise Invalid("the first line names the columns: at least `kind` and `target`")
        found, problems = [], []
        for number, row in enumerate(reader, start=2):
            if number > MOST_ROWS:
                problems.append(f"only the first {MOST_ROWS} rows were read")
                break
            try:
                found.append(_probe(row, devices))
            except Invalid as error:
                problems.append(f"row {number}: {error}")
    except csv.Error as error:
        raise Invalid(f"the file is not CSV: {error}") from error
    return tuple(found), tuple(problems)


def _probe(row: Mapping[str, Any], devices: Mapping[str, int]) -> Probe:
    cells = {
        key.strip(): _plain(value)
        for key, value in row.items()
        if isinstance(key, str) and isinstance(value, str)
    }
    try:
        kind = ProbeKind(cells.get("kind", "").lower())
    except ValueError as error:
        kinds = ", ".join(ProbeKind)
        raise Invalid(f"kind is one of {kinds}, not {cells.get('kind', '')[:50]!r}") from error
    asked = {each.name for each in fields(SETTINGS[kind])}
    given = {name: cells[f"set.{name}"] for name in asked if cells.get(f"set.{name}", "") != ""}
    device = cells.get("device", "")
    if device and device not in devices:
        raise Invalid(f"there is no device {device[:100]!r}")
    made = Probe(
        id=ProbeId(0),
        kind=kind,
        target=cells.get("target", ""),
        device_id=devices[device] if device else None,
        name=cells.get("name", ""),
        interval_s=_number(cells, "interval_s", 60.0),
        origin=cells.get("origin", ""),
        is_paused=cells.get("paused", "").lower() in {"yes", "true", "1"},
        settings=make(kind, given),
        thresholds=_read_thresholds(cells),
    )
    check(made)
    return made


def _read_thresholds(cells: Mapping[str, str]) -> Thresholds:
    usual = Thresholds()
    return Thresholds(
        loss_percent=_number(cells, "loss_percent", usual.loss_percent),
        latency_ms=_number(cells, "latency_ms", usual.latency_ms),
        jitter_ms=_number(cells, "jitter_ms", usual.jitter_ms),
        rounds_on=int(_number(cells, "rounds_on", usual.rounds_on)),
        rounds_off=int(_number(cells, "rounds_off", usual.rounds_off)),
        certificate=cells.get("certificate", "").lower() in {"true", "yes", "1", ""},
    )


def _number(cells: Mapping[str, str], name: str, default: Any) -> float:
    if not cells.get(name, ""):
        return float(default)
    try:
        number = float(cells[name])
    except ValueError as error:
        raise Invalid(f"{name} is a number, not {cells[name][:50]!r}") from error
    if number != number or abs(number) > 1e9:
        raise Invalid(f"{name} is out of range")
    return number


def _guarded(text: str) -> str:
    """A spreadsheet would run what begins like a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _plain(text: str) -> str:
    text = text.strip()
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text
