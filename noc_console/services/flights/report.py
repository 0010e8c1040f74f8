"""A flight as a text to keep: who wanted what and why, what happened, and to whom."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from noc_console.services.flights.model import Flight, Kind, Report, Target


def text(report: Report) -> str:
    """Markdown, times in UTC."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    flight = report.flight
    yield f"# {flight.title}"
    yield ""
    yield f"- Flight {flight.id}, {flight.kind}: **{flight.phase}**. {flight.why}".rstrip()
    if flight.ticket:
        yield f"- Ticket {flight.ticket}"
    yield f"- Planned by {flight.by}, {_when(flight.created_at)}"
    if flight.approved_at is not None:
        said = f": {flight.approval}" if flight.approval else ""
        yield f"- Approved by {flight.approved_by}, {_when(flight.approved_at)}{said}"
    if flight.began_at is not None:
        yield f"- Flown from {_when(flight.began_at)} to {_when(flight.ended_at)}"
    yield f"- Devices: {counted(flight)}"
    if off := flight.gates.not_watched:
        yield f"- Not watched: {', '.join(off)}"
    yield ""
    if flight.kind is Kind.CHANGE:
        yield "## Lines"
        yield from ("", "```", *flight.template.splitlines(), "```", "")
    elif flight.image is not None:
        image = flight.image
        yield "## Software"
        yield ""
        yield f"{image.name}, version {image.version}, {image.size} octets, SHA-512 {image.sha512}"
        yield ""
    yield "## Devices"
    yield ""
    yield "| device | wave | taken back by | stands | why |"
    yield "|---|---|---|---|---|"
    for target in report.targets:
        cells = (target.name, _wave(target), target.way, target.stand, _cell(target.why))
        yield f"| {' | '.join(cells)} |"
    yield ""
    for target in report.targets:
        if target.did or target.diff:
            yield f"### {target.name}"
            yield from ("", "```diff", *(target.did or target.diff).splitlines(), "```", "")
    yield "## Log"
    yield ""
    for step in report.steps:
        about = f" {step.name}" if step.name else ""
        yield f"- {_when(step.at)}{about} {step.what}: {step.text}".rstrip(": ")


def counted(flight: Flight) -> str:
    """`12 kept, 1 failed`."""
    return ", ".join(f"{many} {stand}" for stand, many in sorted(flight.counts.items()))


def _wave(target: Target) -> str:
    return {-1: "–", 0: "canary"}.get(target.wave, str(target.wave))


def _when(at: datetime | None) -> str:
    return "–" if at is None else f"{at:%Y-%m-%d %H:%M:%S} UTC"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
