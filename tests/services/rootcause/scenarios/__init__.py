"""Faults in generated networks: which lines must be on the desk, and no others.

Each scenario says what breaks and the exact set of roots. That everything else is folded shows
that nothing consequent is left over; that every independent fault is in the set shows that
nothing real is suppressed. `rules/test_engine.py` plays them, in several orders and batches.
"""

from tests.services.rootcause.scenarios import circumstances, paths, ports
from tests.services.rootcause.scenarios.telling import SCENARIOS, Scenario

__all__ = ["SCENARIOS", "Scenario", "circumstances", "paths", "ports"]
