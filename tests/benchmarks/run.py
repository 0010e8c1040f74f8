"""Take the figures: `python -m tests.benchmarks.run [--only snmp]`.

Each module `bench_*.py` beside this one has a `bench()` that returns figures: name, value, unit,
peer, peer_value, ratio, goal, met (None: could not be taken, the peer says why). They are printed
a line each and written to build/bench.json.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
REPORT = HERE.parents[1] / "build" / "bench.json"

Figure = Mapping[str, Any]


def names() -> list[str]:
    """What there is to measure."""
    return sorted(path.stem.removeprefix("bench_") for path in HERE.glob("bench_*.py"))


def line(figure: Figure) -> str:
    """One figure for people."""
    if figure["value"] is None:
        return f"  –   {figure['name']}: not measured ({figure['peer']})"
    mark = {True: "ok", False: "MISSED", None: "–"}[figure["met"]]
    text = f"{mark:>6} {figure['name']}: {figure['value']:,} {figure['unit']}"
    if figure["ratio"] is not None:
        text += f" = {figure['ratio']:g}× {figure['peer']} ({figure['peer_value']:,})"
    return text + f"; goal {figure['goal']}"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=names(), action="append", help="measure just this")
    chosen = parser.parse_args(arguments).only or names()
    figures: list[Figure] = []
    for name in chosen:
        began = time.perf_counter()
        print(f"{name}", flush=True)
        for figure in importlib.import_module(f"tests.benchmarks.bench_{name}").bench():
            figures.append(figure)
            print(line(figure), flush=True)
        print(f"       took {time.perf_counter() - began:.0f} s", flush=True)
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return 1 if any(figure["met"] is False for figure in figures) else 0


if __name__ == "__main__":
    sys.exit(main())
