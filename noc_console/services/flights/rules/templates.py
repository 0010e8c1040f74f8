"""Templates of changes: Jinja2 in its sandbox, and within bounds that it does not have.

A template sees values only. Whatever takes time or room without end is refused: loops are
counted, texts and lists are measured, its own time is bounded, and what could reach outside
(imports, includes, macros) is no part of it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
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
LARGEST_LIST = 256 << 10
"""Of a list with all that stands in it: lists in lists grow faster than any text."""
LONGEST_S = 3.0
"""Of its own time on the processor: a loaded machine refuses no template."""
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


class _Meter:
    """What one filling in may still take; called, it counts a turn of a loop and prints nothing."""

    def __init__(self, spent_s: Callable[[], float]) -> None:
        self._left = MOST_TURNS
        self._spent_s = spent_s
        self._until_s = spent_s() + LONGEST_S

    def __call__(self) -> str:
        self._left -= 1
        if self._left < 0:
            raise TemplateError(f"its loops turn more than {MOST_TURNS:,} times")
        self.in_time()
        return ""

    def in_time(self) -> None:
        """Raises TemplateError when it took too long already."""
        if self._spent_s() > self._until_s:
            raise TemplateError(f"it takes longer than {LONGEST_S:g} s to fill in")

    def weighed(self, made: Any) -> Any:
        """A list as it is, unless it holds too much; what stands there twice counts twice."""
        self.in_time()
        left = LARGEST_LIST
        waiting = [made]
        while waiting:
            one = waiting.pop()
            left -= 1
            if isinstance(one, str):
                left -= len(one)
            elif isinstance(one, Mapping):
                waiting += one.values()
            elif isinstance(one, list | tuple | range):
                # What is left bounds what is looked at, too.
                waiting += one[: max(0, left) + 1]
            if left < 0:
                raise TemplateError("a list in it holds too much")
        return made

    def filter(self, plain: Callable[..., Any]) -> Callable[..., Any]:
        """A filter that is not begun any more once it took too long."""

        @wraps(plain)  # with what tells Jinja2 to hand it the environment
        def timed(*values: Any, **named: Any) -> Any:
            self.in_time()
            return plain(*values, **named)

        return timed


class _Environment(ImmutableSandboxedEnvironment):
    """Nothing is called but what cannot blow up; sums of texts and lists are measured."""

    intercepted_binops = frozenset({"%", "+"})

    def __init__(self, meter: _Meter) -> None:
        super().__init__(
            undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False
        )
        plain = {name: self.filters[name] for name in _FILTERS}
        plain |= {"join": _join, "replace": _replace, "sum": _sum}
        self.filters = {name: meter.filter(each) for name, each in plain.items()}
        self.globals = {"range": _range}
        self._meter = meter

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if operator == "%" and not isinstance(left, int | float):
            raise TemplateError("% is for numbers")
        if operator == "+" and isinstance(left, str) and isinstance(right, str):
            _measured(len(left) + len(right))
        elif operator == "+" and not isinstance(left, int | float):
            self._meter.weighed([left, right])
        return super().call_binop(context, operator, left, right)

    def is_safe_callable(self, obj: Any) -> bool:
        owner = getattr(obj, "__self__", None)
        of_text = isinstance(owner, str) and obj.__name__ in _METHODS
        return of_text or obj is _range or isinstance(obj, _Meter) or isinstance(owner, _Meter)


def _join(parts: Iterable[Any], between: str = "") -> str:
    told = [str(part) for part in parts]
    _measured(sum(map(len, told)) + len(between) * len(told))
    return between.join(told)


def _replace(text: str, old: str, new: str) -> str:
    text = str(text)
    _measured(len(text) + text.count(old) * len(new))
    return text.replace(old, new)


def _sum(parts: Iterable[Any]) -> Any:
    """Of numbers: lists put together one after the other take the square of their length."""
    return sum(parts)


def _measured(size: int) -> None:
    if size > LONGEST_TEXT:
        raise TemplateError("a text in it is longer than 64 KiB")


def _range(*bounds: int) -> range:
    asked = range(*bounds)
    if len(asked) > MOST_RANGE:
        raise TemplateError(f"a range has at most {MOST_RANGE} numbers")
    return asked


def rendered(
    template: str,
    values: Mapping[str, Any],
    *,
    spent_s: Callable[[], float] = time.thread_time,
) -> str:
    """The lines for one device. Raises Invalid with the line of the template to mend.

    `spent_s` tells how much time of the processor was spent so far.
    """
    if len(template) > LONGEST_TEMPLATE:
        raise Invalid("a template has at most 64 KiB", field="template")
    meter = _Meter(spent_s)
    environment = _Environment(meter)
    try:
        tree = environment.parse(template)
        _check(tree)
        made = environment.from_string(tree)
        return _bounded(made.generate({**values, "_turn": meter, "_weighed": meter.weighed}))
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
    _weigh_lists(tree)


def _weigh_lists(node: nodes.Node) -> None:
    """Each list that is written down is weighed when it is made."""
    for name, value in list(node.iter_fields()):
        if isinstance(value, nodes.Node):
            setattr(node, name, _with_weighing(value))
        elif isinstance(value, list):
            setattr(node, name, [_with_weighing(each) for each in value])


def _with_weighing(value: Any) -> Any:
    if not isinstance(value, nodes.Node):
        return value
    _weigh_lists(value)
    is_made = isinstance(value, nodes.List | nodes.Dict) or (
        # Names that a loop sets are written as a tuple, too.
        isinstance(value, nodes.Tuple) and value.ctx == "load"
    )
    if not is_made:
        return value
    weigh = nodes.Name("_weighed", "load")
    return nodes.Call(weigh, [value], [], None, None, lineno=value.lineno)


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
