"""What interfaces did between two polls, measure by measure, worked out when a rule asks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from noc_console.kernel.quantity import si
from noc_console.services.detection.measures import MEASURES
from noc_console.services.telemetry.model import Floats, Ints

SHARE_FROM = 1.0
"""Errors a second below which their share of the packets says nothing."""

_IN_OCTETS, _OUT_OCTETS, _IN_PACKETS, _OUT_PACKETS = range(4)
_ERRORS, _DISCARDS = slice(4, 6), slice(6, 8)


class Loads:
    """The rates of the interfaces that were read; NaN is unknown."""

    __slots__ = ("_known", "_per_second", "_speeds")

    def __init__(self, per_second: Floats, speeds: Ints) -> None:
        self._per_second = per_second
        """[n, 8] in and out octets, packets, errors, discards."""
        self._speeds = speeds
        """bit/s; 0 when not known."""
        self._known: dict[str, Floats] = {}

    def of(self, measure: str) -> Floats:
        """One measure of all of them."""
        found = self._known.get(measure)
        if found is None:
            found = self._known[measure] = self._work_out(measure)
        return found

    def say(self, measure: str, at: int) -> str:
        """One of them in words."""
        value = float(self.of(measure)[at])
        if measure.startswith("interface.utilisation"):
            return self._say_use(measure, at, value)
        if measure == "interface.errors":
            return f"{value:.1f} errors/s"
        if measure == "interface.error_share":
            return f"{value:.2g} % of the packets"
        if measure.endswith("_bps"):
            return f"{measure[10:-4]} {si(value, 'b/s')}"
        return f"{value:.1f} {MEASURES[measure].unit}"

    def _say_use(self, measure: str, at: int, value: float) -> str:
        way = measure.removeprefix("interface.utilisation").removeprefix("_")
        if not way:
            out = float(self.of("interface.utilisation_out")[at])
            way = "out" if out >= value else "in"
        return f"{way} {value:.0f} % of {si(int(self._speeds[at]), 'b/s')}"

    def _work_out(self, measure: str) -> Floats:
        rates, word = self._per_second, measure.removeprefix("interface.")
        match word:
            case "utilisation":
                return np.fmax(
                    self.of("interface.utilisation_in"), self.of("interface.utilisation_out")
                )
            case "utilisation_in":
                return self._share_of_speed(rates[:, _IN_OCTETS])
            case "utilisation_out":
                return self._share_of_speed(rates[:, _OUT_OCTETS])
            case "in_bps":
                return rates[:, _IN_OCTETS] * 8
            case "out_bps":
                return rates[:, _OUT_OCTETS] * 8
            case "in_pps":
                return rates[:, _IN_PACKETS]
            case "out_pps":
                return rates[:, _OUT_PACKETS]
            case "errors":
                return _both(rates[:, _ERRORS])
            case "discards":
                return _both(rates[:, _DISCARDS])
        return self._error_share()

    def _share_of_speed(self, octets: Floats) -> Floats:
        speeds = self._speeds
        found: Floats = np.where(speeds > 0, octets * 800 / np.where(speeds > 0, speeds, 1), np.nan)
        return found

    def _error_share(self) -> Floats:
        errors = self.of("interface.errors")
        packets = np.nansum(self._per_second[:, _IN_PACKETS : _OUT_PACKETS + 1], axis=1)
        counts = errors > SHARE_FROM
        shares: NDArray[np.float64] = np.where(
            counts, 100 * errors / np.where(counts, packets + errors, 1.0), 0.0
        )
        shares[np.isnan(errors)] = np.nan
        return shares


def _both(ways: Floats) -> Floats:
    """The sum of both ways; of one where the other is not told."""
    found: Floats = np.where(np.isfinite(ways).any(axis=1), np.nansum(ways, axis=1), np.nan)
    return found
