"""The systemd units are what systemd takes for units."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

PACKAGING = Path(__file__).resolve().parents[2] / "packaging"


@pytest.mark.parametrize(
    ("unit", "instance"),
    [
        ("noc-collector.service", "noc-collector.service"),
        ("noc-collector@.service", "noc-collector@noc-1.service"),
    ],
)
def test_systemd_finds_nothing_wrong_with_the_units(
    unit: str, instance: str, tmp_path: Path
) -> None:
    verify = shutil.which("systemd-analyze")
    if verify is None:
        pytest.skip("systemd is not here")
    text = (PACKAGING / unit).read_text()
    # Neither the program nor its user are installed where the tests run.
    text = text.replace("/opt/noc-console/bin/noc-console", "/bin/true")
    text = text.replace("User=noc\nGroup=noc\n", "")
    (tmp_path / instance).write_text(text)
    done = subprocess.run(
        [verify, "verify", str(tmp_path / instance)], capture_output=True, text=True, check=False
    )
    told = [line for line in done.stderr.splitlines() if "noc-collector" in line]
    assert told == [] and done.returncode == 0, done.stderr
