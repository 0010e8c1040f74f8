import hashlib
from concurrent.futures import ThreadPoolExecutor

import pytest

from noc_console.adapters import image_shelf
from noc_console.adapters.image_shelf import ImageShelf
from noc_console.kernel.errors import Invalid, Refused


@pytest.fixture
def shelf(tmp_path):
    return ImageShelf(tmp_path / "images")


def test_a_file_is_taken_in_counted_and_found_again(shelf, tmp_path):
    file = tmp_path / "new-1.2.bin"
    file.write_bytes(b"x" * 3_000_000)
    image = shelf.add(file, "1.2")
    assert (image.name, image.size, image.version) == ("new-1.2.bin", 3_000_000, "1.2")
    assert image.sha512 == hashlib.sha512(file.read_bytes()).hexdigest()
    assert image.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    file.unlink()
    assert shelf.path(image).read_bytes() == b"x" * 3_000_000
    assert [each.name for each in (tmp_path / "images").iterdir()] == [image.sha512]


def test_two_that_are_taken_in_at_once_do_not_meet(shelf, tmp_path):
    files = []
    for number in range(6):
        files.append(tmp_path / f"image-{number}.bin")
        files[-1].write_bytes(bytes([number]) * 2_000_000)
    with ThreadPoolExecutor(6) as threads:
        images = list(threads.map(lambda file: shelf.add(file, "1"), files))
    for file, image in zip(files, images, strict=True):
        assert shelf.path(image).read_bytes() == file.read_bytes()
    assert len(list((tmp_path / "images").iterdir())) == 6


def test_a_wave_reads_an_image_once_and_again_when_it_was_touched(shelf, tmp_path, monkeypatch):
    read = []
    sums = image_shelf._sums
    monkeypatch.setattr(image_shelf, "_sums", lambda path: read.append(path) or sums(path))
    file = tmp_path / "a.bin"
    file.write_bytes(b"x")
    image = shelf.add(file, "1")
    place = shelf.path(image)
    shelf.path(image)
    assert len(read) == 2, "taken in, and found"
    place.write_bytes(b"x")
    shelf.path(image)
    assert len(read) == 3


def test_what_is_not_here_or_was_changed_is_refused(shelf, tmp_path):
    file = tmp_path / "a.bin"
    file.write_bytes(b"x")
    image = shelf.add(file, "1")
    with pytest.raises(Refused, match="does not have the image"):
        ImageShelf(tmp_path / "elsewhere").path(image)
    shelf.path(image).write_bytes(b"y")
    with pytest.raises(Refused, match="was changed"):
        shelf.path(image)


@pytest.mark.parametrize("name", ["-rf", "a b", "a;reload", "ä", ".hidden", "a" * 101, "a\nb"])
def test_names_that_a_command_line_might_misread_are_refused(shelf, tmp_path, name):
    file = tmp_path / name
    file.write_bytes(b"x")
    with pytest.raises(Invalid) as refused:
        shelf.add(file, "1")
    assert refused.value.field == "file"


def test_empty_missing_or_no_file_is_refused(shelf, tmp_path):
    (tmp_path / "empty").touch()
    (tmp_path / "folder").mkdir()
    for name in ("empty", "missing", "folder"):
        with pytest.raises(Invalid):
            shelf.add(tmp_path / name, "1")


@pytest.mark.parametrize("version", ["", "a b"])
def test_a_version_is_one_word(shelf, tmp_path, version):
    (tmp_path / "a.bin").write_bytes(b"x")
    with pytest.raises(Invalid) as refused:
        shelf.add(tmp_path / "a.bin", version)
    assert refused.value.field == "version"
