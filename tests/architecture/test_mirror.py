"""The tests mirror the source, path for path: what proves a file is one jump away."""

import ast

import pytest

from tests.architecture.sources import PACKAGE, TESTS, functions, modules, parse

OWN_GROUND = ("architecture", "lab", "e2e", "benchmarks", "devices", "faults", "fuzz")
"""Folders of tests that prove no single file."""

WITHOUT_A_SOURCE = {"app/test_canary.py"}
"""Tests of what we did not write: the installed Qt."""


def only_declares(body):
    """Is a function's body nothing but a docstring and `...`?"""
    return all(
        isinstance(node, ast.Pass)
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        for node in body
    )


def behaves(source):
    """Does anything in this module run? Ports, events and plain values only declare."""
    return any(not only_declares(function.body) for function in functions(source.tree))


def proof_of(path):
    folder, _, name = path.rpartition("/")
    return f"{folder}/test_{name}".lstrip("/")


def mirroring_tests():
    return sorted(
        path
        for file in TESTS.rglob("test_*.py")
        if (path := file.relative_to(TESTS).as_posix()).split("/")[0] not in OWN_GROUND
    )


def test_every_source_file_that_does_something_has_its_test_file():
    missing = [
        f"noc_console/{source.path} wants tests/{proof_of(source.path)}"
        for source in modules()
        if not source.path.endswith(("__init__.py", "__main__.py"))
        and behaves(source)
        and not (TESTS / proof_of(source.path)).is_file()
    ]
    assert missing == []


def test_every_test_file_proves_a_source_file():
    """`test_reader.py` proves `reader.py`; `test_reader_against_snmpd.py` does so too."""
    orphans = [
        path
        for path in mirroring_tests()
        if path not in WITHOUT_A_SOURCE and not any(map(exists, sources_of(path)))
    ]
    assert orphans == []


def sources_of(path):
    folder, _, name = path.rpartition("/")
    words = name.removeprefix("test_").removesuffix(".py").split("_")
    for end in range(len(words), 0, -1):
        yield f"{folder}/{'_'.join(words[:end])}".lstrip("/")


def exists(stem):
    return (PACKAGE / f"{stem}.py").is_file() or (PACKAGE / stem).is_dir()


def test_every_folder_of_tests_is_a_package_so_that_names_may_repeat():
    bare = [
        folder.relative_to(TESTS).as_posix()
        for folder in {file.parent for file in TESTS.rglob("*.py")}
        if not (folder / "__init__.py").is_file()
    ]
    assert bare == []


def test_no_package_hides_behaviour_in_its_init_file():
    hiding = [
        source.path
        for source in modules()
        if source.path.endswith("__init__.py") and behaves(source)
    ]
    assert hiding == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("class P(Protocol):\n    def get(self) -> int:\n        '''Says.'''\n        ...", False),
        ("X = 1", False),
        ("def f():\n    '''Says.'''\n    return 1", True),
        ("class C:\n    async def f(self):\n        await self.g()", True),
    ],
)
def test_a_module_behaves_when_a_function_in_it_has_a_body(text, expected):
    assert behaves(parse(text, "sample.py")) is expected
