"""What is remembered of recordings: that they were made, of which device, and how openly."""

from __future__ import annotations

from dataclasses import dataclass

from noc_console.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRecorded(Event):
    """Everything a device answers was written to a file of the person who asked for it."""

    address: str
    file: str
    objects: int
    is_redacted: bool
