"""Laying out 10,000 devices beside graphviz's sfdp, and 1,000 beside networkx's springs.

Stress is that of the drawing against the network: over the links between 200 devices and all
others, the mean of ((s * drawn - links) / links)^2 with the scale s that is kindest to the
drawing. 0 is perfect. Crossings per link are estimated from 200,000 pairs of links; crowded
are devices closer to another than a fifth of the mean spacing.
"""

from __future__ import annotations

import itertools
import math
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

import networkx as nx
import numpy as np
from networkx.drawing.layout import _fruchterman_reingold

from noc_console.services.topology.rules import layered
from noc_console.services.topology.rules.layout import Problem, arrange
from noc_console.services.topology.rules.nearby import join

Figure = Mapping[str, Any]
DEVICES = 10_000
SMALL = 1_000
SOURCES = 200
PAIRS = 200_000
JOINS = 9
FRAME_MS = 1000 / 60
SPRINGS = "networkx spring_layout, 50 iterations"


def provider(devices: int, seed: int = 1) -> Problem:
    """An ISP: a core mesh by nearness (0.8 %), rings of aggregation homed to two cores (7 %),
    and on these rings (60 %) and trees (40 %) of access. One site per core device.
    """
    rng = np.random.default_rng(seed)
    cores = max(4, round(devices * 0.008))
    aggregation = max(2 * cores, round(devices * 0.07))
    spots = rng.random((cores, 2)) * (1.8, 1.0)
    links = _mesh(spots)
    site = list(range(cores))
    homes: list[list[int]] = [[] for _ in range(cores)]
    for at in range(aggregation):
        homes[at % cores].append(cores + at)
        site.append(at % cores)
    apart = np.hypot(*(spots[:, None] - spots[None]).transpose(2, 0, 1)) + 9.0 * np.eye(cores)
    for core, ring in enumerate(homes):
        links += [*itertools.pairwise(ring), (ring[-1], ring[0])]
        links += [(ring[0], core), (ring[len(ring) // 2], core)]
        links.append((ring[-1], int(apart[core].argmin())))
    parents = [cores + at for at in range(aggregation)]
    turn = 0
    while len(site) < devices:
        parent = parents[turn % aggregation]
        turn += 1
        first, size = len(site), min(6, devices - len(site))
        box = list(range(first, first + size))
        if rng.random() < 0.6:
            links += [(parent, box[0]), *itertools.pairwise(box), (box[-1], parent)]
        else:
            links += [(parent if at < 2 else box[at - 2], each) for at, each in enumerate(box)]
        site += [site[parent]] * size
    roles = np.concatenate([np.zeros(cores), np.ones(aggregation), np.full(devices, 2)])
    edges = np.unique(np.sort(np.array(links, np.int64), axis=1), axis=0)
    edges = edges[edges[:, 0] != edges[:, 1]]
    return Problem(devices, edges, np.array(site, np.int64), roles[:devices].astype(np.int64))


def _mesh(spots: np.ndarray) -> list[tuple[int, int]]:
    """A ring through all, and each with its three nearest."""
    middle = spots - spots.mean(0)
    order = np.argsort(np.arctan2(middle[:, 1], middle[:, 0]))
    links = [(int(a), int(b)) for a, b in zip(order, np.roll(order, -1), strict=True)]
    apart = np.hypot(*(spots[:, None] - spots[None]).transpose(2, 0, 1)) + 9.0 * np.eye(len(spots))
    for at, row in enumerate(apart):
        links += [(at, int(near)) for near in np.argsort(row)[:3]]
    return links


# -- how good a drawing is -----------------------------------------------------------------------


def hops(problem: Problem, sources: np.ndarray) -> np.ndarray:
    """Links from each source to everyone, -1 where there is no way."""
    ends = np.concatenate([problem.edges, problem.edges[:, ::-1]])
    steps = np.full((len(sources), problem.count), -1)
    for row, source in enumerate(sources):
        front = np.zeros(problem.count, bool)
        front[source], steps[row, source], step = True, 0, 0
        while front.any():
            step += 1
            reached = ends[front[ends[:, 0]], 1]
            front[:] = False
            front[reached[steps[row, reached] < 0]] = True
            steps[row, front] = step
    return steps


def stress(points: np.ndarray, problem: Problem) -> float:
    rng = np.random.default_rng(0)
    sources = rng.choice(problem.count, min(SOURCES, problem.count), replace=False)
    wished = hops(problem, sources)
    drawn = np.hypot(*(points[sources][:, None] - points[None]).transpose(2, 0, 1))
    ratio = drawn[wished > 0] / wished[wished > 0]
    scale = ratio.sum() / (ratio**2).sum()
    return float(((scale * ratio - 1) ** 2).mean())


def crossings(points: np.ndarray, problem: Problem) -> float:
    """Per link."""
    rng, edges = np.random.default_rng(1), problem.edges
    one, other = edges[rng.integers(0, len(edges), (2, PAIRS))]
    a, b, c, d = points[one[:, 0]], points[one[:, 1]], points[other[:, 0]], points[other[:, 1]]
    apart = (one[:, :, None] != other[:, None, :]).all((1, 2))
    crossed = (_side(a, b, c) * _side(a, b, d) < 0) & (_side(c, d, a) * _side(c, d, b) < 0)
    return float((crossed & apart).mean() * len(edges) / 2)


def _side(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> np.ndarray:
    along, off = b - a, c - a
    return np.asarray(along[:, 0] * off[:, 1] - along[:, 1] * off[:, 0])


def crowded(points: np.ndarray) -> float:
    """The share of devices closer to another than a fifth of the mean spacing."""
    width, height = np.ptp(points, axis=0)
    close = 0.2 * math.sqrt(width * height / len(points))
    count = 0
    for start in range(0, len(points), 500):
        some = points[start : start + 500]
        apart = np.hypot(*(some[:, None] - points[None]).transpose(2, 0, 1))
        apart[np.arange(len(some)), np.arange(start, start + len(some))] = np.inf
        count += int((apart.min(1) < close).sum())
    return round(count / len(points), 3)


# -- the peers -----------------------------------------------------------------------------------


def sfdp(problem: Problem) -> tuple[np.ndarray, float]:
    """graphviz's layout for large graphs, as a process: positions and seconds."""
    nodes = "".join(f"{at};" for at in range(problem.count))
    text = f"graph{{{nodes}{''.join(f'{a}--{b};' for a, b in problem.edges.tolist())}}}"
    began = time.perf_counter()
    told = subprocess.run(
        ["sfdp", "-Tplain"], input=text, capture_output=True, text=True, check=True, timeout=120
    ).stdout
    took = time.perf_counter() - began
    points = np.zeros((problem.count, 2))
    for line in told.splitlines():
        words = line.split()
        if words[0] == "node":
            points[int(words[1])] = float(words[2]), float(words[3])
    return points, took


def springs(problem: Problem) -> tuple[np.ndarray, float]:
    web = nx.Graph()
    web.add_nodes_from(range(problem.count))
    web.add_edges_from(problem.edges.tolist())
    began = time.perf_counter()
    # What spring_layout does below 500 nodes; above, its front door wants scipy for the same.
    places = _fruchterman_reingold(nx.to_numpy_array(web), iterations=50, seed=1)
    return np.asarray(places), time.perf_counter() - began


def idle_gap(seconds: float = 2.0) -> float:
    """How long this thread waits at worst on this machine with nothing of ours under way."""
    end, longest = time.perf_counter() + seconds, 0.0
    last = time.perf_counter()
    while last < end:
        time.sleep(0.001)
        now = time.perf_counter()
        longest, last = max(longest, now - last), now
    return max(0.0, longest - 0.001) * 1000


def with_gap(work: Callable[[], np.ndarray]) -> tuple[np.ndarray, float, float]:
    """The work in a thread, as the console does it: result, seconds, and how long this thread
    had to wait for its turn at worst, in milliseconds. The switch interval is the window's.
    """
    done: list[np.ndarray] = []
    thread = threading.Thread(target=lambda: done.append(work()))
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.0005)
    began = last = time.perf_counter()
    longest = 0.0
    thread.start()
    while thread.is_alive():
        time.sleep(0.001)
        now = time.perf_counter()
        longest, last = max(longest, now - last), now
    sys.setswitchinterval(before)
    return done[0], time.perf_counter() - began, max(0.0, longest - 0.001) * 1000


# -- figures -------------------------------------------------------------------------------------


def bench() -> list[Figure]:
    problem = provider(DEVICES)
    points, took, gap = with_gap(lambda: arrange(problem))
    return [
        *whole(problem, points, took, gap),
        *joining(problem, points),
        *small(provider(SMALL)),
        core_on_top(problem),
    ]


def figure(name: str, value: float, unit: str, goal: str, met: bool | None, **peer: Any) -> Figure:
    other = peer.get("peer_value")
    return {
        "name": f"layout: {name}",
        "value": value,
        "unit": unit,
        "peer": peer.get("peer", ""),
        "peer_value": other,
        "ratio": round(value / other, 3) if other else None,
        "goal": goal,
        "met": met,
    }


def whole(problem: Problem, points: np.ndarray, took: float, gap: float) -> list[Figure]:
    title, peer = f"{problem.count:,} devices", "graphviz sfdp"
    mine = {
        "stress": round(stress(points, problem), 4),
        "crossings": round(crossings(points, problem), 2),
        "crowded": crowded(points),
    }
    theirs: dict[str, float] = {}
    seconds = None
    if shutil.which("sfdp"):
        other, seconds = sfdp(problem)
        theirs = {
            "stress": round(stress(other, problem), 4),
            "crossings": round(crossings(other, problem), 2),
            "crowded": crowded(other),
        }
    else:
        peer = "graphviz sfdp, which is not installed here"

    def beside(name: str) -> dict[str, Any]:
        return {"peer": peer, "peer_value": theirs.get(name)}

    is_true = mine["stress"] <= theirs["stress"] if theirs else None
    return [
        figure(title, round(took, 2), "s", "at most 10 s, off the UI thread", took <= 10.0,
               peer=peer, peer_value=seconds and round(seconds, 2)),
        figure(f"stress, {title}", mine["stress"], "", "no more than the peer", is_true,
               **beside("stress")),
        figure(f"crossings per link, {title}", mine["crossings"], "", "fewer than the peer",
               mine["crossings"] <= theirs["crossings"] if theirs else None, **beside("crossings")),
        figure(f"share of crowded devices, {title}", mine["crowded"], "", "no more than the peer",
               mine["crowded"] <= theirs["crowded"] if theirs else None, **beside("crowded")),
        figure("longest wait of the UI thread meanwhile", round(gap, 1), "ms",
               f"within a frame ({FRAME_MS:.1f} ms)", gap <= FRAME_MS,
               peer="the same with nothing under way", peer_value=round(idle_gap(), 1)),
    ]  # fmt: skip


def joining(problem: Problem, points: np.ndarray) -> list[Figure]:
    """One device more, many times over: the slowest counts."""
    worst, moved, rng = 0.0, 0, np.random.default_rng(3)
    for _ in range(JOINS):
        friend = int(rng.integers(problem.count))
        grown = Problem(
            problem.count + 1,
            np.concatenate([problem.edges, [(friend, problem.count)]]),
            np.append(problem.groups, problem.groups[friend]),
            np.append(problem.roles, 2),
        )
        places = np.concatenate([points, np.zeros((1, 2))])
        standing = np.arange(grown.count) < problem.count
        began = time.perf_counter()
        after = join(grown, places, standing)
        worst = max(worst, (time.perf_counter() - began) * 1000)
        moved += int((after[:-1] != points).any(1).sum())
    title = f"a device added to {problem.count:,}"
    return [
        figure(title, round(worst, 1), "ms", "at most 50 ms", worst <= 50.0),
        figure(f"devices moved by {title}", moved, "devices", "none", moved == 0),
    ]


def small(problem: Problem) -> list[Figure]:
    began = time.perf_counter()
    points = arrange(problem)
    took = time.perf_counter() - began
    other, seconds = springs(problem)
    title = f"{problem.count:,} devices"
    mine, theirs = round(stress(points, problem), 4), round(stress(other, problem), 4)
    return [
        figure(f"{title}, small", round(took, 2), "s", "faster than the peer", took <= seconds,
               peer=SPRINGS, peer_value=round(seconds, 2)),
        figure(f"stress, {title}", mine, "", "not promised: a small map fills the screen", None,
               peer=SPRINGS, peer_value=theirs),
        figure(f"crossings per link, {title}", round(crossings(points, problem), 2), "",
               "fewer than the peer",
               crossings(points, problem) <= crossings(other, problem),
               peer=SPRINGS, peer_value=round(crossings(other, problem), 2)),
    ]  # fmt: skip


def core_on_top(problem: Problem) -> Figure:
    began = time.perf_counter()
    layered.arrange(problem)
    took = time.perf_counter() - began
    title = f"core on top, {problem.count:,} devices"
    return figure(title, round(took, 2), "s", "at most 10 s", took <= 10.0)
