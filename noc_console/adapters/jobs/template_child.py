"""The child that runs templates over answers of devices (TextFSM, ntc-templates).

Expressions of templates may take for ever on what a hostile device says, so it has limits of its
own on time, memory and files, set before the first answer is read; its parent ends it when it
takes too long, and with its parent it is gone. One JSON object a line in, one out.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from noc_console.adapters.orphan import end_with_parent

CPU_S = 10
MEMORY = 768 << 20
MOST_ROWS = 50_000
MOST_COLUMNS = 200
LONGEST_CELL = 20_000


def main() -> int:
    """Answer until the input ends."""
    end_with_parent()
    _bound()
    for line in sys.stdin:
        _allow_time()
        print(json.dumps(_answer(json.loads(line))), flush=True)
    return 0


def _bound() -> None:
    if sys.platform == "win32":
        return  # its parent's patience is the only limit there
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _allow_time() -> None:
    """Each answer may take so much of the processor; then the kernel ends us."""
    if sys.platform == "win32":
        return
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    limit = int(used.ru_utime + used.ru_stime) + CPU_S + 1
    resource.setrlimit(resource.RLIMIT_CPU, (limit, hard))


def _answer(asked: dict[str, Any]) -> dict[str, Any]:
    try:
        if asked["kind"] == "check":
            _own(asked["template"])
            return {}
        columns, rows = _rows(asked)
    except Exception as error:  # noqa: BLE001 - whatever a template does is told, and no more
        return {"note": f"{type(error).__name__}: {error}"[:500]}
    if columns is None:
        return {"note": ""}
    cells = [[_cell(cell) for cell in row] for row in rows[:MOST_ROWS]]
    note = f"only the first {MOST_ROWS} rows" if len(rows) > MOST_ROWS else ""
    return {"columns": columns[:MOST_COLUMNS], "rows": cells, "note": note}


def _rows(asked: dict[str, Any]) -> tuple[list[str] | None, list[Any]]:
    if asked["template"]:
        machine = _own(asked["template"])
        found = machine.ParseText(asked["text"])
        return [name.lower() for name in machine.header], found
    from ntc_templates.parse import _get_template_dir
    from textfsm import clitable

    table = clitable.CliTable("index", _get_template_dir())
    try:
        table.ParseCmd(asked["text"], {"Command": asked["line"], "Platform": asked["platform"]})
    except clitable.CliTableError as error:
        if "No template found" in str(error):
            return None, []
        raise
    return [str(name).lower() for name in table.header.values], [list(row) for row in table]


def _own(template: str) -> Any:
    import io

    import textfsm

    return textfsm.TextFSM(io.StringIO(template))


def _cell(value: Any) -> str:
    """A list of values is told by its parts; one of a template may hold dictionaries too."""
    if isinstance(value, str):
        return value[:LONGEST_CELL]
    if isinstance(value, list):
        return ", ".join(_cell(each) for each in value)[:LONGEST_CELL]
    return str(value)[:LONGEST_CELL]


if __name__ == "__main__":
    sys.exit(main())
