"""How bad each result of a probe is, by the rules for alarms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from noc_console.services.alarms.model import Condition, Severity
from noc_console.services.detection.book import RuleBook
from noc_console.services.detection.model import Level, Rule
from noc_console.services.detection.scoping import fits, fits_device
from noc_console.services.inventory.model import Device
from noc_console.services.probes.model import Probe

_MEASURES = {
    "probe.state": Condition.PROBE_FAILED,
    "probe.loss": Condition.PROBE_LOSS,
    "probe.median_ms": Condition.PROBE_LATENCY,
    "probe.certificate_days": Condition.CERTIFICATE_EXPIRY,
}


@dataclass(frozen=True, slots=True)
class Gravity:
    """Severities by condition; what is missing is not worth an alarm."""

    severities: Mapping[Condition, Severity] = field(default_factory=dict)
    certificate: tuple[Level, ...] = ()
    """Days, worst first."""

    def of(self, condition: Condition) -> Severity:
        return self.severities.get(condition, Severity.CLEARED)


def gravity_of(book: RuleBook, probe: Probe, device: Device | None, site: str = "") -> Gravity:
    """What the rules in force say of a probe; of several the one that decides."""
    severities: dict[Condition, Severity] = {}
    certificate: tuple[Level, ...] = ()
    for measure, condition in _MEASURES.items():
        rule = next(
            (
                rule
                for rule in book.rules
                if (rule.measure, rule.condition) == (measure, condition)
                and _applies(rule, probe, device, site)
            ),
            None,
        )
        if rule is None or rule.is_mute:
            continue
        severities[condition] = rule.severity
        if measure == "probe.certificate_days":
            certificate = rule.levels
    return Gravity(severities, certificate)


def _applies(rule: Rule, probe: Probe, device: Device | None, site: str) -> bool:
    scope = rule.scope
    if not fits(scope.probes, probe.name, probe.kind.value, probe.target):
        return False
    if device is not None:
        return fits_device(scope, device, site)
    return not (scope.types or scope.vendors or scope.names or scope.sites or scope.models)
