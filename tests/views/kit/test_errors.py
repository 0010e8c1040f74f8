"""Crash reports: numbered, redacted, one at a time."""

from __future__ import annotations

import asyncio
import logging
import sys

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from noc_console.kernel.errors import Broken
from noc_console.views.kit.errors import CrashReporter, describe


def fail() -> BaseException:
    try:
        raise ValueError("login failed for community=hunter2 at https://me:pw@host/")
    except ValueError as error:
        return error


def test_a_report_has_a_number_versions_and_no_secrets() -> None:
    report = describe(fail())
    assert report.id in report.details
    assert "ValueError" in report.details
    assert "in fail" in report.details
    assert "hunter2" not in report.details
    assert ":pw@" not in report.details
    assert "ValueError" not in report.text


def test_broken_data_speaks_for_itself() -> None:
    report = describe(Broken("the schema is newer than this version"))
    assert report.title == "Something needs repair"
    assert report.text == "the schema is newer than this version"


async def test_details_are_copied(caplog: pytest.LogCaptureFixture) -> None:
    reporter = CrashReporter(lambda: None)
    with caplog.at_level(logging.ERROR):
        reporter.report(fail())
    dialog = reporter.dialog
    assert dialog is not None
    assert dialog.isVisible()
    assert dialog.windowModality() == Qt.WindowModality.NonModal
    assert dialog.report.id in caplog.text
    dialog.copy_button.click()
    assert QGuiApplication.clipboard().text() == dialog.report.details


async def test_a_hundred_failures_show_one_dialog_and_log_each(
    caplog: pytest.LogCaptureFixture,
) -> None:
    reporter = CrashReporter(lambda: None)
    with caplog.at_level(logging.ERROR):
        for _ in range(100):
            reporter.report(fail())
            first = reporter.dialog
    assert reporter.dialog is first
    assert len(caplog.records) == 100
    assert first is not None
    first.close()
    reporter.report(fail())
    assert reporter.dialog is not first


async def test_the_loop_and_the_interpreter_report_here() -> None:
    reporter = CrashReporter(lambda: None)
    reporter.loop_handler(asyncio.get_running_loop(), {"message": "x", "exception": fail()})
    assert reporter.dialog is not None
    reporter.dialog.close()
    error = fail()
    reporter.hook(type(error), error, error.__traceback__)
    assert reporter.dialog.isVisible()


async def test_an_interrupt_is_no_crash(capsys: pytest.CaptureFixture[str]) -> None:
    reporter = CrashReporter(lambda: None)
    reporter.hook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert reporter.dialog is None
    assert "KeyboardInterrupt" in capsys.readouterr().err
    assert sys.__excepthook__ is not None


async def test_a_loop_message_without_an_exception_is_only_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    reporter = CrashReporter(lambda: None)
    reporter.loop_handler(asyncio.get_running_loop(), {"message": "slow callback"})
    assert "slow callback" in caplog.text
    assert reporter.dialog is None
