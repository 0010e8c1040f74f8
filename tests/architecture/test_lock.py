"""The lock files hold what pyproject.toml asks for, by hash, and name no place to get it from."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.sources import ROOT

LOCKS = ROOT / "packaging" / "lock"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
NEEDED = {
    "collect.txt": PROJECT["project"]["dependencies"],
    "run.txt": [
        *PROJECT["project"]["dependencies"],
        *PROJECT["project"]["optional-dependencies"]["window"],
    ],
    "test.txt": [
        *PROJECT["project"]["dependencies"],
        *PROJECT["project"]["optional-dependencies"]["window"],
        *PROJECT["dependency-groups"]["dev"],
    ],
}
PYTHONS = ("3.11", "3.12", "3.13")


def entries(name):
    """Every locked requirement of a file, with its hashes."""
    text = (LOCKS / name).read_text(encoding="utf-8").replace("\\\n", " ")
    for line in text.splitlines():
        if line and not line.startswith(("#", " ")):
            requirement, *hashes = line.split(" --hash=")
            yield Requirement(requirement), [each.strip() for each in hashes]


def versions_on(name, python):
    environment = {
        "python_version": python,
        "python_full_version": f"{python}.0",
        "sys_platform": "linux",
        "platform_python_implementation": "CPython",
        "implementation_name": "cpython",
    }
    return {
        canonicalize_name(locked.name): next(iter(locked.specifier)).version
        for locked, _ in entries(name)
        if locked.marker is None or locked.marker.evaluate(environment)
    }


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("name", NEEDED)
def test_a_lock_holds_every_dependency_in_a_version_that_was_asked_for(name, python):
    locked = versions_on(name, python)
    wrong = [
        f"{wanted} is {locked.get(canonicalize_name(wanted.name), 'missing')}: run `make lock`"
        for wanted in map(Requirement, NEEDED[name])
        if wanted.marker is None or wanted.marker.evaluate({"python_version": python})
        if not wanted.specifier.contains(locked.get(canonicalize_name(wanted.name), "0"))
    ]
    assert wrong == []


@pytest.mark.parametrize("name", NEEDED)
def test_everything_locked_is_one_version_with_hashes(name):
    for locked, hashes in entries(name):
        assert [each.operator for each in locked.specifier] == ["=="], str(locked)
        assert hashes, str(locked)
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", each) for each in hashes), str(locked)


@pytest.mark.parametrize("name", NEEDED)
def test_a_lock_names_no_index_and_no_folder(name):
    text = (LOCKS / name).read_text(encoding="utf-8")
    assert not re.search(r"://|file:|find-links|index-url", text)


def test_the_locks_agree_with_one_another():
    for python in PYTHONS:
        tested = versions_on("test.txt", python)
        for name in ("run.txt", "collect.txt"):
            assert versions_on(name, python).items() <= tested.items()


def test_a_collector_is_locked_without_qt():
    assert not [name for name in versions_on("collect.txt", "3.11") if "pyside" in name]
