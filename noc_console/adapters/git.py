"""Writes git repositories with git's own `fast-import`: no work tree, no hooks, no network.

The folder is a bare repository of ours or it does not exist yet; anything else is refused. Commits
are added to those that are there, whose ids never change.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from noc_console.kernel.errors import Broken, Conflict, Refused
from noc_console.kernel.text import visible
from noc_console.services.configs.gitstream import BRANCH, read_back, stream
from noc_console.services.configs.model import Commit, Exported, Written

MARK = "noc-console.export"
"""In the repository's own settings: that we made it."""
SECRETS = "noc-console.with-secrets"
PATIENCE_S = 60.0
WHOLE_S = 1_800.0


class GitRepository:
    """Bare repositories on this machine."""

    def written(self, path: Path, *, with_secrets: bool) -> Written:
        """See `services.configs.ports.Repository`."""
        git, path = _git(), _whole(path)
        with _reachable(path):
            self._prepare(git, path, with_secrets)
        head = _head(git, path)
        # Without marks it was written before there were any: it is written anew, this once.
        return (read_back(head, _history(git, path, head)) if head else None) or Written()

    def write(self, path: Path, commits: Iterable[Commit], *, onto: Written) -> Exported:
        """See `services.configs.ports.Repository`."""
        git, path = _git(), _whole(path)
        counted = _Counted(commits)
        self._import(git, path, counted, onto.head)
        devices = {*onto.files, *counted.devices}
        commits_now = len(onto.versions) + counted.commits
        head = _head(git, path)
        return Exported(str(path), commits_now, len(devices), head, counted.commits)

    def _import(self, git: str, path: Path, counted: _Counted, onto: str) -> None:
        # Never forced where something is kept: a branch that moved on meanwhile stays as it is.
        force = [] if onto else ["--force"]
        with tempfile.TemporaryFile() as errors:
            with subprocess.Popen(
                _command(git, path, "fast-import", "--quiet", *force, "--done"),
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                env=_environment(),
            ) as process:
                self._feed(process, counted, onto)
            if process.returncode:
                errors.seek(0)
                told = visible(errors.read(4_000).decode(errors="replace").strip(), limit=300)
                if "Not updating" in told:
                    raise Conflict(f"somebody else wrote to {path} just now: export again")
                raise Broken(f"git did not take the configurations: {told}")

    def _feed(self, process: subprocess.Popen[bytes], commits: _Counted, onto: str) -> None:
        if process.stdin is None:
            raise Broken("git was started without an input")
        try:
            for part in stream(commits, onto=onto):
                process.stdin.write(part)
            process.stdin.close()
            process.wait(WHOLE_S)
        except BrokenPipeError:
            # What git says about it is read by the caller; what it did not take is dropped.
            with suppress(BrokenPipeError):
                process.stdin.close()
        except subprocess.TimeoutExpired as error:
            process.kill()
            raise Broken(f"git took longer than {WHOLE_S:g} s") from error
        except BaseException:
            process.kill()
            raise

    def _prepare(self, git: str, path: Path, with_secrets: bool) -> None:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            # Configurations are nobody else's business on this machine.
            path.mkdir(mode=0o700)
        elif not path.is_dir():
            raise Refused(f"{path} is a file; a repository is a folder")
        if not any(path.iterdir()):
            _ask(git, path, "init", "--quiet", "--bare", "--initial-branch=main", ".")
            _ask(git, path, "config", MARK, "true")
        elif not (path / "HEAD").is_file() or _ask(git, path, "config", "--get", MARK) != "true":
            raise Refused(f"{path} holds something else: choose an empty folder or an older export")
        # What was written once stays among git's objects: a masked history over one with secrets
        # would look safe to pass on.
        told = "true" if with_secrets else "false"
        before = _ask(git, path, "config", "--get", SECRETS)
        if before and before != told:
            had = "with" if before == "true" else "without"
            raise Refused(f"{path} was written {had} secrets: choose another folder")
        _ask(git, path, "config", SECRETS, told)


class _Counted:
    """Passes commits on and counts them."""

    def __init__(self, commits: Iterable[Commit]) -> None:
        self._commits = commits
        self.commits = 0
        self.devices: set[int] = set()

    def __iter__(self) -> Iterator[Commit]:
        for commit in self._commits:
            self.commits += 1
            self.devices.add(commit.device_id)
            yield commit


def _git() -> str:
    git = shutil.which("git")
    if git is None:
        raise Refused("git is not installed on this machine")
    return git


@contextmanager
def _reachable(path: Path) -> Iterator[None]:
    """A folder that cannot be made, read or written is its owner's to repair, and is told so."""
    try:
        yield
    except OSError as error:
        told = error.strerror or str(error)
        raise Refused(f"{path} cannot be used as a repository: {told}") from error


def _whole(path: Path) -> Path:
    path = path.expanduser()
    if not path.is_absolute():
        raise Refused("say the whole path of the folder for the repository")
    return path


def _head(git: str, path: Path) -> str:
    """The newest commit; "" in a new repository."""
    return _ask(git, path, "for-each-ref", "--format=%(objectname)", BRANCH)


def _history(git: str, path: Path, head: str) -> Iterator[tuple[int, str]]:
    """When each commit was made and what it says, oldest first."""
    words = ("log", "--reverse", "-z", "--format=%at %B", "--end-of-options", head)
    for entry in _told(git, path, *words, within_s=WHOLE_S).split(b"\0"):
        at, _, message = entry.decode(errors="replace").partition(" ")
        if at:
            yield (int(at) if at.isdecimal() else 0), message


def _command(git: str, path: Path, *words: str) -> list[str]:
    return [
        git,
        "-c",
        "core.hooksPath=/dev/null",
        "-c",
        "safe.directory=*",
        "-C",
        str(path),
        *words,
    ]


def _environment() -> dict[str, str]:
    """Nothing of the user's git: neither settings nor a repository we might stand in."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    kept |= {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "LC_ALL": "C"}
    return kept | {"GIT_TERMINAL_PROMPT": "0", "GIT_CEILING_DIRECTORIES": "/"}


def _ask(git: str, path: Path, *words: str) -> str:
    """One short question; what `config --get` does not know is empty."""
    return _told(git, path, *words, within_s=PATIENCE_S).decode(errors="replace").strip()


def _told(git: str, path: Path, *words: str, within_s: float) -> bytes:
    """What git prints. Raises Broken."""
    try:
        done = subprocess.run(
            _command(git, path, *words),
            capture_output=True,
            check=False,
            timeout=within_s,
            env=_environment(),
        )
    except subprocess.TimeoutExpired as error:
        raise Broken(f"git {words[0]} took longer than {within_s:g} s") from error
    if done.returncode and words[:2] != ("config", "--get"):
        told = visible(done.stderr.decode(errors="replace").strip(), limit=300)
        raise Broken(f"git {words[0]} failed: {told}")
    return done.stdout
