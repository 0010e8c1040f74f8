r"""Patterns of texts that take a time in proportion to the text, whatever the text is.

A template is the message with names in braces where it varies:

    neighbor {peer} Down            a word: up to a space, or up to what follows in the template
    reason: {why...}                anything, up to what follows, or to the end
    state {_} to {state=Down|Idle}  a word nobody asks for; one of several
    {*}changed state to {a|b}       anything nobody asks for; one of several, unnamed

Case does not count, one space stands for any number. A template becomes a regular expression
whose every repeat is possessive or atomic: it never tries a second time what it has taken, so
there is no text that makes it slow. Regular expressions given as such (`regex`) may hold only
what keeps that promise: see `check`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Flag, auto

from noc_console.kernel.errors import Invalid

MOST_TEXT = 1_000
"""Characters of a text that are looked at."""
MOST_PATTERN = 300
MOST_LOOSE = 16
"""A repeat that may give back what it took ends at so many."""
MOST_WAYS = 512
"""Ways in which an expression may try the same piece of a text."""
_NAME = re.compile(r"[a-z][a-z0-9_]{0,30}")
_CHOICE = re.compile(r"[^{}|]+(?:\|[^{}|]+)*")


@dataclass(frozen=True, slots=True)
class Template:
    """A compiled pattern. Two are the same when they were written the same."""

    source: str
    names: tuple[str, ...]
    literal: str
    """The longest piece every fitting text contains, in lower case; empty when there is none."""
    compiled: re.Pattern[str] = field(compare=False, repr=False)

    def find(self, text: str) -> dict[str, str] | None:
        """The words by their names when the text fits anywhere, else None."""
        found = self.compiled.search(text, 0, MOST_TEXT)
        return None if found is None else found.groupdict("")


def template(source: str) -> Template:
    """Compile a template. Raises Invalid saying what is wrong with it."""
    if not source.strip() or len(source) > MOST_PATTERN:
        raise Invalid(f"a text pattern has 1 to {MOST_PATTERN} characters")
    pieces = _pieces(source)
    parts: list[str] = []
    names: list[str] = []
    literal = ""
    for at, (is_name, piece) in enumerate(pieces):
        before = pieces[at - 1] if at else (False, "")
        if not is_name:
            if not (before[0] and _is_wide(before[1])):  # taken together with what it ends
                parts.append(_literal(piece))
            literal = max(literal, *piece.lower().split(), key=len) if piece.strip() else literal
            continue
        if before[0]:
            raise Invalid(f"{{{piece}}} needs something between it and the one before: {source!r}")
        follows = pieces[at + 1][1] if at + 1 < len(pieces) else ""
        name, text = _placeholder(piece, follows)
        if name in names:
            raise Invalid(f"{{{name}}} is there twice in {source!r}")
        names += [name] if name else []
        parts.append(text)
    if not literal:
        raise Invalid(f"{source!r} fits every text: say some of its words")
    return Template(source, tuple(names), literal, _compiled("".join(parts)))


def expression(source: str) -> Template:
    """Compile a regular expression given as such. Raises Invalid unless it is surely quick."""
    check(source)
    try:
        compiled = _compiled(source)
    except re.error as error:
        raise Invalid(f"{source!r} is no regular expression: {error}") from error
    if compiled.match(""):
        raise Invalid(f"{source!r} fits every text")
    return Template(source, tuple(compiled.groupindex), "", compiled)


def _compiled(source: str) -> re.Pattern[str]:
    return re.compile(source, re.IGNORECASE | re.ASCII)


def _pieces(source: str) -> list[tuple[bool, str]]:
    """Literal texts and placeholders (True) in turn."""
    pieces: list[tuple[bool, str]] = []
    rest = source
    while rest:
        before, brace, after = rest.partition("{")
        if "}" in before:
            raise Invalid(f"a }} without its {{ in {source!r}")
        if before:
            pieces.append((False, before))
        if not brace:
            break
        inside, end, rest = after.partition("}")
        if inside == "*" and not pieces:
            continue  # a text fits wherever the pattern begins in it
        if not end:
            raise Invalid(f"a {{ without its }} in {source!r}")
        pieces.append((True, inside))
    return pieces


def _literal(piece: str) -> str:
    return "".join(r"\s++" if part.isspace() else re.escape(part)
                   for part in re.split(r"(\s+)", piece) if part)  # fmt: skip


def _placeholder(piece: str, follows: str) -> tuple[str, str]:
    """The name (or none) and the expression of what stands between two braces."""
    if "|" in piece or "=" in piece:
        name, _, choices = piece.rpartition("=")
        if not _CHOICE.fullmatch(choices) or (name and not _NAME.fullmatch(name)):
            raise Invalid(f"{{{piece}}} is not of the form {{name=One|Other}}")
        # The longest first: an atomic group does not come back for a longer one.
        several = sorted(choices.split("|"), key=len, reverse=True)
        body = f"(?>{'|'.join(map(_literal, several))})"
        return name, f"(?P<{name}>{body})" if name else body
    name = piece.removesuffix("...")
    if name not in {"*", "_"} and not _NAME.fullmatch(name):
        raise Invalid(f"{{{piece}}}: a name has small letters, digits and _")
    if _is_wide(piece):
        return _anything("" if name in {"*", "_"} else name, follows)
    stop = follows[:1]
    body = rf"[^\s{re.escape(stop)}]++" if stop and not stop.isspace() else r"\S++"
    return ("", body) if name == "_" else (name, f"(?P<{name}>{body})")


def _is_wide(piece: str) -> bool:
    return piece == "*" or piece.endswith("...")


def _anything(name: str, follows: str) -> tuple[str, str]:
    """Anything up to what follows and that as well; to the end of the text where nothing does."""
    start = f"(?P<{name}>" if name else "(?:"
    return name, f"(?>{start}.*?){_literal(follows)})" if follows else f"{start}.*+)"


_REPEAT = re.compile(r"\{(\d*)(?:(,)(\d*))?\}")


def check(source: str) -> None:
    """Refuse regular expressions that some text could make slow. Raises Invalid.

    Allowed are groups, classes, alternatives and repeats; a repeat without an end, or of more than
    sixteen, must be possessive (`\\S++`, `.*+`), and no repeat stands within another one. Look-
    arounds and references back are left out. What can be taken or left (`?`, `|`) doubles the
    ways to try, so there are few of these.
    """
    if not source.strip() or len(source) > MOST_PATTERN:
        raise Invalid(f"a regular expression has 1 to {MOST_PATTERN} characters")
    groups: list[_Inside] = []
    closed = NOTHING_INSIDE
    """What is in the group that stands before, when one does."""
    ways, loose = 1.0, 0
    at = 0
    while at < len(source):
        mark = source[at]
        if mark == "\\":
            if source[at + 1 : at + 2].isdigit():
                raise Invalid(f"{source!r} refers back, which can be slow")
            at, closed = at + 2, NOTHING_INSIDE
        elif mark == "[":
            at, closed = _end_of_class(source, at), NOTHING_INSIDE
        elif mark == "(":
            at = _group(source, at)
            groups.append(NOTHING_INSIDE)
            closed = NOTHING_INSIDE
        elif mark == ")":
            closed = groups.pop() if groups else NOTHING_INSIDE
            if groups:
                groups[-1] |= closed
            at += 1
        elif size := _repeat(source, at):
            length, most, is_possessive = size
            if closed & _Inside.REPEAT or (closed and most > 1 and not is_possessive):
                raise Invalid(f"{source!r} repeats a repeat, which can be slow")
            if not is_possessive and most > MOST_LOOSE:
                raise Invalid(f"{source!r}: write {source[at : at + length]}+ (possessive) there")
            if not is_possessive:
                loose += most > 1
                ways *= max(most, 2)
            if groups:
                groups[-1] |= _Inside.REPEAT if most > 1 else _Inside.CHOICE
            at += length
        else:
            if mark == "|":
                ways *= 2
                if groups:
                    groups[-1] |= _Inside.CHOICE
            at, closed = at + 1, NOTHING_INSIDE
    if loose > 2:
        raise Invalid(f"{source!r} has more than two repeats that are not possessive")
    if ways > MOST_WAYS:
        raise Invalid(f"{source!r} has too many `?`, `|` and repeats, which can be slow together")


class _Inside(Flag):
    """What makes a group slow when it is repeated."""

    REPEAT = auto()
    CHOICE = auto()


NOTHING_INSIDE = _Inside(0)


def _repeat(source: str, at: int) -> tuple[int, float, bool] | None:
    """Length, most and whether it is possessive, when a repeat stands here."""
    found = _REPEAT.match(source, at)
    if source[at] in "*+":
        length, most = 1, float("inf")
    elif source[at] == "?":
        length, most = 1, 1.0
    elif found and (found[1] or found[3]):
        length = found.end() - at
        most = float(found[3] or "inf") if found[2] else float(found[1])
    else:
        return None
    after = source[at + length : at + length + 1]
    if after == "?" and most > 1:
        raise Invalid(f"{source!r}: a lazy repeat can be slow, use a template's {{name...}}")
    return length + (after in ("+", "?")), most, after == "+"


def _end_of_class(source: str, at: int) -> int:
    end = at + 1
    if source[end : end + 1] == "^":
        end += 1
    if source[end : end + 1] == "]":
        end += 1
    while end < len(source) and source[end] != "]":
        end += 2 if source[end] == "\\" else 1
    if end >= len(source):
        raise Invalid(f"{source!r}: a [ without its ]")
    return end + 1


def _group(source: str, at: int) -> int:
    """Past the beginning of a group."""
    for begin in ("(?P<", "(?:", "(?>"):
        if source.startswith(begin, at):
            if begin == "(?P<":
                return source.find(">", at) + 1 or len(source)
            return at + len(begin)
    if source.startswith("(?", at):
        raise Invalid(f"{source!r}: only (…), (?:…), (?>…) and (?P<name>…) are allowed")
    return at + 1
