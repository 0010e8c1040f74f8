"""What a snippet may be, which of its variants fits, and what becomes of its variables.

Variables are `{{name}}`, `{{name=default}}` or `{{name=one|two}}`. Some fill themselves from the
session: host, address, site, platform, user, date, time. A value is put in as it is and never
read again as a template.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from fnmatch import fnmatchcase

from noc_console.kernel.errors import Invalid, NotAllowed
from noc_console.kernel.text import visible
from noc_console.services.snippets.model import Snippet, SnippetKind, Variable, Variant

LONGEST_NAME = 80
LONGEST_TEXT = 64_000
MOST_VARIANTS = 20
MOST_VARIABLES = 20
LONGEST_VALUE = 2_000
OWN = frozenset({"host", "address", "site", "platform", "user", "date", "time"})
"""Variables a session fills in by itself."""
_VARIABLE = re.compile(r"\{\{\s*([A-Za-z][\w-]{0,39})\s*(?:=([^{}\n]{0,400}))?\}\}")


def checked_name(name: str) -> str:
    """The name without blanks around it. Raises Invalid."""
    name = visible(name.strip())
    if not name or len(name) > LONGEST_NAME:
        raise Invalid(f"a snippet's name has 1 to {LONGEST_NAME} characters", field="name")
    return name


def checked_variants(variants: Iterable[Variant], kind: SnippetKind) -> tuple[Variant, ...]:
    """The variants, patterns in lower case; the first that fits is used. Raises Invalid."""
    found = tuple(Variant(one.platform.strip().lower() or "*", one.text) for one in variants)
    if not found or not any(one.text.strip() for one in found):
        raise Invalid("type what is to be sent", field="text")
    if len(found) > MOST_VARIANTS:
        raise Invalid(f"a snippet has at most {MOST_VARIANTS} variants", field="variants")
    for one in found:
        if len(one.text) > LONGEST_TEXT:
            raise Invalid(f"a snippet has at most {LONGEST_TEXT:,} characters", field="text")
        if kind is SnippetKind.TEXT and any(
            ord(sign) < 0x20 and sign not in "\n\t" for sign in one.text
        ):
            raise Invalid("there are control characters in it: record a macro", field="text")
        if len(variables_of(one.text)) > MOST_VARIABLES:
            raise Invalid(f"at most {MOST_VARIABLES} variables", field="text")
    if len({one.platform for one in found}) < len(found):
        raise Invalid("two variants are for the same platforms", field="variants")
    return found


def must_own(snippet: Snippet, name: str) -> None:
    """A shared snippet is used by all and changed by its owner."""
    if snippet.owner != name:
        raise NotAllowed(f"this snippet is {snippet.owner}'s: save it under a name of your own")


def variant_for(snippet: Snippet, platform: str) -> str | None:
    """The text for a platform; exact names before patterns, `*` last. None when none fits."""
    name = platform.lower()
    exact = next((one.text for one in snippet.variants if one.platform == name), None)
    if exact is not None:
        return exact
    fitting = [one for one in snippet.variants if fnmatchcase(name, one.platform)]
    # The longer a pattern, the more it says.
    best = max(fitting, key=lambda one: len(one.platform.replace("*", "")), default=None)
    return None if best is None else best.text


def variables_of(text: str) -> tuple[Variable, ...]:
    """What is to be filled in, each once, in the order it stands there."""
    found: dict[str, Variable] = {}
    for match in _VARIABLE.finditer(text):
        name, told = match[1].lower(), (match[2] or "").strip()
        choices = tuple(part.strip() for part in told.split("|")) if "|" in told else ()
        default = choices[0] if choices else told
        if name not in found or (told and not found[name].default):
            found[name] = Variable(name, default, choices)
    return tuple(found.values())


def to_ask(text: str, own: Mapping[str, str]) -> tuple[Variable, ...]:
    """The variables that the session does not fill in by itself."""
    return tuple(one for one in variables_of(text) if not own.get(one.name))


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its variables filled in. Raises Invalid for one without a value."""
    for name, value in values.items():
        if len(value) > LONGEST_VALUE or not (value.isprintable() or not value):
            raise Invalid(f"“{name}” holds control characters or is too long", field=name)

    def put(match: re.Match[str]) -> str:
        name = match[1].lower()
        if name not in values or values[name] == "":
            raise Invalid(f"“{name}” has no value", field=name)
        return values[name]

    return _VARIABLE.sub(put, text)


def own_values(
    *, host: str, address: str, site: str, platform: str, user: str, now: datetime
) -> dict[str, str]:
    """What a session fills in by itself; empty where it does not know."""
    return {
        "host": visible(host),
        "address": visible(address),
        "site": visible(site),
        "platform": visible(platform),
        "user": visible(user),
        "date": f"{now:%Y-%m-%d}",
        "time": f"{now:%H:%M:%S}",
    }


def as_typed(text: str, *, has_enter: bool) -> bytes:
    """Lines as a keyboard sends them: Enter is a carriage return."""
    lines = text.replace("\r\n", "\n").rstrip("\n").replace("\n", "\r")
    return (lines + ("\r" if has_enter else "")).encode()
