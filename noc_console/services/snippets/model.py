"""Texts that are typed again and again: snippets, buttons and recorded keys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from noc_console.kernel.events import Event

SnippetId = NewType("SnippetId", int)


class SnippetKind(StrEnum):
    """How a snippet is sent."""

    TEXT = "text"
    """Lines with variables, sent at once."""
    MACRO = "macro"
    """Keys as they were typed, each line sent when the device has answered the one before."""


@dataclass(frozen=True, slots=True)
class Variant:
    """What is sent to platforms whose name fits a pattern like `cisco-*`; `*` fits all."""

    platform: str
    text: str


@dataclass(frozen=True, slots=True)
class Snippet:
    """A text with a name; its owner's, or the whole team's."""

    id: SnippetId
    name: str
    variants: tuple[Variant, ...]
    kind: SnippetKind = SnippetKind.TEXT
    folder: str = ""
    owner: str = ""
    is_shared: bool = False
    is_on_bar: bool = False
    """Has a button below terminals."""
    has_enter: bool = True
    """The last line is entered, too; else it waits for the operator."""
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Variable:
    """A place in a snippet that is filled in before it is sent."""

    name: str
    default: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SnippetSaved(Event):
    """A snippet was made, changed or shared."""

    snippet_id: int
    name: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SnippetRemoved(Event):
    """A snippet was thrown away."""

    snippet_id: int
    name: str
