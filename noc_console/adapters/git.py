"""Writes git repositories with git's own `fast-import`: no work tree, no hooks, no network.

The folder is a bare repository of ours or it does not exist yet; anything else is refused.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from noc_console.kernel.errors import Broken, Refused
from noc_console.kernel.text import visible
from noc_console.services.configs.gitstream import BRANCH, stream
from noc_console.services.configs.model import Commit, Exported

MARK = "noc-console.export"
"""In the repository's own settings: that we made it."""
SECRETS = "noc-console.with-secrets"
PATIENCE_S = 60.0
WHOLE_S = 1_800.0


class GitRepository:
    """Bare repositories on this machine."""

    def write(
        self, path: Path, commits: Iterable[Commit], *, with_secrets: bool = False
    ) -> Exported:
        """See `services.configs.ports.Repository`."""
        path = path.expanduser()
        if not path.is_absolute():
            raise Refused("say the whole path of the folder for the repository")
        git = shutil.which("git")
        if git is None:
            raise Refused("git is not installed on this machine")
        self._prepare(git, path, with_secrets)
        counted = _Counted(commits)
        with tempfile.TemporaryFile() as errors:
            with subprocess.Popen(
                _command(git, path, "fast-import", "--quiet", "--force", "--done"),
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                env=_environment(),
            ) as process:
                self._feed(process, counted)
            if process.returncode:
                errors.seek(0)
                told = visible(errors.read(4_000).decode(errors="replace").strip(), limit=300)
                raise Broken(f"git did not take the configurations: {told}")
        head = _ask(git, path, "rev-parse", BRANCH)
        return Exported(str(path), counted.commits, len(counted.files), head)

    def _feed(self, process: subprocess.Popen[bytes], commits: _Counted) -> None:
        if process.stdin is None:
            raise Broken("git was started without an input")
        try:
            for part in stream(commits):
                process.stdin.write(part)
            process.stdin.close()
            process.wait(WHOLE_S)
        except BrokenPipeError:
            pass  # what git says about it is read by the caller
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
        self.files: set[str] = set()

    def __iter__(self) -> Iterator[Commit]:
        for commit in self._commits:
            self.commits += 1
            self.files.add(commit.file)
            yield commit


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
    done = subprocess.run(
        _command(git, path, *words),
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
        env=_environment(),
    )
    if done.returncode and words[:2] != ("config", "--get"):
        raise Broken(f"git {words[0]} failed: {visible(done.stderr.strip(), limit=300)}")
    return done.stdout.strip()
