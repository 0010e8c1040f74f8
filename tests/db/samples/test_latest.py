import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.db.samples.blocks import Section
from noc_console.db.samples.envelope import Damaged, seal
from noc_console.db.samples.kinds import INTERFACE
from noc_console.db.samples.latest import FORGOTTEN_MS, fold, pack_latest, unpack_latest
from tests.db.samples.conftest import counters


def section(**octets: int) -> Section:
    """`section(i5=100)`: interface 5 has received 100 octets."""
    ids = [int(name[1:]) for name in octets]
    return Section(1, np.array(ids), np.array([counters(one) for one in octets.values()]))


def state(part):
    return {
        int(subject): (int(at), float(rate))
        for subject, at, rate in zip(part.ids, part.at, part.rates[:, 0], strict=True)
    }


def test_a_second_poll_gives_rates():
    part = fold(None, section(i1=0, i2=0), 1_000, INTERFACE)
    assert np.isnan(part.rates).all()
    part = fold(part, section(i1=10, i2=30), 11_000, INTERFACE)
    assert state(part) == {1: (11_000, 1.0), 2: (11_000, 3.0)}


def test_a_poll_of_some_leaves_the_others_as_they_were():
    part = fold(None, section(i1=0, i2=0, i3=0), 0, INTERFACE)
    part = fold(part, section(i1=60, i2=60, i3=60), 60_000, INTERFACE)
    part = fold(part, section(i2=65), 61_000, INTERFACE)
    assert state(part) == {1: (60_000, 1.0), 2: (61_000, 5.0), 3: (60_000, 1.0)}


def test_a_new_interface_joins_and_one_unheard_of_for_a_day_leaves():
    part = fold(None, section(i1=0, i2=0), 0, INTERFACE)
    part = fold(part, section(i2=0, i3=0), 60_000, INTERFACE)
    assert part.ids.tolist() == [1, 2, 3]
    part = fold(part, section(i2=0, i3=0), FORGOTTEN_MS + 30_000, INTERFACE)
    assert part.ids.tolist() == [1, 2, 3][1:]


def test_an_older_or_repeated_poll_changes_nothing():
    part = fold(None, section(i1=0), 0, INTERFACE)
    part = fold(part, section(i1=10), 10_000, INTERFACE)
    assert fold(part, section(i1=10), 10_000, INTERFACE) is part
    assert fold(part, section(i1=5), 5_000, INTERFACE) is part


def test_a_repeated_poll_with_a_newcomer_keeps_the_rates():
    part = fold(None, section(i1=0), 0, INTERFACE)
    part = fold(part, section(i1=10), 10_000, INTERFACE)
    part = fold(part, section(i1=10, i2=0), 10_000, INTERFACE)
    assert state(part)[1] == (10_000, 1.0)


def test_a_restart_of_the_counters_has_no_rate():
    part = fold(None, Section(1, np.array([1]), np.array([counters(500, epoch=1)])), 0, INTERFACE)
    new = Section(1, np.array([1]), np.array([counters(900, epoch=2)]))
    assert np.isnan(fold(part, new, 1_000, INTERFACE).rates).all()


def test_the_state_survives_its_packing():
    part = fold(None, section(i1=0, i7=3), 0, INTERFACE)
    part = fold(part, section(i1=10, i7=3), 10_000, INTERFACE)
    back = unpack_latest(pack_latest((part,)))[1]
    for name in ("ids", "at", "values", "rates"):
        assert np.array_equal(getattr(back, name), getattr(part, name)), name


@given(st.binary(max_size=120))
def test_hostile_bytes_are_damaged_and_never_crash(content):
    try:
        unpack_latest(seal(content, level=0))
    except Damaged:
        pass


def test_another_layout_is_refused():
    with pytest.raises(Damaged, match="layout 7"):
        unpack_latest(seal(b"\7\0", level=0))
