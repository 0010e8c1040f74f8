from noc_console.services.flows.model import Dimension
from noc_console.views.flows.words import TITLES, next_dimension


def test_every_dimension_has_a_title():
    assert set(TITLES) == set(Dimension)


def test_narrowing_leads_on_until_nothing_is_left_to_ask():
    for start in Dimension:
        by, where, seen = start, (), []
        for _ in range(6):
            where = (*where, f"{by.value}:x")
            by = next_dimension(by, where)
            seen.append(by)
        assert seen[0] is not start
        assert len(set(seen[:3])) >= 2


def test_a_settled_dimension_is_not_asked_again():
    where = ("application:tcp/443", "source:10.0.0.1")
    assert next_dimension(Dimension.SOURCE, where) is Dimension.DESTINATION
