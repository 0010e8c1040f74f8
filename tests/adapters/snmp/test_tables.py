import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from noc_console.adapters.snmp.tables import CellWalk, NumberWalk, SubtreeWalk, number_of
from noc_console.wire import ber, oid, snmp
from noc_console.wire.ber import Malformed
from tests.lab.rude_agent import RudeAgent, interface_table, varbind

IF = "1.3.6.1.2.1.2.2.1"
COLUMNS = tuple(oid.encode(f"{IF}.{n}") for n in (10, 11, 13))


def number_walk(columns=COLUMNS, **changes):
    return NumberWalk(columns, **({"max_repetitions": 25, "limit_rows": 10_000} | changes))


def rows_of(walk):
    """Row index → numbers."""
    width = len(walk.columns)
    return {
        index: walk.numbers[n * width : (n + 1) * width] for n, index in enumerate(walk.indexes)
    }


def raw_of(varbinds):
    """A list of varbinds as the octets `take_raw` takes, with where they begin and end."""
    data = snmp.encode_varbinds(varbinds)
    _, start, stop = ber.header(data, 0, len(data))
    return data, start, stop


def drive(walk, agent, *, raw):
    """Ask an agent (without a network) until the walk is done; the number of questions."""
    for asked in range(2000):
        if walk.is_done:
            return asked
        names, repetitions = walk.question()
        request = snmp.Pdu(
            snmp.GETBULK, 1, 0, repetitions, [(name, ber.NULL, b"") for name in names]
        )
        answer = agent.get_bulk(request)
        if answer.error_status:
            walk.refuse(answer.error_status, answer.error_index)
        elif raw:
            walk.take_raw(*raw_of(answer.varbinds))
        else:
            walk.take(answer.varbinds)
    pytest.fail("the walk does not end")


TABLES = st.builds(
    lambda seed, rows, share, max_bytes: (
        [
            each
            for each in interface_table(rows, (10, 11, 12, 13))
            if random.Random((seed, each[0]).__repr__()).random() < share
        ],
        max_bytes,
    ),
    st.integers(0, 1000),
    st.integers(0, 60),
    st.sampled_from([0.3, 0.9, 1.0]),
    st.sampled_from([70, 110, 300, 1472]),
)


@settings(deadline=None, max_examples=60)
@given(TABLES, st.sampled_from([1, 7, 25]), st.sampled_from([None, 0, 3, 50]))
def test_every_cell_arrives_whatever_holes_limits_and_guesses(table, repetitions, expected):
    varbinds, max_bytes = table
    agent = RudeAgent(varbinds, max_bytes=max_bytes)
    wanted = {
        name: int.from_bytes(content, "big")
        for name, _, content in varbinds
        if name.startswith(COLUMNS)
    }
    for raw in (True, False):
        walk = number_walk(max_repetitions=repetitions, expected_rows=expected)
        drive(walk, agent, raw=raw)
        cells = {
            column + index: number
            for index, row in rows_of(walk).items()
            for column, number in zip(COLUMNS, row, strict=True)
            if number is not None
        }
        assert cells == wanted
        assert walk.has_holes == (len(cells) != len(walk.numbers))
        assert not walk.is_circular and not walk.is_truncated and not walk.broken


def test_whole_rows_take_the_quick_way_in_as_few_questions_as_fit():
    agent = RudeAgent(interface_table(50))
    walk = number_walk()
    assert drive(walk, agent, raw=True) <= 4
    walk = number_walk(expected_rows=50)
    assert drive(walk, agent, raw=True) <= 4
    assert len(walk.indexes) == 50


def test_a_walk_asks_for_more_while_answers_come_back_full_and_never_after_too_big():
    walk = SubtreeWalk(oid.encode(IF), max_repetitions=4, limit=10_000)
    agent = RudeAgent(interface_table(100))
    asked = []
    for _ in range(6):
        names, repetitions = walk.question()
        asked.append(repetitions)
        request = snmp.Pdu(snmp.GETBULK, 1, 0, repetitions, [(names[0], ber.NULL, b"")])
        walk.take_raw(*raw_of(agent.get_bulk(request).varbinds))
    assert asked == [4, 8, 16, 16, 16, 16]
    walk.question()
    walk.refuse(snmp.TOO_BIG, 0)
    assert drive(walk, agent, raw=True) == 41  # the 324 left by eight, and one to see the end
    assert walk.found == [(oid.decode(n), snmp.value(t, c)) for n, t, c in agent.varbinds]
    assert walk.is_done and not walk.is_circular


def test_cells_keep_their_type_and_bytes():
    varbinds = [
        varbind(f"{IF}.10.1", ber.COUNTER32, 5),
        varbind(f"{IF}.11.1", ber.OCTETS, b"x"),
    ]
    walk = CellWalk(COLUMNS, max_repetitions=5, limit_rows=10)
    drive(walk, RudeAgent(varbinds), raw=False)
    assert walk.rows == {b"\x01": [(ber.COUNTER32, b"\x05"), (ber.OCTETS, b"x"), None]}


def test_a_malformed_answer_changes_nothing():
    walk = number_walk()
    walk.question()
    rows, start, stop = raw_of(interface_table(1, (10, 11, 13)) + interface_table(1, (14,)))
    with pytest.raises(Malformed):
        walk.take_raw(rows[:-1], start, stop - 1)
    assert walk.indexes == []
    assert walk.question()[0] == list(COLUMNS)


def test_too_big_halves_rows_then_columns_then_gives_up():
    walk = number_walk()
    sizes = []
    while not walk.is_done:
        names, repetitions = walk.question()
        sizes.append((len(names), repetitions))
        walk.refuse(snmp.TOO_BIG, 0)
    assert sizes[:6] == [(3, 25), (3, 12), (3, 6), (3, 3), (3, 1), (1, 1)]
    assert set(walk.broken) == set(COLUMNS)


def test_a_version_1_agent_ends_columns_one_by_one():
    walk = number_walk()
    walk.question()
    walk.refuse(snmp.NO_SUCH_NAME, 2)
    assert walk.question()[0] == [COLUMNS[0], COLUMNS[2]]
    walk.refuse(snmp.NO_SUCH_NAME, 9)
    assert walk.is_done


def test_the_column_itself_and_its_neighbours_are_no_rows():
    walk = number_walk((COLUMNS[0],))
    walk.question()
    walk.take([(COLUMNS[0], ber.INTEGER, b"\x01")])
    assert walk.is_done and walk.indexes == []
    walk = number_walk((oid.encode(f"{IF}.1"),))
    walk.question()
    walk.take([varbind(f"{IF}.10.1", ber.INTEGER, 1)])
    assert walk.is_done and walk.indexes == []


def test_a_row_repeated_for_ever_is_left():
    walk = number_walk()
    agent = RudeAgent(interface_table(3))
    names, _ = walk.question()
    request = snmp.Pdu(snmp.GETBULK, 1, 0, 3, [(name, ber.NULL, b"") for name in names])
    answer = agent.get_bulk(request).varbinds
    walk.take_raw(*raw_of(answer))
    walk.question()
    walk.take_raw(*raw_of(answer))
    assert walk.is_circular and walk.is_done
    assert len(walk.indexes) == 3


def test_only_numbers_are_numbers():
    assert number_of(ber.COUNTER64, b"\xff" * 8) == 2**64 - 1
    assert number_of(ber.INTEGER, b"\xff") == -1
    assert number_of(ber.OCTETS, b"5") is None
    assert number_of(ber.COUNTER32, b"") is None


@given(st.binary(max_size=200))
def test_any_bytes_are_rows_or_malformed(data):
    walk = number_walk()
    walk.question()
    try:
        walk.take_raw(data, 0, len(data))
    except Malformed:
        assert walk.indexes == []


def test_twenty_thousand_mutated_answers_neither_hang_nor_break():
    rng = random.Random(20261121)
    agent = RudeAgent(interface_table(8, (10, 11, 13)))
    names = [(name, ber.NULL, b"") for name in COLUMNS]
    answer = agent.get_bulk(snmp.Pdu(snmp.GETBULK, 1, 0, 8, names)).varbinds
    good = snmp.encode_varbinds(answer)[3:]
    refused = 0
    for _ in range(20_000):
        data = bytearray(good)
        for _ in range(rng.randint(1, 3)):
            at = rng.randrange(len(data))
            if rng.random() < 0.7:
                data[at] = rng.choice((rng.randrange(256), 0xFF, 0x80, 0x84))
            else:
                del data[at : at + rng.randint(1, 4)]
        walk = number_walk()
        walk.question()
        try:
            walk.take_raw(bytes(data), 0, len(data))
            assert len(walk.numbers) == 3 * len(walk.indexes)
        except Malformed:
            refused += 1
    assert 5_000 < refused < 20_000
