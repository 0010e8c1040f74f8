"""What a wheel holds: the program, and everything it looks for beside itself."""

import os
import subprocess
import sys
import zipfile

import pytest

from tests.architecture.sources import ROOT

ONLY_FOR_READERS = {"screenshots"}
"""Parts of resources/ that the program does not use."""

FINDS_WHAT_SHIPS = """
import pathlib
import noc_console
from noc_console.app import paths
inside = pathlib.Path(noc_console.__file__).parent
assert paths.resources().is_relative_to(inside), paths.resources()
assert (paths.resources() / "fonts" / "inter" / "OFL.txt").is_file()
assert paths.migrations().is_relative_to(inside), paths.migrations()
assert (paths.migrations() / "env.py").is_file()
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    with zipfile.ZipFile(built) as archive:
        archive.extractall(folder / "installed")
    return folder / "installed"


def shipped(folder):
    """Files below a folder of the checkout, as paths; what Python leaves behind is not ours."""
    return {
        file.relative_to(ROOT / folder).as_posix()
        for file in (ROOT / folder).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }


def test_every_resource_is_in_the_wheel_but_the_screenshots(wheel):
    missing = [
        name
        for name in sorted(shipped("resources"))
        if name.split("/")[0] not in ONLY_FOR_READERS
        and not (wheel / "noc_console" / "_resources" / name).is_file()
    ]
    assert missing == [], "add their folder to force-include in pyproject.toml"


def test_every_migration_is_in_the_wheel(wheel):
    missing = [
        name
        for name in sorted(shipped("local_db"))
        if not (wheel / "noc_console" / "_local_db" / name).is_file()
    ]
    assert missing == []


def test_no_screenshot_and_no_test_is_in_the_wheel(wheel):
    assert not (wheel / "noc_console" / "_resources" / "screenshots").exists()
    assert sorted(path.name for path in wheel.iterdir() if path.suffix != ".dist-info") == [
        "noc_console"
    ]


def test_the_licences_travel_with_it(wheel):
    names = {file.name for file in wheel.glob("*.dist-info/licenses/*")}
    assert names == {"LICENSE", "NOTICE"}


def test_an_installed_program_finds_its_resources_and_migrations(wheel, tmp_path):
    found = subprocess.run(
        [sys.executable, "-c", FINDS_WHAT_SHIPS],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(wheel)},
        check=False,
        capture_output=True,
        text=True,
    )
    assert found.returncode == 0, found.stderr
