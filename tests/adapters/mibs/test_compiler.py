"""The compiling process: what it takes, what it refuses with a word, and that it ends."""

from __future__ import annotations

import asyncio
import random
import time
from pathlib import Path

import pytest

from noc_console.adapters.mibs import PysmiCompiler, Shelf
from noc_console.adapters.mibs import compiler as module
from noc_console.adapters.mibs.compiler import chosen
from noc_console.services.mibs.model import Base, MibObject
from tests.lab.mibs import ACME_LIGHT, ACME_SMI, SHIPPED


@pytest.fixture
def compiler(tmp_path: Path) -> PysmiCompiler:
    return PysmiCompiler(Shelf(SHIPPED, tmp_path / "own"))


def written(folder: Path, **texts: str | bytes) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        octets = text.encode() if isinstance(text, str) else text
        (folder / name.replace("__", ".")).write_bytes(octets)
    return folder


async def test_a_vendors_module_is_understood_to_its_last_type(
    compiler: PysmiCompiler, tmp_path: Path
) -> None:
    folder = written(tmp_path / "in", light__mib=ACME_LIGHT, smi__mib=ACME_SMI)
    compiled = await compiler.compile([folder])
    assert compiled.problems == ()
    objects: dict[str, MibObject] = {
        one.name: one for facts in compiled.modules for one in facts.objects
    }
    state, power = objects["acmeLampState"].syntax, objects["acmeLampPower"].syntax
    mac, viewer = objects["acmeLampMac"].syntax, objects["acmeLampViewer"].syntax
    assert state and power and mac and viewer
    assert state.labels == (("dark", 0), ("lit", 1), ("blinking", 2))
    assert (power.base, power.hint, objects["acmeLampPower"].units) == (Base.UNSIGNED, "d-1", "W")
    assert (mac.name, mac.hint, mac.ranges) == ("MacAddress", "1x:", ((6, 6),))
    assert viewer.ranges == ((4, 4), (16, 16))
    assert objects["acmeLampMac"].status == "deprecated"
    assert objects["acmeLampEntry"].index == ("ifIndex", "acmeLampViewerType", "acmeLampViewer")
    (light,) = [facts for facts in compiled.modules if facts.module == "ACME-LIGHT-MIB"]
    assert dict(light.types)["LampState"] == state
    assert light.source == "light.mib"


HOSTILE: dict[str, str | bytes] = {
    "empty__mib": "",
    "picture__mib": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20,
    "page__mib": "<html><body>404 DEFINITIONS not found</body></html>",
    "short__mib": ACME_LIGHT[: len(ACME_LIGHT) // 2],
    "nested__mib": "X-MIB DEFINITIONS ::= BEGIN x OBJECT IDENTIFIER ::= " + "{" * 50_000,
    "quote__mib": 'X-MIB DEFINITIONS ::= BEGIN x OBJECT-TYPE DESCRIPTION "' + "a" * 500_000,
    "circle__mib": "C-MIB DEFINITIONS ::= BEGIN IMPORTS a FROM C-MIB;"
    " a OBJECT IDENTIFIER ::= { b 1 } b OBJECT IDENTIFIER ::= { a 1 } END",
    "itself__mib": "D-MIB DEFINITIONS ::= BEGIN a OBJECT IDENTIFIER ::= { a 1 } END",
    "path__mib": "../../evil DEFINITIONS ::= BEGIN END",
    "types__mib": "T-MIB DEFINITIONS ::= BEGIN IMPORTS OBJECT-TYPE, enterprises FROM SNMPv2-SMI;"
    " A ::= B B ::= A t OBJECT-TYPE SYNTAX A MAX-ACCESS read-only STATUS current"
    ' DESCRIPTION "" ::= { enterprises 61234 1 } END',
    "number__mib": "N-MIB DEFINITIONS ::= BEGIN IMPORTS enterprises FROM SNMPv2-SMI;"
    " n OBJECT IDENTIFIER ::= { enterprises 99999999999999999999 } END",
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_text_is_a_problem_with_a_word_and_nothing_else(
    compiler: PysmiCompiler, tmp_path: Path, name: str
) -> None:
    folder = written(tmp_path / "in", **{name: HOSTILE[name], "good__mib": ACME_SMI})
    compiled = await compiler.compile([folder])
    assert [facts.module for facts in compiled.modules] == ["ACME-SMI"]
    assert {problem.file for problem in compiled.problems} == {name.replace("__", ".")}
    for problem in compiled.problems:
        assert problem.text and "Traceback" not in problem.text and len(problem.text) <= 601


async def test_a_syntax_error_names_its_line(compiler: PysmiCompiler, tmp_path: Path) -> None:
    folder = written(tmp_path / "in", bad__mib=ACME_SMI.replace("::= { acme 1 }", "= acme 1"))
    (problem,) = (await compiler.compile([folder])).problems
    assert problem.line and f"line {problem.line} is" in problem.text
    assert "acme 1" in problem.text


async def test_a_symbol_the_known_module_lacks_is_named(
    compiler: PysmiCompiler, tmp_path: Path
) -> None:
    text = ACME_SMI.replace("enterprises FROM", "enterprises, lightswitch FROM")
    (problem,) = (await compiler.compile([written(tmp_path / "in", a__mib=text)])).problems
    assert "imports lightswitch from SNMPv2-SMI" in problem.text
    assert "add the SNMPv2-SMI that came with this file" in problem.text


async def test_mutated_texts_never_break_the_compiler(
    compiler: PysmiCompiler, tmp_path: Path
) -> None:
    chance = random.Random(3)
    texts: dict[str, str | bytes] = {}
    for number in range(150):
        octets = bytearray(ACME_LIGHT.encode())
        for _ in range(chance.randint(1, 6)):
            at = chance.randrange(len(octets))
            kind = chance.random()
            if kind < 0.4:
                octets[at] = chance.randrange(256)
            elif kind < 0.7:
                del octets[at : at + chance.randint(1, 60)]
            else:
                octets[at:at] = octets[chance.randrange(len(octets)) :][: chance.randint(1, 80)]
        texts[f"m{number}__mib"] = bytes(octets)
    folder = written(tmp_path / "in", smi__mib=ACME_SMI, **texts)
    compiled = await compiler.compile([folder])
    assert "ACME-SMI" in {facts.module for facts in compiled.modules}
    assert all(problem.text for problem in compiled.problems)
    assert not any("compiler fail" in problem.text for problem in compiled.problems)


async def test_a_batch_that_takes_too_long_is_stopped_and_said_so(tmp_path: Path) -> None:
    impatient = PysmiCompiler(Shelf(SHIPPED, tmp_path / "own"), time_s=0.0)
    compiled = await impatient.compile([written(tmp_path / "in", smi__mib=ACME_SMI)])
    assert compiled.modules == ()
    assert "took longer than 0 s" in compiled.problems[-1].text


async def test_a_text_that_would_take_for_ever_is_left_out_by_name(tmp_path: Path) -> None:
    # pysmi looks for the END of each of these, to the end of the file: hours.
    endless = "X-MIB DEFINITIONS ::= BEGIN " + "MACRO " * 1_000_000
    folder = written(tmp_path / "in", a__mib=ACME_SMI, endless__mib=endless)
    patient = PysmiCompiler(Shelf(SHIPPED, tmp_path / "own"), time_s=10.0)
    compiled = await patient.compile([folder])
    assert [facts.module for facts in compiled.modules] == ["ACME-SMI"]
    (problem,) = compiled.problems
    assert (problem.file, problem.needs) == ("endless.mib", "")
    assert problem.text.endswith("stopped; left out")


OLD = """
OLD-MIB DEFINITIONS ::= BEGIN
IMPORTS enterprises, Counter, IpAddress FROM RFC1155-SMI
    OBJECT-TYPE FROM RFC-1212
    TRAP-TYPE FROM RFC-1215
    DisplayString, ifIndex FROM RFC1213-MIB;
old OBJECT IDENTIFIER ::= { enterprises 61235 }
oldCount OBJECT-TYPE SYNTAX Counter ACCESS read-only STATUS mandatory
    DESCRIPTION "Events." ::= { old 1 }
oldTable OBJECT-TYPE SYNTAX SEQUENCE OF OldEntry ACCESS not-accessible STATUS mandatory
    DESCRIPTION "Rows." ::= { old 2 }
oldEntry OBJECT-TYPE SYNTAX OldEntry ACCESS not-accessible STATUS mandatory
    DESCRIPTION "A row." INDEX { oldAddr } ::= { oldTable 1 }
OldEntry ::= SEQUENCE { oldAddr IpAddress, oldState INTEGER }
oldAddr OBJECT-TYPE SYNTAX IpAddress ACCESS read-only STATUS mandatory
    DESCRIPTION "Where." ::= { oldEntry 1 }
oldState OBJECT-TYPE SYNTAX INTEGER { on(1), off(2) } ACCESS read-write STATUS mandatory
    DESCRIPTION "How." DEFVAL { on } ::= { oldEntry 2 }
oldTrap TRAP-TYPE ENTERPRISE old VARIABLES { oldState, ifIndex } DESCRIPTION "Gone." ::= 3
END
"""


async def test_modules_in_the_old_language_are_understood_as_well(
    compiler: PysmiCompiler, tmp_path: Path
) -> None:
    compiled = await compiler.compile([written(tmp_path / "in", old__mib=OLD)])
    assert compiled.problems == ()
    objects = {one.name: one for one in compiled.modules[0].objects}
    count, state = objects["oldCount"].syntax, objects["oldState"].syntax
    assert count and state and count.base is Base.COUNTER32
    assert (state.labels, objects["oldState"].status) == ((("on", 1), ("off", 2)), "current")
    assert objects["oldEntry"].index == ("oldAddr",)
    assert objects["oldTrap"].oid == "1.3.6.1.4.1.61235.0.3"
    assert objects["oldTrap"].carries == ("oldState", "ifIndex")


async def test_whoever_turns_away_ends_the_process(
    compiler: PysmiCompiler, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[object] = []
    popen = module.subprocess.Popen

    def noted(*words: object, **more: object) -> object:
        # A real process that would wait for ever instead of compiling.
        process = popen([module.sys.executable, "-c", "import time; time.sleep(600)"], **more)  # type: ignore[call-overload]
        started.append(process)
        return process

    monkeypatch.setattr(module.subprocess, "Popen", noted)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(compiler.compile([written(tmp_path / "in", a__mib=ACME_SMI)]))
        while not started:
            await asyncio.sleep(0.01)
        task.cancel()
    assert task.cancelled()
    (process,) = started
    give_up = time.monotonic() + 20
    while process.poll() is None and time.monotonic() < give_up:  # type: ignore[attr-defined]
        await asyncio.sleep(0.02)
    assert process.poll() is not None  # type: ignore[attr-defined]


def test_a_folder_gives_what_may_be_a_mib_and_a_named_file_is_taken_as_it_is(
    tmp_path: Path,
) -> None:
    folder = written(
        tmp_path / "in", a__mib="", b__my="", README="", c__pdf="", d="", LICENSE__txt=""
    )
    (folder / "deeper").mkdir()
    (folder / "deeper" / "e.txt").write_text("")
    (folder / ".git").mkdir()
    (folder / ".git" / "f.mib").write_text("")
    (folder / "deeper" / "back").symlink_to(folder)
    files, problems = chosen([folder])
    assert sorted(file.name for file in files) == ["a.mib", "b.my", "d", "e.txt"]
    assert problems == []
    files, _ = chosen([folder / "c.pdf"])
    assert [file.name for file in files] == ["c.pdf"]


def test_files_that_are_missing_or_too_large_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LARGEST_FILE", 100)
    monkeypatch.setattr(module, "MOST_FILES", 2)
    folder = written(tmp_path / "in", a__mib="x" * 101, b__mib="", c__mib="", d__mib="")
    files, problems = chosen([tmp_path / "none.mib", folder])
    assert [file.name for file in files] == ["b.mib", "c.mib"]
    assert [problem.file for problem in problems] == ["none.mib", "a.mib", "in"]
    assert "choose fewer files" in problems[-1].text
