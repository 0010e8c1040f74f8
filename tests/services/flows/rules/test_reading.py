import numpy as np

from noc_console.db.flows import Place
from noc_console.services.flows.model import Dimension, Traffic
from noc_console.services.flows.rules.cubes import CUBES, TALKS, TYPES
from noc_console.services.flows.rules.filters import Filter
from noc_console.services.flows.rules.filters import Test as Condition
from noc_console.services.flows.rules.filters import test_of as condition
from noc_console.services.flows.rules.reading import Question, answer

CUBE = CUBES[Dimension.SOURCE_AS]


def table(rows, cube=CUBE):
    """`rows`: dictionaries of what is not zero."""
    return {name: np.array([row.get(name, 0) for row in rows], TYPES[name]) for name in cube.names}


def ask(tables, *, tests=(), limit=10, step=60, end=300, cube=CUBE, key=("src_as",)):
    question = Question(key, tests, cube.rest_by, 0, end, step, limit)
    return answer(tables, question)


def minute(at, *rows):
    return Place(CUBE.number, 60, at, 1, 1), table(rows)


def test_the_greatest_come_first_and_the_others_are_the_rest():
    found = ask(
        [
            minute(0, {"src_as": 1, "bytes": 10}, {"src_as": 2, "bytes": 30}),
            minute(60, {"src_as": 1, "bytes": 50}, {"src_as": 3, "bytes": 5}),
        ],
        limit=2,
    )
    assert [key["src_as"] for key in found.keys] == [1, 2]
    assert [one.bytes for one in found.traffic] == [60, 30]
    assert found.total.bytes == 95
    assert found.bytes_per_step.tolist() == [
        [10, 50, 0, 0, 0],
        [30, 0, 0, 0, 0],
        [0, 5, 0, 0, 0],
    ]


def test_what_was_cut_when_it_was_kept_is_never_a_talker():
    found = ask([minute(0, {"src_as": 1, "bytes": 1}, {"rest": 1, "bytes": 99, "flows": 3})])
    assert len(found.keys) == 1
    assert found.total.bytes == 100
    assert found.untold == Traffic(99, 0, 3)
    assert found.bytes_per_step[-1].tolist() == [99, 0, 0, 0, 0]


def test_a_coarse_block_is_spread_over_the_steps_it_covers():
    place = Place(CUBE.number, 300, 0, 1)
    found = ask([(place, table([{"src_as": 1, "bytes": 50}]))])
    assert found.bytes_per_step[0].tolist() == [10, 10, 10, 10, 10]


def test_fine_blocks_add_up_in_a_coarse_step():
    found = ask([minute(60 * n, {"src_as": 1, "bytes": 1}) for n in range(5)], step=300)
    assert found.bytes_per_step[0].tolist() == [5]


def test_a_filter_on_interfaces_is_exact_because_the_rest_tells_them():
    rows = [
        {"in_if": 1, "src_as": 5, "bytes": 10},
        {"in_if": 2, "src_as": 5, "bytes": 20},
        {"in_if": 1, "rest": 1, "bytes": 3},
        {"in_if": 2, "rest": 1, "bytes": 4},
    ]
    one = Condition("in-interface", ((("in_if", 1, 1),),))
    place = Place(0, 60, 0, 1)
    found = ask([(place, table(rows, TALKS))], tests=(one,), cube=TALKS)
    assert (found.total.bytes, found.untold.bytes) == (13, 3)


def test_a_filter_on_what_the_rest_does_not_tell_says_what_it_may_have_missed():
    rows = [
        {"in_if": 1, "port": 443, "src_as": 5, "bytes": 10},
        {"in_if": 1, "port": 53, "src_as": 5, "bytes": 20},
        {"in_if": 1, "rest": 1, "bytes": 3},
        {"in_if": 2, "rest": 1, "bytes": 4},
    ]
    tests = (
        Condition("in-interface", ((("in_if", 1, 1),),)),
        condition(Filter("port", "443"), {}),
    )
    found = ask([(Place(0, 60, 0, 1), table(rows, TALKS))], tests=tests, cube=TALKS)
    assert (found.total.bytes, found.untold.bytes) == (10, 3)


def test_nothing_kept_is_an_empty_answer():
    found = ask([])
    assert (found.keys, found.total, found.bytes_per_step.shape) == ((), Traffic(), (1, 5))


def test_a_question_names_the_columns_it_reads():
    question = Question(("src_as",), (condition(Filter("port", "1"), {}),), (), 0, 60, 60, 1)
    assert question.columns == {"src_as", "port", "rest", "bytes", "packets", "flows"}
