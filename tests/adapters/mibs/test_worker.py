"""How problems of a text are told; the process itself is proved with the compiler."""

from __future__ import annotations

from pathlib import Path

from pysmi.error import PySmiSemanticError

from noc_console.adapters.mibs.worker import Text, Work, _listed, _meaning_words, tidy


def test_a_description_loses_the_indentation_of_its_file() -> None:
    assert tidy("  What\n     it does.\r\n\n\n    And\twhy.  ") == "What it does.\n\nAnd why."
    assert tidy("") == ""


def test_many_names_are_told_by_the_first_and_a_count() -> None:
    assert _listed(["a", "b"]) == "a, b"
    assert _listed([f"n{at}" for at in range(14)]).endswith("n11 and 2 others")


def test_what_pysmi_says_is_told_in_words_that_help() -> None:
    text = Text(Path("x.mib"), ("X-MIB", None, {}, []))

    def words(said: str) -> str:
        return _meaning_words(text, PySmiSemanticError(said))

    assert words("Unknown parents for symbols: a, b") == (
        "X-MIB neither defines nor imports the types of a, b"
    )
    assert words("Unknown parent symbol: acme") == (
        "X-MIB puts objects under acme, which it neither defines nor imports"
    )
    assert words("Duplicate symbol found: x").startswith("X-MIB contradicts itself")


def test_a_problem_shows_no_control_characters() -> None:
    work = Work(known={})
    work.problem("x.mib", "evil\x1b[31m\u202e" + "a" * 2000)
    (problem,) = work.problems
    assert "\x1b" not in problem.text and "\u202e" not in problem.text
    assert len(problem.text) < 700
