import errno
from pathlib import Path

import pytest

from noc_console.kernel.errors import Invalid
from noc_console.views.kit.files import write_whole


def test_a_file_is_replaced_by_the_new_one_entirely(tmp_path: Path):
    file = tmp_path / "ports.csv"
    write_whole(file, b"old")
    write_whole(file, b"new")
    assert file.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [file]


def test_a_folder_that_is_gone_is_the_operators_to_put_right(tmp_path: Path):
    with pytest.raises(Invalid, match="the folder is gone"):
        write_whole(tmp_path / "gone" / "ports.csv", b"x")


def test_an_older_file_stays_when_the_disk_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A mock: no disk here fails on demand; `tests/faults` does it with a full one."""
    file = tmp_path / "ports.csv"
    write_whole(file, b"old")

    def fail(_: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(Invalid, match="Input/output error"):
        write_whole(file, b"new")
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]
