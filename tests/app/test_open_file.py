"""Opening a recording from a window: refused in place, or a process of its own."""

from __future__ import annotations

import asyncio
import os
import subprocess
from pathlib import Path

import pytest

from noc_console.app import open_file
from noc_console.app.config import Config
from noc_console.kernel.errors import Invalid
from tests.app.test_recording import LINES


async def test_what_is_no_recording_is_refused_where_it_was_asked_for(
    config: Config, tmp_path: Path
) -> None:
    opener = open_file.opening(config)
    with pytest.raises(Invalid, match="No such file"):
        await opener(tmp_path / "gone.snmprec")
    (tmp_path / "notes").write_text("bring milk")
    with pytest.raises(Invalid, match="notes"):
        await opener(tmp_path / "notes")
    assert open_file._opened == []


async def test_a_recording_opens_in_a_process_that_outlives_our_interest(
    config: Config, at_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    path = tmp_path / "sw.snmprec"
    path.write_text("\n".join(LINES))
    await open_file.opening(config)(path)
    (process,) = open_file._opened
    try:
        async with asyncio.timeout(60):
            while not list(tmp_path.glob("noc-recording-*/noc.db")):
                assert process.poll() is None, (config.data / "logs" / "recording.log").read_text()
                await asyncio.sleep(0.05)
    finally:
        process.terminate()
        process.wait(30)
        open_file._opened.clear()
    assert os.getpgid(0) != process.pid
    assert isinstance(process, subprocess.Popen)
