from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from noc_console.app import logs
from noc_console.kernel.secret import Secret


@pytest.fixture(autouse=True)
def quiet_after() -> Iterator[None]:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    yield
    for handler in list(root.handlers):
        if handler not in before:
            root.removeHandler(handler)
            handler.close()
    for handler in before:
        if handler not in root.handlers:
            root.addHandler(handler)
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.mark.parametrize("as_json", [True, False])
def test_no_secret_reaches_the_log(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], as_json: bool
) -> None:
    file = tmp_path / "logs" / "noc.log"
    logs.set_up(file=file, json=as_json)
    log = structlog.get_logger("test")
    log.info("login", community="S3CR3T", device="core-1", auth_pass="S3CR3T")
    log.warning("password=S3CR3T", secret_thing=Secret("S3CR3T"), value=Secret("S3CR3T"))
    logging.getLogger("library").warning("postgresql://noc:S3CR3T@db/noc")
    try:
        hidden = "S3CR3T"
        raise ValueError(f"community {hidden}")
    except ValueError:
        log.exception("broke")
    written = file.read_text() + capsys.readouterr().err
    assert "core-1" in written
    assert "S3CR3T" not in written


def test_json_lines_say_when_who_and_how_bad(tmp_path: Path) -> None:
    file = tmp_path / "noc.log"
    logs.set_up(file=file, json=True)
    structlog.get_logger("poller").warning("late", device="core-1", seconds=3)
    line = json.loads(file.read_text().splitlines()[-1])
    assert (line["event"], line["device"], line["level"]) == ("late", "core-1", "warning")
    assert line["timestamp"].endswith("Z")
