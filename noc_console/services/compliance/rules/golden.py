"""Templates of what a configuration should be, filled in for a device.

A small part of Jinja2's language in its sandbox: values, `if`, `for` over what is given, a few
filters. No calls, no assignments, no arithmetic: what a template can cost is known before it
runs, its nodes times the lengths of the lists it walks.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, UndefinedError, nodes
from jinja2.exceptions import SecurityError, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from noc_console.kernel.errors import Invalid

LONGEST_TEMPLATE = 60_000
LONGEST_TEXT = 1_000_000
MOST_STEPS = 2_000_000
LONGEST_LIST = 200
MOST_INTERFACES = 2_000
DEVICE, SITE, CUSTOMER = "device", "site", "customer"
INTERFACES = "interfaces"
"""The one list that may be longer."""
GIVEN = frozenset({DEVICE, INTERFACES})
"""Names that are the console's to fill. `site` is, too, unless a variable is called so."""
_DEEPEST_LOOP = 2
_ALLOWED: tuple[type[nodes.Node], ...] = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.If,
    nodes.For, nodes.Getattr, nodes.Getitem, nodes.CondExpr, nodes.Filter, nodes.Test,
    nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.List, nodes.Tuple,
)  # fmt: skip
_FILTERS = ("upper", "lower", "trim", "default", "first", "last", "length", "join")
_TESTS = ("defined", "none", "string", "number", "eq", "ne", "in", "lessthan", "greaterthan")


class _Sandbox(ImmutableSandboxedEnvironment):
    """Only what is given: mappings and lists of plain values, never attributes of objects."""

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        return False

    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, Mapping) and not attribute.startswith("_"):
            return obj[attribute] if attribute in obj else self.undefined(name=attribute)
        raise SecurityError(f"there is no {attribute[:40]!r} here")

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(argument, str):
            return self.getattr(obj, argument)
        if isinstance(obj, list) and isinstance(argument, int):
            return obj[argument] if -len(obj) <= argument < len(obj) else self.undefined()
        raise SecurityError("only a name or a number can stand in brackets")


def _environment() -> _Sandbox:
    made = _Sandbox(
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        optimized=False,  # nothing of a template is worked out before it was looked at
        # What a device calls itself stays within its line: it cannot add lines of its own.
        finalize=lambda value: "" if value is None else " ".join(str(value).split()),
    )
    made.globals.clear()
    made.filters = {name: made.filters[name] for name in _FILTERS}
    made.tests = {name: made.tests[name] for name in _TESTS}
    return made


_ENVIRONMENT = _environment()


@lru_cache(maxsize=128)
def template(text: str) -> Template:
    """The template; Invalid when it cannot be understood or could cost too much."""
    if len(text) > LONGEST_TEMPLATE:
        raise Invalid(f"a template has at most {LONGEST_TEMPLATE:,} characters", field="text")
    try:
        tree = _ENVIRONMENT.parse(text)
    except TemplateSyntaxError as error:
        raise Invalid(f"line {error.lineno}: {error.message}", field="text") from error
    if _cost(tree, loops=0) > MOST_STEPS:
        raise Invalid("this template has too many loops", field="text")
    try:
        return _ENVIRONMENT.from_string(tree)
    except TemplateError as error:
        raise Invalid(f"this template is not understood: {error.message}", field="text") from error


def filled(text: str, given: Mapping[str, Any]) -> str:
    """The template filled in; Invalid names what nobody knows of this device."""
    parts, length = [], 0
    try:
        for part in template(text).generate(_cut(given)):
            parts.append(part)
            length += len(part)
            if length > LONGEST_TEXT:
                raise Invalid(f"the text is longer than {LONGEST_TEXT:,} characters", field="text")
    except UndefinedError as error:
        raise Invalid(str(error.message), field="text") from error
    except (TemplateError, TypeError, ValueError) as error:
        raise Invalid(f"this template cannot be filled in: {error}", field="text") from error
    return "".join(parts)


def variables(text: str) -> dict[str, Any]:
    """`name = value` lines; values with commas are lists. Invalid names a line that is neither."""
    found: dict[str, Any] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, equals, value = line.partition("=")
        name = name.strip()
        if not equals or not name.isidentifier() or name.startswith("_") or name in GIVEN:
            raise Invalid(f"line {number} is not `name = value`", field="variables")
        parts = [part.strip() for part in value.split(",")]
        found[name] = parts if len(parts) > 1 else parts[0]
    return found


def _cost(node: nodes.Node, *, loops: int) -> int:
    """Steps it takes at most; refuses what is not in our part of the language."""
    line = getattr(node, "lineno", 1)
    if not isinstance(node, _ALLOWED):
        what = type(node).__name__.lower()
        raise Invalid(f"line {line}: {what} cannot be used in a template", field="text")
    for kind, known, word in (
        (nodes.Filter, _FILTERS, "filter"),
        (nodes.Test, _TESTS, "test"),
    ):
        if isinstance(node, kind) and node.name not in known:
            told = ", ".join(known)
            raise Invalid(f"line {line}: there is no {word} {node.name}; use {told}", field="text")
    if isinstance(node, nodes.Getattr | nodes.Name):
        name = node.attr if isinstance(node, nodes.Getattr) else node.name
        if name.startswith("_") or name in {"self", "super", "caller", "loop"}:
            raise Invalid(f"line {line}: {name[:40]} is not to be had", field="text")
    times = 1
    if isinstance(node, nodes.For):
        if node.recursive or loops >= _DEEPEST_LOOP:
            raise Invalid(f"line {line}: loops stand in one another at most twice", field="text")
        is_long = isinstance(node.iter, nodes.Name) and node.iter.name == INTERFACES
        loops, times = loops + 1, MOST_INTERFACES if is_long else LONGEST_LIST
    return times * (1 + sum(_cost(child, loops=loops) for child in node.iter_child_nodes()))


def _cut(given: Any, most: int = LONGEST_LIST) -> Any:
    """Plain values only, and lists of bounded length, whatever was handed in.

    Too long a list is refused: one cut short would be judged as if the rest were right.
    """
    if isinstance(given, Mapping):
        longest = {INTERFACES: MOST_INTERFACES}
        return {
            str(name): _cut(value, longest.get(name, LONGEST_LIST)) for name, value in given.items()
        }
    if isinstance(given, list | tuple):
        if len(given) > most:
            raise Invalid(f"a list has at most {most} entries, this has {len(given)}", field="text")
        return [_cut(value) for value in given]
    if given is None or isinstance(given, bool | int | float):
        return given
    return str(given)
