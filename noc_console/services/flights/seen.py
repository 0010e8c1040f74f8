"""What the template of a change sees of a device: the words of all templates, and its variables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from noc_console.services.inventory.model import Device, Interface
from noc_console.services.templates.words import (
    NOTHING,
    Around,
    around,
    of_device,
    of_interfaces,
    of_site,
)

__all__ = ["Around", "around", "values"]


def values(
    device: Device,
    ports: Sequence[Interface],
    variables: Mapping[str, str],
    known: Around = NOTHING,
) -> dict[str, Any]:
    """By the names that templates use; what nobody knows is empty, never undefined."""
    return {
        "device": of_device(device),
        "site": of_site(device, known),
        "interfaces": of_interfaces(ports, known),
        "var": dict(variables),
    }
