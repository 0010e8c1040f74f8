"""The sources as the architecture tests read them: parsed once, named as people name them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "noc_console"
TESTS = ROOT / "tests"


@dataclass(frozen=True, slots=True)
class Source:
    """One module: where it is below its root, its text and its tree."""

    path: str
    """With forward slashes, relative to the package: `services/alarms/rules.py`."""
    text: str
    tree: ast.Module

    def is_in(self, folder: str) -> bool:
        return self.path.startswith(f"{folder}/")


def parse(text: str, path: str) -> Source:
    return Source(path, text, ast.parse(text, filename=path))


@cache
def modules() -> tuple[Source, ...]:
    """Every module of the program."""
    return tuple(
        parse(file.read_text(encoding="utf-8"), file.relative_to(PACKAGE).as_posix())
        for file in sorted(PACKAGE.rglob("*.py"))
    )


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def dotted(node: ast.expr) -> str:
    """`a.b.c` of an expression made of names and dots; what cannot be named becomes `?`."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=attr):
            return f"{dotted(value)}.{attr}"
        case ast.Call(func=func):
            return f"{dotted(func)}()"
        case _:
            return "?"
