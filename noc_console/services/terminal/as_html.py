"""Selected text as HTML for the clipboard: colours kept, everything from the device escaped."""

from __future__ import annotations

import html

from noc_console.services.terminal.model import Look, Row, Run, Selection, Style


def selected_html(rows: list[Row], selection: Selection, columns: int) -> str:
    """Rows of a selection as a `<pre>`; `rows` are those from its first to its last."""
    first, last = selection.first, selection.last
    left, right = sorted((selection.start.column, selection.end.column))
    parts: list[str] = []
    for at, row in enumerate(rows):
        begin, end = 0, columns
        if selection.is_block:
            begin, end = left, right + 1
        else:
            begin = first.column if at == 0 else 0
            end = last.column + 1 if at == len(rows) - 1 else columns
        parts.append(_row_html(row, begin, end))
        if at < len(rows) - 1 and (selection.is_block or not row.is_wrapped):
            parts.append("\n")
    return f'<pre style="font-family: monospace">{"".join(parts)}</pre>'


def _row_html(row: Row, begin: int, end: int) -> str:
    parts: list[str] = []
    at = begin
    for run in row.runs:
        text, column = _cut(run, begin, end)
        if not text:
            continue
        parts.append(" " * max(column - at, 0))
        css = _css(run.style)
        escaped = html.escape(text)
        parts.append(f'<span style="{css}">{escaped}</span>' if css else escaped)
        at = min(run.column + run.columns, end)
    return "".join(parts).rstrip(" ")


def _cut(run: Run, begin: int, end: int) -> tuple[str, int]:
    """The part of a run within columns, and where it begins."""
    if run.column >= end or run.column + run.columns <= begin:
        return "", begin
    if run.is_cluster:
        return run.text, run.column
    step = 2 if run.is_wide else 1
    first = max(begin - run.column, 0) // step
    last = -(-(min(end, run.column + run.columns) - run.column) // step)
    return run.text[first:last], run.column + first * step


def _css(style: Style) -> str:
    foreground, background = style.foreground, style.background
    if Look.INVERSE in style.look:
        foreground, background = background, foreground
    parts = []
    if foreground is not None:
        parts.append(f"color:#{foreground:06x}")
    if background is not None:
        parts.append(f"background:#{background:06x}")
    if Look.BOLD in style.look:
        parts.append("font-weight:bold")
    if Look.ITALIC in style.look:
        parts.append("font-style:italic")
    lines = "underline" if style.underline else ""
    if Look.STRIKE in style.look:
        lines = f"{lines} line-through".strip()
    if lines:
        parts.append(f"text-decoration:{lines}")
    return ";".join(parts)
