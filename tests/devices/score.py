"""Scores the inspection over a folder of recordings: `make devices`, or with arguments

python -m tests.devices.score                       the table of all facts
python -m tests.devices.score --fact sensors        the worst files of a fact
python -m tests.devices.score --file apc_ats        every difference of these recordings
python -m tests.devices.score --only 'apc*,eaton*'  the table for some recordings
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from fnmatch import fnmatch
from pathlib import Path

from noc_console.services.inspection import as_json
from noc_console.services.inspection.inspector import inspect
from noc_console.services.inspection.platforms.identify import Rules
from noc_console.services.inspection.platforms.load import load
from noc_console.services.inspection.recorded import RecordedAgent
from tests.devices.compare import GOALS, Tally, compare
from tests.devices.theirs import Case, cases, excuse

ROOT = Path(__file__).resolve().parents[2]
RECORDINGS = ROOT.parent / "shared" / "devices"
RULES = ROOT / "resources" / "platforms"
MOST_EXTRA = 2.0
"""Percent of rows that nobody told of."""
_ROW_FACTS = tuple(GOALS)[6:]

_HEAD = (
    f"{'fact':<16}{'known':>7}{'right':>7}{'wrong':>7}{'missing':>9}{'extra':>7}{'theirs':>8}"
    f"{'score':>9}{'goal':>7}"
)

Scores = dict[str, dict[str, Tally]]
"""Fact → recording → how it fared."""


def recordings(folder: Path, only: Sequence[str]) -> Iterator[Path]:
    """The recordings whose name fits one of the patterns, in order."""
    for path in sorted(folder.glob("*.snmprec")):
        if not only or any(fnmatch(path.stem, pattern) for pattern in only):
            yield path


def inspected(path: Path, rules: Rules) -> as_json.Document:
    """What the pipeline makes of one recording."""
    return as_json.document(asyncio.run(inspect(RecordedAgent(path.read_bytes()), rules)))


def score(
    folder: Path, rules: Rules, only: Sequence[str] = (), known: Sequence[Case] | None = None
) -> Scores:
    """Every recording against the conclusions beside it, but for those known to be wrong."""
    known = cases() if known is None else known
    scores: Scores = defaultdict(dict)
    for path in recordings(folder, only):
        told = json.loads(path.with_suffix(".json").read_text("utf-8"))
        for fact, tally in compare(inspected(path, rules), told).items():
            scores[fact][path.stem] = excuse(tally, fact, path.stem, known)
    return scores


def total(tallies: dict[str, Tally]) -> Tally:
    """All recordings of a fact together."""
    whole = Tally()
    for tally in tallies.values():
        whole.add(tally)
    return whole


def table(scores: Scores) -> Iterator[str]:
    """A line for each fact, and under those that miss their goal the files that cost most."""
    yield _HEAD
    for fact, goal in GOALS.items():
        whole = total(scores.get(fact, {}))
        share = 100 * whole.right / whole.expected if whole.expected else 100.0
        mark = "" if share >= goal else "  short"
        yield (
            f"{fact:<16}{whole.expected:>7}{whole.right:>7}{len(whole.wrong):>7}"
            f"{len(whole.missing):>9}{len(whole.extra):>7}{len(whole.theirs):>8}"
            f"{share:>8.1f}%{goal:>6g}%{mark}"
        )
        if mark:
            names = ", ".join(f"{name} {count}" for name, count in worst(scores[fact], 4))
            yield f"                costs most: {names}"
    rows = [total(scores.get(fact, {})) for fact in _ROW_FACTS]
    extra = sum(len(each.extra) for each in rows)
    expected = sum(each.expected for each in rows)
    share = 100 * extra / max(expected, 1)
    yield f"nobody told of {extra} of {expected} rows: {share:.1f}%, at most {MOST_EXTRA:g}%"


def worst(tallies: dict[str, Tally], count: int) -> list[tuple[str, int]]:
    """The recordings with the most rows that are not right."""
    ranked = sorted(((t.bad, name) for name, t in tallies.items() if t.bad), reverse=True)
    return [(name, bad) for bad, name in ranked[:count]]


def differences(scores: Scores, facts: Sequence[str]) -> Iterator[str]:
    """Every row that differs."""
    for fact in facts:
        for name, tally in sorted(scores.get(fact, {}).items()):
            for kind in ("wrong", "missing", "extra"):
                for row in getattr(tally, kind):
                    yield f"{name:<28}{fact:<12}{kind:<9}{row}"


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.devices.score")
    parser.add_argument("--folder", type=Path, default=RECORDINGS)
    parser.add_argument("--only", default="", help="names of recordings, with * and commas")
    parser.add_argument("--file", default="", help="show every difference of these recordings")
    parser.add_argument(
        "--fact", action="append", default=[], help="show the worst files of a fact"
    )
    parser.add_argument("--count", type=int, default=25, help="how many of the worst")
    parser.add_argument("--raw", action="store_true", help="count the other's known mistakes too")
    chosen = parser.parse_args(arguments)
    if not chosen.folder.is_dir():
        print(f"there are no recordings at {chosen.folder}; --folder says where they are")
        return 2
    began = time.perf_counter()
    only = [each for each in (chosen.file or chosen.only).split(",") if each]
    scores = score(chosen.folder, load(RULES), only, () if chosen.raw else None)
    if chosen.file:
        print("\n".join(differences(scores, chosen.fact or tuple(GOALS))))
    elif chosen.fact:
        for fact in chosen.fact:
            for name, bad in worst(scores.get(fact, {}), chosen.count):
                tally = scores[fact][name]
                print(
                    f"{name:<32}{fact:<12}right {tally.right:>5} of {tally.expected:>5}, bad {bad}"
                )
    print("\n".join(table(scores)))
    print(f"{time.perf_counter() - began:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
