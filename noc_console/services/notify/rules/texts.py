"""Words of devices inside a message: made harmless for where it is read, and counted for SMS."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from noc_console.kernel.text import visible
from noc_console.services.notify.settings import ChannelKind


class Dress(StrEnum):
    """What reads the text and may take parts of it for commands."""

    PLAIN = "plain"
    MARKDOWN = "markdown"
    SLACK = "slack"


DRESSES = {
    ChannelKind.EMAIL: Dress.PLAIN,
    ChannelKind.SMS: Dress.PLAIN,
    ChannelKind.TELEGRAM: Dress.PLAIN,
    ChannelKind.SLACK: Dress.SLACK,
    ChannelKind.TEAMS: Dress.MARKDOWN,
    ChannelKind.WEBHOOK: Dress.PLAIN,
    ChannelKind.APPRISE: Dress.PLAIN,
}

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~:@])")
LONGEST_VALUE = 500


def harmless(value: object, dress: Dress) -> str:
    """One value for a message: one line, bounded, and nothing in it is a command."""
    text = visible(str(value), limit=LONGEST_VALUE)
    if dress is Dress.MARKDOWN:
        return _MARKDOWN.sub(r"\\\1", text)
    if dress is Dress.SLACK:
        # Slack's own rule: these three, and no others, are escaped.
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text


# 3GPP TS 23.038: the default alphabet, and those that take two places.
_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_TWICE = frozenset("^{}\\[~]|€\f")
_PLAINER = str.maketrans(
    {"–": "-", "—": "-", "…": "...", "“": '"', "”": '"', "„": '"', "‘": "'", "’": "'",
     "·": ".", "→": "->", "•": "*", "×": "x", "\u00a0": " ", "\u202f": " "}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SmsSize:
    """How much of the air a text takes (3GPP TS 23.040)."""

    is_gsm: bool
    """The 7-bit alphabet is enough; else it is UCS-2."""
    units: int
    """Septets, or UTF-16 units."""
    segments: int

    @property
    def shown(self) -> str:
        alphabet = "GSM-7" if self.is_gsm else "UCS-2"
        return f"{self.units} characters in {alphabet}, {self.segments} SMS"


def sms_size(text: str) -> SmsSize:
    """160 septets or 70 UTF-16 units fit into one; of several each holds 153 or 67.

    No character is cut in two between segments, which can cost a place at each end.
    """
    if all(each in _GSM or each in _GSM_TWICE for each in text):
        sizes = [2 if each in _GSM_TWICE else 1 for each in text]
        return SmsSize(True, sum(sizes), _segments(sizes, alone=160, joined=153))
    sizes = [2 if ord(each) > 0xFFFF else 1 for each in text]
    return SmsSize(False, sum(sizes), _segments(sizes, alone=70, joined=67))


def _segments(sizes: list[int], *, alone: int, joined: int) -> int:
    if sum(sizes) <= alone:
        return 1
    count, used = 1, 0
    for size in sizes:
        if used + size > joined:
            count, used = count + 1, 0
        used += size
    return count


def for_sms(text: str, *, most_segments: int) -> str:
    """A text cut to so many SMS; typographic signs become plain ones, which saves half the room."""
    plain = text.translate(_PLAINER)
    if sms_size(plain).segments <= most_segments:
        return plain
    low, high = 0, len(plain)
    while low < high:
        middle = (low + high + 1) // 2
        if sms_size(plain[:middle].rstrip() + "...").segments <= most_segments:
            low = middle
        else:
            high = middle - 1
    return plain[:low].rstrip() + "..."
