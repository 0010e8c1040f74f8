"""A snippet for many devices: each gets the variant of its platform, with its own values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from noc_console.services.snippets import filling
from noc_console.services.snippets.model import Snippet, Variable
from noc_console.services.terminal.ring import Member


def values_of(member: Member, *, user: str, now: datetime) -> dict[str, str]:
    """What a device fills in by itself; empty where nobody knows."""
    return filling.own_values(
        host=member.name,
        address=member.address,
        site=member.site,
        platform=member.platform,
        user=user,
        now=now,
    )


def to_ask(
    snippet: Snippet, members: Sequence[Member], *, user: str, now: datetime
) -> tuple[Variable, ...]:
    """What is asked once for all: variables that some device does not fill in by itself."""
    found: dict[str, Variable] = {}
    for member in members:
        text = filling.variant_for(snippet, member.platform) or ""
        for one in filling.to_ask(text, values_of(member, user=user, now=now)):
            if one.name not in found or (one.default and not found[one.name].default):
                found[one.name] = one
    return tuple(found.values())


def example(snippet: Snippet, members: Sequence[Member]) -> str:
    """Every variant that one of these devices gets, as it is written."""
    texts = (filling.variant_for(snippet, one.platform) for one in members)
    return "\n".join(dict.fromkeys(text for text in texts if text and text.strip()))


def words_for(
    snippet: Snippet,
    members: Sequence[Member],
    typed: Mapping[str, str],
    *,
    user: str,
    now: datetime,
) -> dict[int, str]:
    """What each device gets, by its number; those are left out for whose platform none fits.

    Raises Invalid for a variable without a value.
    """
    words = {}
    for member in members:
        text = filling.variant_for(snippet, member.platform) or ""
        own = {k: v for k, v in values_of(member, user=user, now=now).items() if v}
        if text.strip():
            words[member.device_id] = filling.filled(text, {**typed, **own})
    return words
