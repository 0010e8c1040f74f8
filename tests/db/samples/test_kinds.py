import pytest

from noc_console.db.samples.kinds import DEVICE, INTERFACE, KINDS, Kind


def test_the_epoch_is_not_shown():
    assert "epoch" in INTERFACE.columns
    assert "epoch" not in INTERFACE.shown
    assert INTERFACE.columns[INTERFACE.epoch_at] == "epoch"


def test_counters_are_found_by_their_place():
    assert [INTERFACE.columns[at] for at in INTERFACE.counters_at] == list(INTERFACE.columns[:8])
    assert DEVICE.counters_at == ()


def test_no_two_built_in_kinds_share_a_code_or_a_name():
    assert len({kind.code for kind in KINDS}) == len({kind.name for kind in KINDS}) == len(KINDS)


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": 0},
        {"code": 1 << 16},
        {"columns": ()},
        {"columns": ("a", "a")},
        {"columns": tuple(f"c{at}" for at in range(65))},
        {"counters": frozenset({"b"})},
        {"epoch": "b"},
    ],
)
def test_a_kind_that_contradicts_itself_is_refused(wrong):
    with pytest.raises(ValueError, match="kind odd"):
        Kind(**({"name": "odd", "code": 9, "columns": ("a",)} | wrong))
