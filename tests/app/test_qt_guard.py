"""The guard against pairs of Python and Qt that abort."""

import subprocess
import sys
from importlib import metadata

import pytest

from noc_console.app import qt_guard
from noc_console.kernel.errors import Broken


@pytest.mark.parametrize("python", [(3, 11, 2), (3, 11, 7), (3, 10, 13)])
def test_a_qt_that_steals_references_is_refused_where_they_count(python):
    problem = qt_guard.check(python, "6.12.0")
    assert problem is not None
    assert "PySide6 6.12.0" in problem
    assert 'pip install "PySide6_Essentials==6.11.2"' in problem


@pytest.mark.parametrize(
    ("python", "pyside"),
    [((3, 12, 0), "6.12.0"), ((3, 13, 1), "6.12.0"), ((3, 11, 7), "6.11.2"), ((4, 0), "6.12.0")],
)
def test_a_pair_that_works_is_let_through(python, pyside):
    assert qt_guard.check(python, pyside) is None


def test_the_installed_pair_may_start():
    qt_guard.refuse_bad_pair()


def test_a_bad_pair_stops_the_start_with_the_pin_to_install(monkeypatch):
    # A mock, because the bad pair cannot be installed beside the good one.
    monkeypatch.setattr(metadata, "version", lambda _: "6.12.0")
    monkeypatch.setattr(sys, "version_info", (3, 11, 2, "final", 0))
    with pytest.raises(Broken, match=r"6\.11\.2"):
        qt_guard.refuse_bad_pair()


def test_without_qt_the_message_says_what_to_install_and_what_runs_without(monkeypatch):
    def missing(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", missing)  # the tests themselves need Qt
    with pytest.raises(Broken, match=r"noc-console\[window\].*collect"):
        qt_guard.refuse_bad_pair()


def test_the_guard_answers_before_qt_is_loaded():
    script = (
        "import sys; from noc_console.app import qt_guard; qt_guard.refuse_bad_pair(); "
        "sys.exit(any(name.partition('.')[0] in ('PySide6', 'shiboken6') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
