"""What makes a probe possible: a target that fits its kind, an interval, thresholds."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from noc_console.kernel.errors import Invalid
from noc_console.services.probes.model import Probe, Thresholds
from noc_console.services.probes.settings import PingSettings, ProbeKind

SHORTEST_S, LONGEST_S = 1.0, 86_400.0
_NAME = re.compile(r"(?=.{1,253}\.?$)(?!-)[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63})*\.?")
_ORIGIN = re.compile(r"(collector|zone):[^\s].{0,100}")


def check(probe: Probe) -> None:
    """Raises Invalid that names the field when the probe cannot be run."""
    if probe.target:
        check_target(probe.kind, probe.target)
    elif probe.device_id is None or probe.kind is ProbeKind.HTTP:
        raise Invalid("name a target: an address, a name or a URL", field="target")
    if not SHORTEST_S <= probe.interval_s <= LONGEST_S:
        raise Invalid(
            f"the interval lies between {SHORTEST_S:g} and {LONGEST_S:g} s", field="interval_s"
        )
    if probe.origin and not _ORIGIN.fullmatch(probe.origin):
        raise Invalid("from where: empty, collector:NAME or zone:NAME", field="origin")
    if len(probe.name) > 200 or (probe.name and not probe.name.isprintable()):
        raise Invalid("a name has at most 200 printable characters", field="name")
    _check_pace(probe)
    check_thresholds(probe.thresholds)


def check_target(kind: ProbeKind, target: str) -> None:
    """Raises Invalid unless the target is an address or a name; for HTTP, a URL."""
    if kind is ProbeKind.HTTP:
        _check_url(target)
    elif not is_host(target):
        raise Invalid(f"{target[:100]!r} is neither an address nor a name", field="target")


def is_host(text: str) -> bool:
    """An IPv4 or IPv6 address (with a zone), or a name of DNS."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return bool(_NAME.fullmatch(text)) and not text.replace(".", "").isdigit()
    return True


def check_thresholds(thresholds: Thresholds) -> None:
    """Raises Invalid when a threshold makes no sense."""
    if not 0 <= thresholds.loss_percent <= 100:
        raise Invalid("loss lies between 0 and 100 %", field="loss_percent")
    for name in ("latency_ms", "jitter_ms"):
        if not 0 <= getattr(thresholds, name) <= 60_000:
            raise Invalid("a time lies between 0 and 60000 ms", field=name)
    for name in ("rounds_on", "rounds_off"):
        if not 1 <= getattr(thresholds, name) <= 100:
            raise Invalid("between 1 and 100 rounds", field=name)


def _check_url(target: str) -> None:
    try:
        parts = urlsplit(target)
        port = parts.port
    except ValueError as error:
        raise Invalid(f"the URL cannot be read: {error}", field="target") from error
    if parts.scheme not in {"http", "https"}:
        raise Invalid("the target is a URL: http://… or https://…", field="target")
    if parts.username is not None or parts.password is not None:
        raise Invalid("a URL with a password in it would be shown to everyone", field="target")
    if not parts.hostname or not is_host(parts.hostname) or port == 0:
        raise Invalid("the URL names no host", field="target")
    if len(target) > 2000 or not target.isprintable() or " " in target:
        raise Invalid("the URL has blanks or is too long", field="target")


def _check_pace(probe: Probe) -> None:
    """A round must be over before the next one begins."""
    settings = probe.settings
    if isinstance(settings, PingSettings) and settings.spread:
        return
    tries = getattr(settings, "count", 1)
    gap_s = getattr(settings, "gap_ms", 20.0) / 1000
    least = tries * gap_s if tries > 1 else 0.0
    if probe.interval_s < least:
        raise Invalid(
            f"{tries} packets take {least:.1f} s: ask less often or send fewer", field="interval_s"
        )
