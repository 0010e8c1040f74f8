"""Start the built wheel from a clean environment: what a user gets, not what the checkout has.

    python packaging/smoke_test.py [dist/noc_console-….whl]

Installs the wheel with the locks of a headless machine (no Qt) into a temporary environment, and
there: prints the version, finds what ships inside the wheel, runs a collector on a new store for
some seconds, and stops it in order. Exits with 1 and the reason when something is not as it should.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "packaging" / "lock" / "collect.txt"

RUNS_FOR_S = 6.0
STOPS_WITHIN_S = 20.0

FINDS_WHAT_SHIPS = """
import noc_console
from pathlib import Path
from noc_console.app import paths
inside = Path(noc_console.__file__).parent
for place, wanted in ((paths.resources(), "fonts/inter/OFL.txt"), (paths.migrations(), "env.py")):
    assert place.is_relative_to(inside), f"{place} is not in the wheel"
    assert (place / wanted).is_file(), f"{place} has no {wanted}"
"""


def main() -> None:
    wheel = Path(sys.argv[1]) if len(sys.argv) > 1 else newest_wheel()
    with tempfile.TemporaryDirectory(prefix="noc-smoke-") as folder:
        home = Path(folder)
        bin_dir = install(wheel, home / "venv")
        run(bin_dir / "noc-console", "--version", home=home)
        run(bin_dir / "python", "-c", FINDS_WHAT_SHIPS, home=home)
        collect(bin_dir / "noc-console", home)
    print(f"{wheel.name}: installs, finds its files, collects and stops")


def newest_wheel() -> Path:
    wheels = sorted(ROOT.glob("dist/noc_console-*.whl"), key=lambda file: file.stat().st_mtime)
    if not wheels:
        sys.exit("there is no wheel in dist/: run `make wheel`")
    return wheels[-1]


def install(wheel: Path, venv: Path) -> Path:
    """A clean environment with the wheel in it; the folder of its programs."""
    subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    pip = [venv / "bin" / "python", "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    locked = ["--no-deps", "--require-hashes", "--only-binary", ":all:", "-r", LOCK]
    subprocess.run([*pip, *locked], check=True)
    subprocess.run([*pip, "--no-deps", "--no-index", wheel], check=True)
    return venv / "bin"


def clean_environment(home: Path) -> dict[str, str]:
    """Nothing of the checkout or of the user's own data shines through."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "LANG"}}
    return kept | {"HOME": str(home), "XDG_DATA_HOME": str(home / "share")}


def run(*command: Path | str, home: Path) -> None:
    subprocess.run(command, cwd=home, env=clean_environment(home), check=True)


def collect(program: Path, home: Path) -> None:
    """A collector lives, makes its store, and ends with 0 when it is told to."""
    store = home / "store.db"
    collector = subprocess.Popen(
        [program, "--store", f"sqlite:///{store}", "collect"],
        cwd=home,
        env=clean_environment(home),
    )
    try:
        time.sleep(RUNS_FOR_S)
        if (code := collector.poll()) is not None:
            sys.exit(f"the collector ended by itself with {code}")
        collector.send_signal(signal.SIGTERM)
        if code := collector.wait(STOPS_WITHIN_S):
            sys.exit(f"the collector ended with {code} when it was told to stop")
    finally:
        collector.kill()
    if not store.is_file():
        sys.exit(f"the collector made no store at {store}")


if __name__ == "__main__":
    main()
