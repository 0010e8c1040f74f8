"""Strings that must not be seen."""

from __future__ import annotations

import hmac
from typing import Any, NewType

SecretRef = NewType("SecretRef", str)
"""The name of a secret in the vault; everything but the vault holds only this."""


class Secret:
    """A text that prints as dots. `reveal()` is the one way in, easy to search for."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        return self._text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._text.encode(), other._text.encode())

    def __hash__(self) -> int:
        return hash((Secret, self._text))

    def __repr__(self) -> str:
        return "Secret(•••)"

    def __str__(self) -> str:
        return "•••"

    def __reduce__(self) -> Any:
        raise TypeError("a secret is not pickled")
