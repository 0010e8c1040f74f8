"""Operations as command lines: options made from the arguments of the method behind the door."""

from __future__ import annotations

import argparse
import inspect
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from enum import Enum
from getpass import getpass
from typing import Any

from noc_console.kernel.errors import Refused
from noc_console.kernel.operation import Argument, Operation, arguments_of

_SECRET = frozenset(
    [
        "community",
        "auth_pass",
        "priv_pass",
        "v3_auth_pass",
        "v3_priv_pass",
        "password",
        "shared_secret",
        "secret",
    ]
)


def add_options(parser: argparse.ArgumentParser, wanted: tuple[Argument, ...]) -> None:
    """One `--option` per argument; tuples may be given several times."""
    for argument in wanted:
        _add_option(parser, argument)


def chosen(method: Callable[..., Any], given: argparse.Namespace) -> dict[str, Any]:
    """The keyword arguments for the operation: what was typed, defaults left to the method."""
    values = {argument.name: getattr(given, argument.name) for argument in _wanted(method)}
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
    add_options(parser, _wanted(method))
    return parser


def _wanted(method: Callable[..., Any]) -> tuple[Argument, ...]:
    wanted = arguments_of(method)
    if wanted is None:
        raise Refused("this operation takes values that only programs have")
    return wanted


def _add_option(parser: argparse.ArgumentParser, argument: Argument) -> None:
    flag = "--" + argument.name.replace("_", "-")
    options: dict[str, Any] = {"dest": argument.name, "required": argument.is_needed}
    if not argument.is_needed and argument.default not in (None, "", ()):
        options["help"] = f"default: {_word(argument.default)}"
    if argument.kind is bool:
        parser.add_argument(flag, action=argparse.BooleanOptionalAction, default=None, **options)
        return
    if argument.is_many:
        options["action"] = "append"
        options.setdefault("help", "given again for more")
    if issubclass(argument.kind, Enum):
        options["metavar"] = "{" + ",".join(str(_word(each)) for each in argument.kind) + "}"
        options["type"] = _enum_reader(argument.kind)
    elif argument.name in _SECRET:
        options["metavar"] = argument.name.rpartition("_")[2].upper()
        options["type"] = _secret_reader(flag)
        options["help"] = "`-` asks for it: a command line is seen by everybody on the machine"
    else:
        options["metavar"] = argument.name.rpartition("_")[2].upper()
        options["type"] = _READERS[argument.kind]
        if argument.is_many and argument.kind is int:
            options |= {"action": "extend", "type": _numbers, "help": "1,2,3, or given again"}
    parser.add_argument(flag, **options)


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


def _secret_reader(flag: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text != "-":
            return text
        if sys.stdin.isatty():
            return getpass(f"{flag}: ", stream=sys.stderr)
        return sys.stdin.readline().rstrip("\r\n")

    return read


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not an ISO 8601 time") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _numbers(text: str) -> list[int]:
    try:
        return [int(part) for part in text.split(",")]
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no number, nor several like 1,2") from error


_READERS: dict[Any, Callable[[str], Any]] = {
    str: str,
    int: int,
    float: float,
    datetime: _moment,
}
