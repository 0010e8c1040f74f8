"""When an alarm sounds: the worst of what is new, not too often, and again while it must."""

from __future__ import annotations

from collections.abc import Iterable

from noc_console.services.alarms.model import Severity
from noc_console.views.shell.alert_settings import AlertSettings

GAP_S = 3.0
"""A storm sounds this often at most."""
AGAIN_S = 10.0
"""A critical alarm nobody acknowledged sounds again this often, when that is wished."""


class Ringer:
    """Decides what sounds now. Knows no sound."""

    def __init__(self) -> None:
        self._wanted: Severity | None = None
        self._rang_at: float | None = None

    def hear(self, severities: Iterable[Severity]) -> None:
        """New alarms; the worst is what sounds."""
        told = [*severities, *([] if self._wanted is None else [self._wanted])]
        self._wanted = max(told, default=None)

    def ring(
        self,
        settings: AlertSettings,
        *,
        now_s: float,
        is_muted: bool,
        waits: Severity | None,
    ) -> Severity | None:
        """What is to sound now, if anything; `waits` is the worst nobody has acknowledged.

        What is muted is not made up for later: it is on screen.
        """
        wanted, since = self._wanted, now_s - self._rang_at if self._rang_at is not None else None
        if is_muted or (wanted is not None and not settings.sounds(wanted)):
            wanted = self._wanted = None
        if wanted is not None and (since is None or since >= GAP_S):
            self._wanted, self._rang_at = None, now_s
            return wanted
        must = settings.rings_on and settings.sound_least is not None and not is_muted
        is_time = since is None or since >= AGAIN_S
        if must and is_time and waits is not None and waits >= Severity.CRITICAL:
            self._rang_at = now_s
            return waits
        return None
