"""The child by itself: its limits, and one answer for each question."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

BOMB = "Value List NAME (\\S+)\n\nStart\n  ^${NAME} -> Continue.Record\n"


def asked(*questions: dict[str, str]) -> list[dict[str, object]]:
    done = subprocess.run(
        [sys.executable, "-m", "noc_console.adapters.jobs.template_child"],
        input="".join(json.dumps(each) + "\n" for each in questions),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def question(**more: str) -> dict[str, str]:
    plain = {"kind": "parse", "platform": "cisco_ios", "line": "x", "text": "", "template": ""}
    return {**plain, **more}


def test_each_question_has_one_answer_whatever_it_is() -> None:
    own = "Value NAME (\\S+)\n\nStart\n  ^name ${NAME} -> Record\n"
    found = asked(
        question(template=own, text="name a\nname b\n"),
        question(line="show frobnication"),
        question(template="nonsense"),
        {"kind": "check", "template": own},
        question(template=BOMB, text="a\nb\n"),
    )
    assert found[0] == {"columns": ["name"], "rows": [["a"], ["b"]], "note": ""}
    assert found[1] == {"note": ""}
    assert "TextFSM" in str(found[2]["note"])
    assert found[3] == {}
    assert found[4]["columns"] == ["name"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
def test_it_cannot_write_files_nor_take_all_memory() -> None:
    code = (
        "from noc_console.adapters.jobs import template_child as c, parsing\n"
        "import tempfile\n"
        "c._bound()\n"
        "try:\n"
        "    bytearray(c.MEMORY + 1)\n"
        "except MemoryError:\n"
        "    print('memory', flush=True)\n"
        "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "try:\n"
        "    f = tempfile.TemporaryFile(); f.write(b'x'); f.flush()\n"
        "except OSError:\n"
        "    print('files', flush=True)\n"
        "    import os; os._exit(0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.split() == ["memory", "files"], done.stderr
