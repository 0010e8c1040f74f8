"""A round as numbers."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from noc_console.db.samples import PROBE
from noc_console.services.probes.model import ProbeState, Round
from noc_console.services.probes.rules.measure import row

TIMES = st.lists(st.integers(1, 10_000_000), min_size=1, max_size=100)


@given(TIMES)
def test_the_row_fits_its_kind_and_its_percentiles_ascend(times):
    made = dict(zip(PROBE.columns, row(Round(ProbeState.WELL, 100, tuple(times))), strict=True))
    spread = [made[f"{n}_us"] for n in ("min", "p10", "p25", "median", "p75", "p90", "max")]
    assert spread == sorted(spread)
    assert made["lost"] == 100 - len(times)


def test_a_round_without_an_answer_has_no_times():
    told = dict(zip(PROBE.columns, row(Round(ProbeState.SILENT, 4)), strict=True))
    assert (told["sent"], told["lost"], told["state"]) == (4, 4, 3)
    assert all(told[name] is None for name in PROBE.columns if name.endswith("_us"))


def test_phases_and_the_end_of_a_certificate_are_kept():
    ends = datetime(2027, 1, 1, tzinfo=UTC)
    told = Round(
        ProbeState.WELL, 1, (9,), phases_us={"connect": 3, "tls": 4}, expires_at=ends, late=2
    )
    made = dict(zip(PROBE.columns, row(told), strict=True))
    assert (made["connect_us"], made["tls_us"], made["name_us"]) == (3, 4, None)
    assert (made["expires_s"], made["late"]) == (int(ends.timestamp()), 2)
