"""Texts with places to fill in, written by people and filled with words of devices.

A small part of Jinja2's language: values, `if`, `for` over what is given, and a list of filters.
No calls, no assignments, no macros, no arithmetic, no ranges: what a template can cost is known
before it runs (its nodes, times the length of the lists it walks), so no time-out is needed and
none could fail. On top of that the sandbox refuses attributes, and the output is bounded.

A template is a person's; what fills it is a device's. Values are made harmless for where they are
read (`rules/texts.py`), the template's own words are not touched.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from jinja2 import (
    StrictUndefined,
    Template,
    TemplateSyntaxError,
    Undefined,
    UndefinedError,
    nodes,
)
from jinja2.exceptions import SecurityError, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from noc_console.kernel.errors import Invalid
from noc_console.services.notify.rules.texts import Dress, harmless

LONGEST_TEMPLATE = 8_000
LONGEST_TEXT = 20_000
"""Characters of a filled-in template."""
MOST_STEPS = 100_000
LONGEST_LIST = 50
"""What a template walks is cut to so many."""
_DEEPEST_LOOP = 2

_ALLOWED: tuple[type[nodes.Node], ...] = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.If,
    nodes.For, nodes.Getattr, nodes.Getitem, nodes.CondExpr, nodes.Filter, nodes.Test,
    nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not,
)  # fmt: skip
_FILTERS = ("upper", "lower", "title", "capitalize", "trim", "default", "first", "last", "length")
_TESTS = ("defined", "none", "string", "number", "lessthan", "greaterthan", "eq", "ne")
_NOT_THERE = {
    nodes.Call: "calls",
    nodes.Macro: "macros",
    nodes.Assign: "assignments",
    nodes.Include: "includes",
    nodes.Import: "imports",
    nodes.Concat: "joining with ~",
}


class _Sandbox(ImmutableSandboxedEnvironment):
    """Only what is given: mappings and lists of plain values."""

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        return False

    def getattr(self, obj: Any, attribute: str) -> Any:
        """`alarm.site` is a key of what is given, never an attribute of an object of ours."""
        if isinstance(obj, Mapping) and not attribute.startswith("_"):
            if attribute in obj:
                return obj[attribute]
            return self.undefined(obj=obj, name=attribute)
        if isinstance(obj, Undefined):
            str(obj)  # tells which name it is that nobody knows
        raise SecurityError(f"there is no {attribute[:40]!r} here")

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(argument, str):
            return self.getattr(obj, argument)
        if isinstance(obj, list | tuple) and isinstance(argument, int):
            return obj[argument] if -len(obj) <= argument < len(obj) else self.undefined()
        raise SecurityError("only a name or a number can stand in brackets")


def _environment(dress: Dress) -> _Sandbox:
    made = _Sandbox(
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: "" if value is None else harmless(value, dress),
        optimized=False,  # nothing of a template is worked out before it was looked at
    )
    made.globals.clear()
    made.filters = {name: made.filters[name] for name in _FILTERS}
    made.tests = {name: made.tests[name] for name in _TESTS}
    return made


_ENVIRONMENTS = {dress: _environment(dress) for dress in Dress}


def check(text: str) -> None:
    """Refuse a template that could not be filled in, or that could cost too much."""
    _made(text, Dress.PLAIN)


@lru_cache(maxsize=256)
def _made(text: str, dress: Dress) -> Template:
    if len(text) > LONGEST_TEMPLATE:
        raise Invalid(f"a template has at most {LONGEST_TEMPLATE:,} characters", field="body")
    environment = _ENVIRONMENTS[dress]
    try:
        tree = environment.parse(text)
    except TemplateSyntaxError as error:
        raise Invalid(f"line {error.lineno}: {error.message}", field="body") from error
    if _cost(tree, loops=0) > MOST_STEPS:
        raise Invalid("this template has too many loops", field="body")
    try:
        return environment.from_string(tree)
    except TemplateError as error:
        raise Invalid(f"this template is not understood: {error.message}", field="body") from error


def _cost(node: nodes.Node, *, loops: int) -> int:
    """Steps it takes at most; refuses what is not in our part of the language."""
    line = getattr(node, "lineno", 1)
    if not isinstance(node, _ALLOWED):
        what = _NOT_THERE.get(type(node), type(node).__name__.lower())
        raise Invalid(f"line {line}: {what} cannot be used in a template", field="body")
    if isinstance(node, nodes.Filter) and node.name not in _FILTERS:
        known = ", ".join(_FILTERS)
        raise Invalid(f"line {line}: there is no filter {node.name}; use {known}", field="body")
    if isinstance(node, nodes.Test) and node.name not in _TESTS:
        raise Invalid(f"line {line}: there is no test {node.name}", field="body")
    if isinstance(node, nodes.Getattr | nodes.Name):
        name = node.attr if isinstance(node, nodes.Getattr) else node.name
        if name.startswith("_") or name in {"self", "super", "caller"}:
            raise Invalid(f"line {line}: {name[:40]} is not to be had", field="body")
    if isinstance(node, nodes.For):
        if node.recursive or loops >= _DEEPEST_LOOP:
            raise Invalid(f"line {line}: loops stand in one another at most twice", field="body")
        return LONGEST_LIST * _all(node, loops + 1)
    return _all(node, loops)


def _all(node: nodes.Node, loops: int) -> int:
    return 1 + sum(_cost(child, loops=loops) for child in node.iter_child_nodes())


def fill(text: str, given: Mapping[str, Any], *, dress: Dress) -> str:
    """The text with its places filled in; a place nobody knows is told by name."""
    template = _made(text, dress)
    parts, length = [], 0
    try:
        for part in template.generate(_cut(given)):
            parts.append(part)
            length += len(part)
            if length > LONGEST_TEXT:
                raise Invalid(f"the text is longer than {LONGEST_TEXT:,} characters", field="body")
    except UndefinedError as error:
        raise Invalid(f"{error.message}; see the list of places", field="body") from error
    except SecurityError as error:
        raise Invalid(str(error), field="body") from error
    except (TemplateError, TypeError, ValueError) as error:
        raise Invalid(f"this template cannot be filled in: {error}", field="body") from error
    return "".join(parts).strip()


def _cut(given: Any) -> Any:
    """Plain values only, and lists of bounded length, whatever was handed in."""
    if isinstance(given, Mapping):
        return {str(name): _cut(value) for name, value in given.items()}
    if isinstance(given, list | tuple):
        return [_cut(value) for value in given[:LONGEST_LIST]]
    if given is None or isinstance(given, bool | int | float):
        return given
    return str(given)
