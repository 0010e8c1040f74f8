"""The ways platforms are changed, as the program brings them along."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping

from noc_console.kernel.errors import Broken
from noc_console.services.flights.rules import ways
from noc_console.services.flights.rules.ways import Manner

Ways = Mapping[str, Manner]
"""By the names of drivers."""


def read_ways(text: str) -> Ways:
    """`ways.toml` as values. Raises Broken for what is not written as it should be."""
    try:
        return ways.read(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise Broken(f"the ways of changes cannot be read: {error}") from error
