"""Compiles MIB texts with pysmi. A process of its own: a hostile text can only waste that.

Reads one JSON object from standard input: `files` (paths), `known` (module → file of facts),
and limits; writes one with `modules` and `problems`.

    python -m noc_console.adapters.mibs.worker
"""

from __future__ import annotations

import json
import re
import sys
import warnings
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from pysmi.codegen.intermediate import IntermediateCodeGen
from pysmi.codegen.symtable import SymtableCodeGen
from pysmi.error import PySmiError
from pysmi.parser.dialect import smi_v1_relaxed
from pysmi.parser.smi import parserFactory

from noc_console.adapters.mibs import translate
from noc_console.adapters.orphan import end_with_parent
from noc_console.kernel.text import plural, visible
from noc_console.services.mibs import facts as shape
from noc_console.services.mibs.model import Facts, MibProblem, Syntax

ONLY_MACROS = frozenset({"RFC-1212", "RFC-1215", "RFC1155-SMI", "RFC1065-SMI", "SNMPv2-CONF"})
"""Modules of which a text needs only the language itself, which pysmi speaks."""
_SHOWN = 12
"""Missing names told in one problem."""
_MEMORY = 2 * 1024**3

_DEFINITIONS = re.compile(r"\bDEFINITIONS\b")
Ast = tuple[str, Any, dict[str, list[str]], Any]


@dataclass
class Text:
    """One module of one file."""

    path: Path
    ast: Ast

    @property
    def file(self) -> str:
        return self.path.name

    @property
    def module(self) -> str:
        return self.ast[0]

    @property
    def imports(self) -> Mapping[str, list[str]]:
        return self.ast[2]


@dataclass
class Work:
    """What is known, what was read, and what went wrong."""

    known: Mapping[str, str]
    texts: dict[str, Text] = field(default_factory=dict)
    facts: dict[str, Facts] = field(default_factory=dict)
    tables: dict[str, Any] = field(default_factory=dict)
    made: dict[str, Facts] = field(default_factory=dict)
    problems: list[MibProblem] = field(default_factory=list)

    def problem(self, file: str, text: str, *, line: int = 0, needs: str = "") -> None:
        self.problems.append(MibProblem(file, visible(text, limit=600), line, needs))

    def has(self, module: str) -> bool:
        return module in self.texts or module in self.known or module in ONLY_MACROS

    def known_facts(self, module: str) -> Facts | None:
        """The facts of a module that was compiled before; None when there are none to read."""
        if module not in self.facts and module in self.known:
            told = json.loads(Path(self.known[module]).read_text(encoding="utf-8"))
            self.facts[module] = shape.from_plain(told)
        return self.facts.get(module)


def main() -> int:
    warnings.simplefilter("ignore")  # pysmi's about its own names
    end_with_parent()
    _bound()
    asked = json.load(sys.stdin)
    work = Work(known=asked["known"])
    parser = parserFactory(**smi_v1_relaxed)()
    for file in asked["files"]:
        _read(work, parser, Path(file))
    compile_all(work)
    json.dump(
        {
            "modules": [shape.to_plain(one) for one in work.made.values()],
            "problems": [asdict(one) for one in work.problems],
        },
        sys.stdout,
    )
    return 0


def _bound() -> None:
    """A text that would take all memory ends this process instead."""
    try:
        import resource
    except ImportError:  # Windows: the time limit must do
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


# Reading


def _read(work: Work, parser: Any, path: Path) -> None:
    print(f"at {path}", file=sys.stderr, flush=True)  # who started us may have to name a culprit
    name = path.name
    try:
        raw = path.read_bytes()
    except OSError as error:
        work.problem(name, f"cannot be read: {error.strerror or error}")
        return
    text = _decoded(raw)
    if b"\0" in raw or _DEFINITIONS.search(text) is None:
        work.problem(name, "is no MIB: a MIB module says DEFINITIONS ::= BEGIN")
        return
    try:
        modules = parser.parse(text)
    except (PySmiError, RecursionError, ValueError, MemoryError) as error:
        line = getattr(error, "lineno", 0)
        line = line if isinstance(line, int) else 0
        work.problem(name, _syntax_words(error, text, line), line=line)
        return
    for ast in modules:
        if ast[0] in work.texts:
            work.problem(name, f"defines {ast[0]}, as {work.texts[ast[0]].file} does: kept that")
        else:
            work.texts[ast[0]] = Text(path, ast)


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("latin-1")  # old MIBs have an é in a contact's name


def _syntax_words(error: BaseException, text: str, line: int) -> str:
    lines = text.splitlines()
    if isinstance(error, RecursionError | MemoryError):
        return "is nested too deeply to be read"
    if not 1 <= line <= len(lines):
        return "cannot be read as a MIB: it seems cut short"
    said = getattr(error, "msg", "")
    what = "not the language of MIBs" if not said or said.startswith("Bad grammar") else said
    return f"line {line} is {what}: {lines[line - 1].strip()[:120]!r}"


# Compiling


def compile_all(work: Work) -> None:
    """Each text that was read, unless something it imports is missing."""
    symbols = SymtableCodeGen()
    for text in list(work.texts.values()):
        try:
            _, work.tables[text.module] = symbols.gen_code(text.ast, work.tables)
        except (PySmiError, RecursionError, LookupError, TypeError, ValueError) as error:
            work.problem(text.file, _meaning_words(text, error))
            del work.texts[text.module]
    _drop_incomplete(work)
    for text in work.texts.values():
        if text.module not in work.made:
            _compile(work, text)


def _drop_incomplete(work: Work) -> None:
    """Leave out what lacks an import, and then what imports from that, until none is left."""
    while True:
        lacking = {text.module: lack for text in work.texts.values() if (lack := _lack(work, text))}
        if not lacking:
            return
        for module, (words, needs) in lacking.items():
            work.problem(work.texts[module].file, words, needs=needs)
            del work.texts[module]


def _lack(work: Work, text: Text) -> tuple[str, str] | None:
    """What is missing for a text, in words, and the module that would help."""
    for module, names in sorted(text.imports.items()):
        wanted = [name for name in dict.fromkeys(names) if not _is_macro(name)]
        if not work.has(module):
            what = f"{_listed(wanted)} from {module}" if wanted else module
            return (
                f"{text.module} imports {what}, which is not here: add the file of {module}",
                module,
            )
        if module in ONLY_MACROS:
            continue
        table = _table(work, module)
        missing = [
            name
            for name in wanted
            if table and name.replace("-", "_") not in table and not _is_built_in(module, name)
        ]
        if missing:
            return (
                f"{text.module} imports {_listed(missing)} from {module}, but the {module} here "
                f"does not have {'it' if len(missing) == 1 else 'them'}: "
                f"add the {module} that came with this file",
                module,
            )
    return None


def _is_macro(name: str) -> bool:
    """Names in capitals are words of the language: OBJECT-TYPE, NOTIFICATION-GROUP."""
    return name.replace("-", "").isupper()


def _is_built_in(module: str, name: str) -> bool:
    """Whether pysmi knows the name itself, or takes it from the newer module that has it now."""
    newer = SymtableCodeGen.convertImportv2.get(module, {})
    return name in newer or name in translate.BASES or name in {"MibIdentifier", "iso"}


def _listed(names: list[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {plural(more, 'other')}" if more > 0 else "")


def _table(work: Work, module: str) -> dict[str, Any]:
    if module not in work.tables and (facts := work.known_facts(module)) is not None:
        work.tables[module] = translate.symbols(facts)
    table: dict[str, Any] = work.tables.get(module, {})
    return table


def _compile(work: Work, text: Text) -> None:
    print(f"at {text.path}", file=sys.stderr, flush=True)
    for module in {*_followed(text), "SNMPv2-SMI", "SNMPv2-TC", "SNMPv2-CONF"}:
        _table(work, module)
    try:
        generator = IntermediateCodeGen()
        _, document = generator.gen_code(
            text.ast, work.tables, genTexts=True, textFilter=lambda _, words: tidy(words)
        )
        made, lost = translate.facts_of(text.module, document, _types(work, text), source=text.file)
    except (PySmiError, RecursionError, LookupError, TypeError, ValueError) as error:
        work.problem(text.file, _meaning_words(text, error))
        work.made.pop(text.module, None)
        return
    if lost:
        named = _listed(sorted(set(lost)))
        work.problem(text.file, f"{text.module}: the type of {named} is not known; taken as octets")
    work.made[text.module] = made


def _followed(text: Text) -> set[str]:
    """The modules imported, and those pysmi looks into instead of old ones."""
    followed = set(text.imports)
    for module, names in text.imports.items():
        newer = SymtableCodeGen.convertImportv2.get(module, {})
        followed |= {place for name in names for place, _ in newer.get(name, ())}
    return followed


def _types(work: Work, text: Text) -> dict[str, Syntax]:
    """The types a text may use by name: those of what it imports from."""
    types: dict[str, Syntax] = {}
    for module in ("SNMPv2-TC", *sorted(_followed(text))):
        if module in work.made:
            types |= dict(work.made[module].types)
        elif module in work.texts:
            types |= _types_of_batch(work, module)
        elif (facts := work.known_facts(module)) is not None:
            types |= dict(facts.types)
    return types


def _types_of_batch(work: Work, module: str) -> dict[str, Syntax]:
    """The types of a module of this batch that was not compiled yet."""
    work.made[module] = Facts(module, (), ())  # so that a circle of imports ends
    _compile(work, work.texts[module])
    made = work.made.get(module)
    return {} if made is None else dict(made.types)


def _meaning_words(text: Text, error: BaseException) -> str:
    said = str(getattr(error, "msg", "") or error or type(error).__name__)
    what, _, names = said.partition(": ")
    if what == "Unknown parents for symbols":
        listed = _listed(names.split(", "))
        return f"{text.module} neither defines nor imports the types of {listed}"
    if what == "Unknown parent symbol":
        return f"{text.module} puts objects under {names}, which it neither defines nor imports"
    return f"{text.module} contradicts itself: {said}"


def tidy(words: str) -> str:
    """A description without the indentation of its file; paragraphs stay."""
    paragraphs = re.split(r"\n[ \t\r]*\n", words.strip())
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


if __name__ == "__main__":
    sys.exit(main())
