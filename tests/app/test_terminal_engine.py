"""The door for conformance suites, as they use it: a process and its bytes."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

pytest.importorskip("pyghostty", reason="the terminal engine has no wheel for this system")

DOOR = (sys.executable, "-m", "noc_console", "terminal-engine")


def run(*arguments: str, said: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run((*DOOR, *arguments), input=said, capture_output=True, check=False)


def test_bytes_go_in_and_answers_come_out() -> None:
    done = run("--rows", "3", "--dump", "text", said=b"hi\x1b[6n\x1b[18t")
    assert done.stdout == b"\x1b[1;3R\x1b[8;3;80t"
    assert done.stderr == b"hi\n\n\n"


def test_a_file_may_be_the_input(tmp_path) -> None:
    source = tmp_path / "recorded"
    source.write_bytes(b"from a file\x1b[5n")
    with source.open("rb") as stream:
        done = subprocess.run(
            (*DOOR, "--rows", "1", "--dump", "text", "--dump-to", str(tmp_path / "dump")),
            stdin=stream, capture_output=True, check=False,
        )  # fmt: skip
    assert done.stdout == b"\x1b[0n"
    assert (tmp_path / "dump").read_text() == "from a file\n"


def test_commands_and_bytes_share_one_stream_when_framed() -> None:
    said = (
        b"feed 9\n\x1b[31mone\nfeed 4\n\x1b[6ndump text\n"
        b"resize 10 2\ndump text\nreset\ndump all\nfeed x\nbogus\n"
    )
    done = run("--framed", "--rows", "3", said=said)
    replies = done.stdout
    assert replies.startswith(b"answers 0\n")
    assert b"answers 6\n\x1b[2;4R" in replies
    assert b"dump 6\none\n\n\n" in replies
    assert replies.count(b"answers 0\n") == 3
    assert replies.count(b"error ") == 2


def test_everything_is_told_as_json() -> None:
    said = b"\x1b]2;title\x07\x1b[1;31mred\x1b]8;;http://a.b\x07x\x07"
    done = run(
        "--framed",
        "--cols",
        "10",
        "--rows",
        "2",
        said=b"feed %d\n" % len(said) + said + b"dump json\n",
    )
    head, _, body = done.stdout.removeprefix(b"answers 0\n").partition(b"\n")
    told = json.loads(body)
    assert int(head.split()[1]) == len(body)
    assert (told["columns"], told["rows"], told["title"]) == (10, 2, "title")
    assert told["cursor"] == {"row": 0, "column": 4, "shape": "block", "visible": True}
    first, linked = told["screen"][0]["runs"]
    assert (first["text"], first["look"], first["foreground"]) == ("red", ["bold"], "#cc6666")
    assert linked["link"] == "http://a.b"


def test_a_signal_asks_for_a_dump_of_all_that_came_before_it(tmp_path) -> None:
    dump = tmp_path / "dump"
    with subprocess.Popen(
        (*DOOR, "--rows", "1", "--dump-to", str(dump)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as door:
        try:
            assert door.stdin is not None and door.stdout is not None
            door.stdin.write(b"before\x1b[5n")
            door.stdin.flush()
            assert os.read(door.stdout.fileno(), 100) == b"\x1b[0n"
            door.send_signal(signal.SIGUSR1)
            for _ in range(400):
                if dump.exists():
                    break
                time.sleep(0.02)
            assert dump.read_text() == "before\n"
            door.stdin.write(b"!")
            door.stdin.close()
            assert door.wait(20) == 0
        finally:
            door.kill()


def test_a_command_runs_with_the_engine_as_its_terminal() -> None:
    script = "stty raw -echo; printf 'ask\\033[6n'; head -c 6 | od -An -c; exit 5"
    done = run("--rows", "3", "--pty", "sh", "-c", script)
    assert done.returncode == 5
    first = done.stdout.decode().splitlines()[0]
    assert first.startswith("ask")
    assert "[   1   ;   4   R" in done.stdout.decode()


def test_a_suite_in_a_pty_sees_the_size_it_asked_for() -> None:
    script = "printf '\\033[8;30;100t\\033[18t'; stty -echo raw; head -c 11 >/dev/null; stty size"
    done = run("--conformance", "--pty", "sh", "-c", script)
    assert "30 100" in done.stdout.decode()


def test_checksums_and_titles_are_told_to_suites_only() -> None:
    said = b"\x1b]2;t\x07A\x1b[1;1;1;1;1;1*y\x1b[21t"
    assert run(said=said).stdout == b""
    assert run("--conformance", said=said).stdout == b"\x1bP1!~FFBF\x1b\\\x1b]lt\x1b\\"


def test_a_size_that_no_terminal_has_is_refused() -> None:
    done = run("--rows", "10000")
    assert done.returncode == 2
    assert b"1 to 9999" in done.stderr


def test_the_docstring_tells_how() -> None:
    done = run("--help")
    assert b"SIGUSR1" in done.stdout
    assert b"--framed" in done.stdout
