"""From how far what is drawn: regions, then sites, then devices. It does not flicker between."""

from __future__ import annotations

import math
from enum import IntEnum

from noc_console.views.topology.hulls import Outlined

SITE_PX = 30.0
"""Sites with a smaller radius than this, in pixels, are drawn as one node each."""
CROWDED_PX = 9.0
"""So are sites whose devices stand closer than this."""
BUBBLE_PX = 64.0
"""Many sites closer to each other than this are taken together to regions."""
SLACK = 0.1
"""A level is left a tenth later than it is entered."""


class Level(IntEnum):
    """What one node of the picture is."""

    REGIONS = 0
    SITES = 1
    DEVICES = 2


def level_at(known: Outlined, scale: float, before: Level | None, *, sites_only: bool) -> Level:
    """The level at a scale, given the level there is; `sites_only` never goes to devices."""
    if not known.sites:
        return Level.DEVICES
    if not sites_only and (len(known.sites) < 2 or _sees_devices(known, scale, before)):
        return Level.DEVICES
    if known.regions:
        slack = 1.0 if before is None else (1 + SLACK if before is Level.REGIONS else 1 - SLACK)
        if known.apart * scale < BUBBLE_PX * slack:
            return Level.REGIONS
    return Level.SITES


def _sees_devices(known: Outlined, scale: float, before: Level | None) -> bool:
    radius = known.reach * scale
    apart = 2 * radius / math.sqrt(max(known.size, 1.0))
    slack = 1.0 if before is None else (1 - SLACK if before is Level.DEVICES else 1 + SLACK)
    return radius >= SITE_PX * slack and apart >= CROWDED_PX * slack
