"""Draws resources/screenshots again: the lab runs, is discovered, breaks, and every page is taken.

    make screenshots

Takes a few minutes, because the graphs show what was really measured meanwhile. Works in a
folder of its own under build/ and touches nobody's store.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "resources" / "screenshots"
WORK = ROOT / "build" / "screenshots"
SIZES = ("1366x768", "1920x1080")
THEMES = ("dark", "light")
MEASURE_S = 150
"""How long is measured before the first picture."""
BROKEN_S = 45
"""How long the faults stand before the alarms are taken."""

MAPS = {
    "map-layered": "map/projection:layered",
    "map-geographic": "map/projection:geographic",
    "map-errors": "map/layer:errors",
    "map-optics": "map/layer:light",
    "map-capacity": "map/layer:capacity",
    "map-weak-points": "map/weak:",
}
"""Other looks of the map, by the name of the picture."""

FAULTS = (
    ("link-down", ""),
    ("fading-optical", ""),
    ("high-cpu", ""),
)

STORM = (("power-loss", ""), ("device-down", "ams-agg-1"), ("device-down", "ams-agg-2"))
READ_S = 45
"""How long backups and the job of the shift take at the most."""
STORM_S = 120
"""A site's batteries last 42 s; then come the polls that miss it."""


def console(*words: str) -> str:
    """What one door of the console answers."""
    environment = {
        **os.environ,
        "NOC_DATA": str(WORK),
        "NOC_POLL_INTERVAL": "5",
        "QT_QPA_PLATFORM": "offscreen",
    }
    done = subprocess.run(
        [sys.executable, "-m", "noc_console", "--lab", *words],
        cwd=ROOT,
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout


def start(*words: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "NOC_DATA": str(WORK), "NOC_POLL_INTERVAL": "5"}
    log = (WORK / f"{words[0]}.log").open("wb")
    return subprocess.Popen(
        [sys.executable, "-m", "noc_console", "--lab", *words],
        cwd=ROOT,
        env=environment,
        stdout=log,
        stderr=log,
    )


def main() -> int:
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    TARGET.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, "packaging/map_pictures.py", TARGET], cwd=ROOT, check=True)
    lab = start("lab")
    collector = start("collect")
    try:
        seed = wait_for_lab()
        console("discovery.start", "--seed", seed, "--community", "public")
        progress(f"measuring for {MEASURE_S} s")
        time.sleep(MEASURE_S)
        first = json.loads(console("inventory.devices", "--json"))[0]["name"]
        take_all(("map", "devices", device_view(), "discovery", f"mibs/{first}/ifXTable"))
        take_all(("boards", "top", f"graphs/{busiest_port()}"))
        for name, view in (MAPS | {"map-pons": f"map/pon:{an_olt()}"}).items():
            for theme in THEMES:
                take(view, name, theme, SIZES[0])
        take_as("alarms", "alarms-quiet")
        for name, target in FAULTS:
            console("lab", "fail", name, *([target] if target else []))
        progress(f"broken for {BROKEN_S} s")
        time.sleep(BROKEN_S)
        take_all(("alarms", "lab"))
        take("map", "map-trouble", "dark", SIZES[0])
        for name, target in STORM:
            console("lab", "fail", name, *([target] if target else []))
        progress(f"a storm for {STORM_S} s")
        time.sleep(STORM_S)
        take_as(worst_root(), "alarms-storm")
        subprocess.run([sys.executable, "packaging/shift.py", WORK], cwd=ROOT, check=True)
        take_all(("alarmhealth", "detection", "maintenance", "handover", "oncall", "notify"))
        progress(f"configurations are read for {READ_S} s")
        time.sleep(READ_S)
        take_all((f"configs/{a_core()}", "compliance", "flights", "jobs/tables", "vault"))
        take_all((f"terminal/device:{a_core()}", f"ring/{switches()}"))
    finally:
        for process in (collector, lab):
            process.terminate()
            process.wait(timeout=20)
    return 0


def wait_for_lab() -> str:
    for _ in range(120):
        status = json.loads(console("lab", "status", "--json"))
        if status["running"]:
            first = status["devices"][0]
            return f"{first['address']}:{first['snmp_port']}"
        time.sleep(0.5)
    raise SystemExit("the lab did not start; see build/screenshots/lab.log")


def device_view() -> str:
    """The device with the most links: the fullest page."""
    links = json.loads(console("inventory.links", "--json"))
    ends = Counter(link[end] for link in links for end in ("a_device", "b_device"))
    return f"device/{ends.most_common(1)[0][0]}"


def busiest_port() -> str:
    """Both directions of the fullest interface, and what its device thinks of it."""
    best = json.loads(console("top.list", "--of", "interfaces", "--by", "util", "--json"))[0]
    return f"interface:{best['id']} device:{best['device_id']} span:1h"


def an_olt() -> int:
    """An OLT, whose tree is shown on the map."""
    devices = json.loads(console("inventory.devices", "--json"))
    return next(int(device["id"]) for device in devices if device["type"] == "olt")


def a_core() -> int:
    """A device that the storm left in peace, so that its configurations were read."""
    devices = json.loads(console("inventory.devices", "--json"))
    return next(int(device["id"]) for device in devices if device["name"] == "fra-core-1")


def switches() -> str:
    """A few devices of one platform that the storm left in peace, for the ring shell."""
    devices = json.loads(console("inventory.devices", "--json"))
    alike = [device for device in devices if device["platform"] == "iosxe"]
    chosen = [str(device["id"]) for device in alike if not device["name"].startswith("ams-")]
    return f"device:{','.join(chosen[:6])}"


def worst_root() -> str:
    """The desk with the root chosen that most is folded behind."""
    active = json.loads(console("alarms.active", "--json"))
    behind = Counter(alarm["root_id"] for alarm in active if alarm["root_id"] is not None)
    return f"alarms/{behind.most_common(1)[0][0]}" if behind else "alarms"


def take_as(view: str, name: str) -> None:
    for theme in THEMES:
        for size in SIZES:
            take(view, name, theme, size)


def take_all(views: tuple[str, ...]) -> None:
    for view in views:
        for theme in THEMES:
            for size in SIZES:
                take(view, view.partition("/")[0], theme, size)


def take(view: str, name: str, theme: str, size: str) -> None:
    file = TARGET / f"{name}-{theme}-{size}.png"
    console("snapshot", f"window/{view}", str(file), "--theme", theme, "--size", size)
    progress(file.name)


def progress(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
