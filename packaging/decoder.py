"""Compile the SNMP decoder into the package: `make decoder`.

    python packaging/decoder.py [--quietly]

One C file, the limited API of CPython 3.11: the result fits every later CPython of this system.
Nothing needs it; without a compiler or Python's headers the pure decoder does the same, slower.
`--quietly` builds only what is missing or older than its source, and says nothing where it cannot.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "noc_console" / "wire" / "_decoder.c"
SUFFIX = ".pyd" if sys.platform == "win32" else ".abi3.so"
TARGET = SOURCE.with_name(SOURCE.stem + SUFFIX)


def main() -> None:
    quietly = "--quietly" in sys.argv[1:]
    if quietly and is_current():
        return
    reason = compile_to(TARGET)
    if not reason:
        print(f"{TARGET.relative_to(ROOT)}: built")
    elif not quietly:
        sys.exit(reason)


def is_current() -> bool:
    """Whether the decoder is newer than its source."""
    return TARGET.exists() and TARGET.stat().st_mtime >= SOURCE.stat().st_mtime


def compile_to(target: Path) -> str:
    """Compile; the reason why that was not possible, or nothing."""
    headers = Path(sysconfig.get_path("include"))
    if not (headers / "Python.h").exists():
        return f"{headers} has no Python.h (Debian: python3-dev)"
    # Beside it first: a process that has the old one open keeps it, and nobody sees half of a file.
    half = target.with_name(f"{target.name}.{os.getpid()}")
    try:
        done = subprocess.run(command(headers, half), capture_output=True, text=True, check=False)
    except OSError:
        return "there is no C compiler (Debian: gcc)"
    if done.returncode:
        half.unlink(missing_ok=True)
        return f"{SOURCE.name} does not compile:\n{done.stdout}{done.stderr}"
    half.replace(target)
    return ""


def command(headers: Path, target: Path) -> list[str]:
    """How this system's compiler makes a module; CC and CFLAGS say otherwise."""
    if sys.platform == "win32":
        libraries = Path(sys.base_prefix) / "libs"
        return [
            *shlex.split(os.environ.get("CC", "cl")), "/nologo", "/O2", "/LD", f"/I{headers}",
            str(SOURCE), f"/Fe{target}", "/link", f"/LIBPATH:{libraries}",
        ]  # fmt: skip
    shared = (
        ["-bundle", "-undefined", "dynamic_lookup"] if sys.platform == "darwin" else ["-shared"]
    )
    return [
        *shlex.split(os.environ.get("CC", "cc")), "-O2", "-fPIC", *shared, f"-I{headers}",
        *shlex.split(os.environ.get("CFLAGS", "")), str(SOURCE), "-o", str(target),
    ]  # fmt: skip


if __name__ == "__main__":
    main()
