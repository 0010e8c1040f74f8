from hypothesis import given
from hypothesis import strategies as st

from noc_console.lab.tree import Builder, Tree, order, signed, unsigned
from noc_console.wire import ber, oid, snmp

ARC = st.one_of(
    st.integers(0, 300), st.integers(16_000, 17_000), st.integers(2_097_000, 2_098_000),
    st.integers(0, 2**32 - 1),
)  # fmt: skip
NAME = st.lists(ARC, min_size=1, max_size=6).map(lambda arcs: oid.from_parts((1, 3, *arcs)))


def tree_of(names):
    chosen = sorted(set(names), key=oid.sort_key)
    return Tree([(name, ber.INTEGER, b"\x01", 0) for name in chosen])


@given(NAME, NAME)
def test_bytes_in_our_order_compare_as_the_numbers_do(a, b):
    assert (order(a) < order(b)) == (oid.sort_key(a) < oid.sort_key(b))


@given(st.lists(NAME, min_size=1, max_size=40), NAME)
def test_the_next_row_is_the_one_a_sorted_list_would_give(names, asked):
    tree = tree_of(names)
    later = sorted(
        (n for n in set(names) if oid.sort_key(n) > oid.sort_key(asked)), key=oid.sort_key
    )
    found, tag, _ = tree.after(asked, 0.0)
    if later:
        assert (found, tag) == (later[0], ber.INTEGER)
    else:
        assert tag == ber.END_OF_MIB


@given(st.lists(NAME, min_size=1, max_size=30))
def test_a_walk_sees_every_row_once_and_in_order(names):
    tree = tree_of(names)
    seen, here = [], oid.encode("0.0")
    while (step := tree.after(here, 0.0))[1] != ber.END_OF_MIB:
        here = step[0]
        seen.append(here)
    assert seen == sorted(set(names), key=oid.sort_key)


def sample(live=None, exists=None):
    mib = Builder()
    mib.scalar("1.3.6.1.2.1.1.5", ber.OCTETS, "ams-core-1")
    mib.cell("1.3.6.1.2.1.2.2.1.10", (1,), ber.COUNTER32, live or 5, exists=exists)
    mib.cell("1.3.6.1.2.1.2.2.1.10", (2,), ber.COUNTER64, 7)
    return mib.build()


def test_a_value_that_moves_is_asked_for_at_its_moment():
    tree = sample(live=lambda _arg, at: unsigned(at))
    name = oid.encode("1.3.6.1.2.1.2.2.1.10.1")
    assert snmp.value(*tree.get(name, 41.0)[1:]) == 41
    assert snmp.value(*tree.get(name, 42.0)[1:]) == 42


def test_a_row_that_is_not_there_just_now_is_skipped():
    there = []
    tree = sample(exists=lambda _at: bool(there))
    name = oid.encode("1.3.6.1.2.1.2.2.1.10.1")
    assert tree.get(name, 0.0)[1] == ber.NO_SUCH_INSTANCE
    assert tree.after(oid.encode("1.3.6.1.2.1.2"), 0.0)[0] == oid.encode("1.3.6.1.2.1.2.2.1.10.2")
    there.append(True)
    assert tree.get(name, 0.0)[1] == ber.COUNTER32
    assert tree.after(oid.encode("1.3.6.1.2.1.2"), 0.0)[0] == name


def test_missing_says_whether_the_object_or_only_the_instance_is_unknown():
    tree = sample()
    assert tree.get(oid.encode("1.3.6.1.2.1.1.5.1"), 0.0)[1] == ber.NO_SUCH_INSTANCE
    assert tree.get(oid.encode("1.3.6.1.2.1.1.6.0"), 0.0)[1] == ber.NO_SUCH_OBJECT


def test_version_1_walks_past_counters_it_does_not_know():
    tree = sample()
    start = oid.encode("1.3.6.1.2.1.2.2.1.10.1")
    assert tree.after(start, 0.0, skip=ber.COUNTER64)[1] == ber.END_OF_MIB
    assert tree.after(start, 0.0)[1] == ber.COUNTER64


def test_asking_again_after_a_walk_gives_the_same_answer():
    tree = sample()
    start = oid.encode("1.3.6.1.2.1.1")
    assert [tree.after(start, 0.0) for _ in range(3)] == [tree.after(start, 0.0)] * 3
    first = tree.after(start, 0.0)[0]
    assert tree.after(first, 0.0) == tree.after(first, 0.0)


def test_numbers_wrap_to_the_size_of_their_type():
    assert snmp.value(ber.COUNTER32, unsigned(2**32 + 3)) == 3
    assert snmp.value(ber.COUNTER64, unsigned(2**32 + 3, 64)) == 2**32 + 3
    assert snmp.value(ber.INTEGER, signed(-2850)) == -2850
