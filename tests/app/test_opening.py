from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from noc_console.adapters.browser import PysnmpBrowser
from noc_console.app.config import Config
from noc_console.app.opening import browser_for, keeping_of, open_database
from noc_console.kernel.clock import SystemClock
from noc_console.kernel.errors import Broken
from noc_console.kernel.events import EventBus


def test_log_lines_are_kept_as_long_as_the_configuration_says(config: Config) -> None:
    keeping = keeping_of(replace(config, log_days=2, log_gigabytes=0.5))
    assert (keeping.age, keeping.size) == (timedelta(days=2), 1 << 29)


async def test_beside_the_lab_questions_leave_from_the_loopback_only(config: Config) -> None:
    for is_lab, bind in ((True, "127.0.0.1"), (False, "")):
        browser = browser_for(replace(config, lab=is_lab), None)
        assert isinstance(browser, PysnmpBrowser)
        assert browser._bind == bind
        browser.close()


async def test_a_store_that_lost_a_page_is_not_written_to(config: Config) -> None:
    database = await open_database(config, EventBus(), SystemClock())
    database.close()
    file = config.data / "noc.db"
    content = bytearray(file.read_bytes())
    content[4096:8192] = b"\xff" * 4096
    file.write_bytes(content)
    for beside in ("noc.db-wal", "noc.db-shm"):
        (config.data / beside).unlink(missing_ok=True)
    with pytest.raises(Broken, match="is damaged"):
        await open_database(config, EventBus(), SystemClock())
    assert file.read_bytes() == content
