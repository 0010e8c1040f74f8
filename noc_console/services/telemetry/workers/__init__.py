"""What runs by itself: the poller, the collector's pulse, the keeper of the measurements."""

from noc_console.services.telemetry.workers.poller import Poller
from noc_console.services.telemetry.workers.upkeep import CollectorPulse, SamplesKeeper

__all__ = ["CollectorPulse", "Poller", "SamplesKeeper"]
