"""Repositories are ours or nobody's, and are written by git itself."""

from __future__ import annotations

import os
import stat
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from noc_console.adapters import git as module
from noc_console.adapters.git import GitRepository
from noc_console.kernel.errors import Broken, Conflict, Refused
from noc_console.services.configs.model import Commit, Exported

AT = datetime(2026, 3, 1, tzinfo=UTC)


def commits(count: int) -> list[Commit]:
    return [
        Commit(
            f"r{n % 2}.cfg",
            f"line {n}\n",
            AT + timedelta(hours=n),
            "mira",
            f"change {n}\n",
            version_id=n + 1,
            device_id=n % 2 + 1,
        )
        for n in range(count)
    ]


def written(path: Path, these: Iterable[Commit]) -> Exported:
    """As an export does it: what is there is looked at, what is not is added."""
    repository = GitRepository()
    there = repository.written(path, with_secrets=False)
    fresh = (one for one in these if one.version_id not in there.versions)
    return repository.write(path, fresh, onto=there)


def git(path: Path, *words: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(path), *words], capture_output=True, text=True, check=True
    )
    return done.stdout


def test_commits_are_written_in_order_with_their_authors_and_times(tmp_path: Path) -> None:
    path = tmp_path / "new" / "configs.git"
    told = written(path, commits(5))
    assert (told.commits, told.devices, told.head) == (5, 2, git(path, "rev-parse", "main").strip())
    log = git(path, "log", "--format=%an %at %s", "main").splitlines()
    assert log[0] == f"mira {int(AT.timestamp()) + 4 * 3600} change 4"
    assert git(path, "show", "main:r0.cfg") == "line 4\n"
    assert git(path, "fsck", "--full") == ""
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o700


def test_a_second_export_adds_to_the_first(tmp_path: Path) -> None:
    first = written(tmp_path / "r", commits(3))
    second = written(tmp_path / "r", commits(4))
    assert git(tmp_path / "r", "rev-parse", "main~1").strip() == first.head != second.head
    assert (first.commits, first.added, second.commits, second.added) == (3, 3, 4, 1)
    third = written(tmp_path / "r", commits(4))
    assert (third.head, third.commits, third.added) == (second.head, 4, 0)


def test_what_is_gone_here_stays_there_with_its_ids(tmp_path: Path) -> None:
    path = tmp_path / "r"
    written(path, commits(5))
    before = git(path, "rev-list", "--reverse", "main").split()
    told = written(path, commits(8)[4:])
    assert git(path, "rev-list", "--reverse", "main").split()[:5] == before
    assert (told.commits, told.added, told.devices) == (8, 3, 2)


def test_a_renamed_device_takes_its_file_along(tmp_path: Path) -> None:
    path = tmp_path / "r"
    written(path, commits(2))
    renamed = replace(commits(3)[2], text="line 0\n", file="new-name.cfg", former="r0.cfg")
    written(path, [renamed])
    assert git(path, "ls-tree", "--name-only", "main").split() == ["new-name.cfg", "r1.cfg"]
    log = git(path, "log", "--follow", "--format=%s", "main", "--", "new-name.cfg")
    assert log.splitlines() == ["change 2", "change 0"]
    there = GitRepository().written(path, with_secrets=False)
    assert there.files == {1: "new-name.cfg", 2: "r1.cfg"} and there.newest == {1: 3, 2: 2}


def test_who_writes_at_the_same_moment_is_told_and_loses_nothing(tmp_path: Path) -> None:
    path, repository = tmp_path / "r", GitRepository()
    written(path, commits(1))
    there = repository.written(path, with_secrets=False)
    first = written(path, commits(2))
    with pytest.raises(Conflict, match="just now"):
        repository.write(path, commits(3)[2:], onto=there)
    assert git(path, "rev-parse", "main").strip() == first.head


def test_what_somebody_else_committed_is_not_taken_for_ours(tmp_path: Path) -> None:
    """Written before commits were marked, or by hand: written anew, once."""
    path = tmp_path / "r"
    written(path, commits(2))
    tree = git(path, "rev-parse", "main^{tree}").strip()
    ours = ("-c", "user.name=x", "-c", "user.email=x@example.net")
    stray = git(path, *ours, "commit-tree", tree, "-p", "main", "-m", "by hand").strip()
    git(path, "update-ref", "refs/heads/main", stray)
    told = written(path, commits(3))
    assert (told.commits, told.added) == (3, 3)
    assert "by hand" not in git(path, "log", "main")


def test_with_and_without_secrets_are_two_folders(tmp_path: Path) -> None:
    GitRepository().written(tmp_path / "r", with_secrets=True)
    with pytest.raises(Refused, match="was written with secrets"):
        GitRepository().written(tmp_path / "r", with_secrets=False)


def test_other_folders_and_files_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").write_text("years of work")
    with pytest.raises(Refused, match="something else"):
        written(tmp_path / "full", commits(1))
    subprocess.run(["git", "init", "-q", "--bare", str(tmp_path / "theirs")], check=True)
    with pytest.raises(Refused, match="something else"):
        written(tmp_path / "theirs", commits(1))
    with pytest.raises(Refused, match="is a file"):
        written(tmp_path / "full" / "thesis.txt", commits(1))
    with pytest.raises(Refused, match="whole path"):
        written(Path("here"), commits(1))


def test_a_folder_that_cannot_be_made_is_refused_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(Refused, match="below cannot be used as a repository: Not a directory"):
        GitRepository().written(tmp_path / "file" / "x" / "below", with_secrets=False)


def test_hooks_and_settings_of_the_user_do_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    path = tmp_path / "r"
    written(path, commits(1))
    hook = path / "hooks" / "reference-transaction"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    hook.chmod(0o755)
    written(path, commits(2))
    assert not (tmp_path / "ran").exists() and not (tmp_path / "elsewhere").exists()


def test_a_machine_without_git_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module.shutil, "which", lambda _: None)
    with pytest.raises(Refused, match="not installed"):
        written(tmp_path / "r", commits(1))


def test_what_git_does_not_take_is_told_in_its_words(tmp_path: Path) -> None:
    bad = Commit("", "x", AT, "mira", "m", version_id=1)
    with pytest.raises(Broken, match="did not take"):
        written(tmp_path / "r", [bad])


def test_an_error_while_texts_are_opened_ends_git(tmp_path: Path) -> None:
    def broken() -> object:
        yield commits(1)[0]
        raise Broken("a text does not open")

    with pytest.raises(Broken, match="does not open"):
        written(tmp_path / "r", broken())  # type: ignore[arg-type]
    assert written(tmp_path / "r", commits(2)).commits == 2


def test_a_git_that_gives_up_in_the_middle_is_told_in_its_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never_understood(*_: object, **__: object) -> Iterator[bytes]:
        return (b"no such word\n" for _ in range(100_000))

    monkeypatch.setattr(module, "stream", never_understood)
    with pytest.raises(Broken, match="no such word"):
        written(tmp_path / "r", commits(1))


def test_a_git_that_does_not_come_to_an_end_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "r"
    there = GitRepository().written(path, with_secrets=False)
    GitRepository().write(path, commits(1), onto=there)
    for name in ("PATIENCE_S", "WHOLE_S"):
        with monkeypatch.context() as patched, pytest.raises(Broken, match="took longer"):
            patched.setattr(module, name, -1.0)
            GitRepository().written(path, with_secrets=False)
    # A mock: no real git takes its time when told to.
    monkeypatch.setattr(module, "_command", lambda *_: ["sleep", "60"])
    monkeypatch.setattr(module, "WHOLE_S", 0.01)
    with pytest.raises(Broken, match="took longer"):
        GitRepository().write(path, commits(1), onto=there)
