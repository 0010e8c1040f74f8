"""Repositories are ours or nobody's, and are written by git itself."""

from __future__ import annotations

import os
import stat
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from noc_console.adapters import git as module
from noc_console.adapters.git import GitRepository
from noc_console.kernel.errors import Broken, Refused
from noc_console.services.configs.model import Commit

AT = datetime(2026, 3, 1, tzinfo=UTC)


def commits(count: int) -> list[Commit]:
    return [
        Commit(f"r{n % 2}.cfg", f"line {n}\n", AT + timedelta(hours=n), "mira", f"change {n}\n")
        for n in range(count)
    ]


def git(path: Path, *words: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(path), *words], capture_output=True, text=True, check=True
    )
    return done.stdout


def test_commits_are_written_in_order_with_their_authors_and_times(tmp_path: Path) -> None:
    path = tmp_path / "new" / "configs.git"
    told = GitRepository().write(path, commits(5))
    assert (told.commits, told.devices, told.head) == (5, 2, git(path, "rev-parse", "main").strip())
    log = git(path, "log", "--format=%an %at %s", "main").splitlines()
    assert log[0] == f"mira {int(AT.timestamp()) + 4 * 3600} change 4"
    assert git(path, "show", "main:r0.cfg") == "line 4\n"
    assert git(path, "fsck", "--full") == ""
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o700


def test_a_second_export_adds_to_the_first(tmp_path: Path) -> None:
    first = GitRepository().write(tmp_path / "r", commits(3))
    second = GitRepository().write(tmp_path / "r", commits(4))
    assert git(tmp_path / "r", "rev-parse", "main~1").strip() == first.head != second.head


def test_other_folders_and_files_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").write_text("years of work")
    with pytest.raises(Refused, match="something else"):
        GitRepository().write(tmp_path / "full", commits(1))
    subprocess.run(["git", "init", "-q", "--bare", str(tmp_path / "theirs")], check=True)
    with pytest.raises(Refused, match="something else"):
        GitRepository().write(tmp_path / "theirs", commits(1))
    with pytest.raises(Refused, match="is a file"):
        GitRepository().write(tmp_path / "full" / "thesis.txt", commits(1))
    with pytest.raises(Refused, match="whole path"):
        GitRepository().write(Path("here"), commits(1))


def test_hooks_and_settings_of_the_user_do_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    path = tmp_path / "r"
    GitRepository().write(path, commits(1))
    hook = path / "hooks" / "reference-transaction"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    hook.chmod(0o755)
    GitRepository().write(path, commits(2))
    assert not (tmp_path / "ran").exists() and not (tmp_path / "elsewhere").exists()


def test_a_machine_without_git_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module.shutil, "which", lambda _: None)
    with pytest.raises(Refused, match="not installed"):
        GitRepository().write(tmp_path / "r", commits(1))


def test_what_git_does_not_take_is_told_in_its_words(tmp_path: Path) -> None:
    bad = Commit("", "x", AT, "mira", "m")
    with pytest.raises(Broken, match="did not take"):
        GitRepository().write(tmp_path / "r", [bad])


def test_an_error_while_texts_are_opened_ends_git(tmp_path: Path) -> None:
    def broken() -> object:
        yield commits(1)[0]
        raise Broken("a text does not open")

    with pytest.raises(Broken, match="does not open"):
        GitRepository().write(tmp_path / "r", broken())  # type: ignore[arg-type]
    assert GitRepository().write(tmp_path / "r", commits(2)).commits == 2
