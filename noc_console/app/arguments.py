"""Operations as command lines: options made from the signature of the method behind the door."""

from __future__ import annotations

import argparse
import inspect
from collections.abc import Callable
from datetime import UTC, datetime
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from noc_console.kernel.operation import Operation


class Unsuitable(TypeError):
    """An operation takes something that cannot be typed on a command line."""


def add_options(parser: argparse.ArgumentParser, method: Callable[..., Any]) -> None:
    """One `--option` per keyword of the operation; tuples may be given several times."""
    hints = get_type_hints(inspect.unwrap(method))
    for parameter in _keywords(method):
        _add_option(parser, parameter, hints[parameter.name])


def chosen(method: Callable[..., Any], given: argparse.Namespace) -> dict[str, Any]:
    """The keyword arguments for the operation: what was typed, defaults left to the method."""
    values = {p.name: getattr(given, p.name) for p in _keywords(method)}
    return {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in values.items()
        if value is not None
    }


def parser_for(
    operation: Operation, method: Callable[..., Any], *, program: str
) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=f"{program} {operation.name}",
        description=inspect.getdoc(method) or operation.summary,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add_options(parser, method)
    return parser


def _keywords(method: Callable[..., Any]) -> list[inspect.Parameter]:
    parameters = inspect.signature(method).parameters.values()
    return [p for p in parameters if p.kind is inspect.Parameter.KEYWORD_ONLY]


def _add_option(parser: argparse.ArgumentParser, parameter: inspect.Parameter, hint: Any) -> None:
    flag = "--" + parameter.name.replace("_", "-")
    required = parameter.default is inspect.Parameter.empty
    base, repeatable = _shape(hint)
    options: dict[str, Any] = {"dest": parameter.name, "required": required, "default": None}
    if base is bool:
        parser.add_argument(flag, action=argparse.BooleanOptionalAction, **options)
        return
    if repeatable:
        options["action"] = "append"
    if isinstance(base, type) and issubclass(base, Enum):
        options["choices"] = list(base)
        options["metavar"] = "{" + ",".join(str(_word(member)) for member in base) + "}"
        options["type"] = _enum_reader(base)
    else:
        options["metavar"] = parameter.name.rpartition("_")[2].upper()
        options["type"] = _READERS[base]
    if not required and parameter.default not in (None, "", ()):
        options["help"] = f"default: {_word(parameter.default)}"
    parser.add_argument(flag, **options)


def _shape(hint: Any) -> tuple[type, bool]:
    """The plain type behind an annotation, and whether it may be given several times."""
    if get_origin(hint) in (Union, UnionType):
        rest = [part for part in get_args(hint) if part is not NoneType]
        if len(rest) != 1:
            raise Unsuitable(f"{hint} is not one plain type")
        return _shape(rest[0])
    if get_origin(hint) is tuple:
        return _shape(get_args(hint)[0])[0], True
    hint = getattr(hint, "__supertype__", hint)
    if hint is bool or hint in _READERS or (isinstance(hint, type) and issubclass(hint, Enum)):
        return hint, False
    raise Unsuitable(f"{hint} cannot be typed on a command line")


def _word(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.name.lower() if isinstance(value.value, int) else value.value
    return value


def _enum_reader(kind: type[Enum]) -> Callable[[str], Enum]:
    def read(text: str) -> Enum:
        for member in kind:
            if text.lower() == str(_word(member)).lower():
                return member
        raise argparse.ArgumentTypeError(
            f"{text!r} is none of {', '.join(str(_word(member)) for member in kind)}"
        )

    return read


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not an ISO 8601 time") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


_READERS: dict[Any, Callable[[str], Any]] = {
    str: str,
    int: int,
    float: float,
    datetime: _moment,
}
