"""Templates of changes: Jinja2 in its sandbox, and within bounds that it does not have.

A template sees values only. Whatever takes time or room without end is refused: loops are
counted, texts are measured, and what could reach outside (imports, includes, macros) is no part
of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, UndefinedError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from noc_console.kernel.errors import Invalid

LONGEST_TEMPLATE = 64 << 10
LONGEST_RESULT = 512 << 10
MOST_TURNS = 20_000
"""Of all loops together."""
MOST_RANGE = 4_096
LONGEST_TEXT = 64 << 10
"""Of anything on the way there."""
_FILTER_WORDS = (
    "upper lower title trim default d first last length count int float round abs sort unique"
    " reverse list map select reject selectattr rejectattr max min sum string"
)
_FILTERS = frozenset(_FILTER_WORDS.split())
_METHOD_WORDS = (
    "upper lower strip lstrip rstrip split startswith endswith removeprefix removesuffix"
)
_METHODS = frozenset(_METHOD_WORDS.split())
_REFUSED = (
    nodes.Import, nodes.FromImport, nodes.Include, nodes.Extends, nodes.Block, nodes.Macro,
    nodes.CallBlock, nodes.FilterBlock, nodes.Mul, nodes.Pow,
    nodes.Concat, nodes.AssignBlock,
)  # fmt: skip


class _Environment(ImmutableSandboxedEnvironment):
    """Nothing is called but what cannot blow up; sums of texts are measured."""

    intercepted_binops = frozenset({"%", "+"})

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if operator == "%" and not isinstance(left, int | float):
            raise TemplateError("% is for numbers")
        if operator == "+" and not isinstance(left, int | float):
            _measured(len(left) + len(right))
        return super().call_binop(context, operator, left, right)

    def is_safe_callable(self, obj: Any) -> bool:
        of_text = isinstance(getattr(obj, "__self__", None), str) and obj.__name__ in _METHODS
        return of_text or obj is _range or isinstance(obj, _Turns)


def _environment() -> _Environment:
    made = _Environment(
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False
    )
    made.filters = {name: made.filters[name] for name in _FILTERS}
    made.filters |= {"join": _join, "replace": _replace}
    made.globals = {"range": _range}
    return made


def _join(parts: Iterable[Any], between: str = "") -> str:
    told = [str(part) for part in parts]
    _measured(sum(map(len, told)) + len(between) * len(told))
    return between.join(told)


def _replace(text: str, old: str, new: str) -> str:
    text = str(text)
    _measured(len(text) + text.count(old) * len(new))
    return text.replace(old, new)


def _measured(size: int) -> None:
    if size > LONGEST_TEXT:
        raise TemplateError("a text in it is longer than 64 KiB")


def _range(*bounds: int) -> range:
    asked = range(*bounds)
    if len(asked) > MOST_RANGE:
        raise TemplateError(f"a range has at most {MOST_RANGE} numbers")
    return asked


def rendered(template: str, values: Mapping[str, Any]) -> str:
    """The lines for one device. Raises Invalid with the line of the template to mend."""
    if len(template) > LONGEST_TEMPLATE:
        raise Invalid("a template has at most 64 KiB", field="template")
    environment = _environment()
    try:
        tree = environment.parse(template)
        _check(tree)
        made = environment.from_string(tree)
        return _bounded(made.generate({**values, "_turn": _Turns()}))
    except TemplateSyntaxError as error:
        raise Invalid(f"line {error.lineno}: {error.message}", field="template") from error
    except UndefinedError as error:
        raise Invalid(f"{error.message}", field="template") from error
    except TemplateError as error:
        raise Invalid(
            f"{error.message or 'not allowed in a template'}", field="template"
        ) from error
    except (TypeError, ValueError, ArithmeticError, LookupError, RecursionError) as error:
        raise Invalid(f"the template cannot be filled in: {error}", field="template") from error


class _Turns:
    """Counts the turns of loops; prints as nothing."""

    def __init__(self) -> None:
        self._left = MOST_TURNS

    def __call__(self) -> str:
        self._left -= 1
        if self._left < 0:
            raise TemplateError(f"its loops turn more than {MOST_TURNS:,} times")
        return ""


def _check(tree: nodes.Template) -> None:
    for refused in tree.find_all(_REFUSED):
        _no(refused)
    for name in tree.find_all(nodes.Name):
        if name.name.startswith("_"):
            _no(name)
    for loop in list(tree.find_all(nodes.For)):
        if loop.recursive:
            _no(loop)
        turn = nodes.Call(nodes.Name("_turn", "load"), [], [], None, None, lineno=loop.lineno)
        loop.body.insert(0, nodes.Output([turn], lineno=loop.lineno))


def _no(node: nodes.Node) -> NoReturn:
    what = type(node).__name__.lower()
    raise TemplateSyntaxError(f"{what} has no place in the template of a change", node.lineno)


def _bounded(parts: Any) -> str:
    kept: list[str] = []
    size = 0
    for part in parts:
        size += len(part)
        if size > LONGEST_RESULT:
            raise TemplateError("its result is longer than 512 KiB")
        kept.append(part)
    return "".join(kept)
