"""From sysLocation to a site: operators write the city, the street, and sometimes coordinates."""

from __future__ import annotations

import re
from dataclasses import dataclass

_PAIR = re.compile(
    r"[\[(;,\s]*(?P<lat>[-+]?\d{1,2}\.\d{1,10})\s*[,;/ ]\s*(?P<lon>[-+]?\d{1,3}\.\d{1,10})\s*[\])]?"
)
_WITHIN = re.compile(
    r"(?i)^(rack|room|floor|cabinet|cab|shelf|row|unit|slot|etage|rek|u)\b[\s.:#-]*[\w.-]*$"
)
_NOTHING = re.compile(
    r"(?i)^(|unknown.*|not set|undefined|none|null|n/?a|private|<private>|default|location"
    r"|somewhere|sitting on the dock of the bay|right here, right now\.?|here|-+|\W*)$"
)
LONGEST = 120


@dataclass(frozen=True, slots=True)
class Place:
    """A site's name and, when they were told, its coordinates in degrees (WGS 84)."""

    name: str
    latitude: float | None = None
    longitude: float | None = None


def parse(location: str) -> Place | None:
    """The place a sysLocation names; None when it is empty or a maker's default.

    `Amsterdam, Keizersgracht 1; 52.37,4.89`, `Utrecht [52.09, 5.12]` and plain words all do.
    What is inside a building (rack, room, floor) is not part of the site.
    """
    text = " ".join(location[:1000].split())
    latitude = longitude = None
    if found := _PAIR.search(text):
        lat, lon = float(found["lat"]), float(found["lon"])
        if abs(lat) <= 90 and abs(lon) <= 180:
            latitude, longitude = lat, lon
            text = f"{text[: found.start()]} ; {text[found.end() :]}"
    name = ", ".join(part for part in _parts(text) if not _WITHIN.match(part))[:LONGEST]
    if _NOTHING.match(name):
        if latitude is None or longitude is None:
            return None
        name = f"{latitude:.4f}, {longitude:.4f}"
    return Place(name, latitude, longitude)


def _parts(text: str) -> list[str]:
    parts = (part.strip(" ,;[]()") for part in re.split(r"[,;]", text))
    return [part for part in parts if part]
