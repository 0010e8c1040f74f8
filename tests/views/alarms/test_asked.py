"""A filter as one line of words."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from noc_console.views.alarms.asked import FACETS, LINK, SIGHTS, Asked, Grouping, parse
from noc_console.views.alarms.asked import parsed_route as routed

WORDS = st.text("abc -:>0123", max_size=20).map(lambda text: " ".join(text.split()))
VALUES = st.text("abc -", min_size=1, max_size=8).map(str.strip).filter(bool)


def test_facets_sights_and_grouping_stand_beside_the_filter_line() -> None:
    told = parse('severity=critical|major site="North gate" is=mine group=site core -lab age:>2h')
    assert told.picks == {
        "severity": frozenset({"critical", "major"}),
        "site": frozenset({"North gate"}),
    }
    assert (told.sights, told.group) == (frozenset({"mine"}), Grouping.SITE)
    assert told.text == "core -lab age:>2h"


def test_what_names_nothing_is_an_ordinary_word() -> None:
    told = parse("is=wonderful group=nothing colour=red x=1")
    assert told == Asked("is=wonderful group=nothing colour=red x=1")


def test_a_link_leads_back_to_the_same() -> None:
    asked = Asked("core", {"site": frozenset({"North gate"})}, frozenset({"unacked"}))
    assert asked.link().startswith(LINK)
    assert parse(asked.link()) == asked


def test_other_pages_may_ask_for_a_severity() -> None:
    assert routed("severity:critical").picked("severity") == {"critical"}
    assert routed("severity:nonsense").text == "severity:nonsense"
    assert routed('object:"core-1"').text == 'object:"core-1"'


def test_turning_a_value_twice_is_nothing() -> None:
    asked = Asked().turned("site", "Northgate")
    assert asked.narrows and asked.picked("site") == {"Northgate"}
    assert asked.turned("site", "Northgate") == Asked()
    assert not Asked(group=Grouping.NONE).narrows


@given(
    WORDS,
    st.dictionaries(st.sampled_from(sorted(FACETS)), st.frozensets(VALUES, min_size=1)),
    st.frozensets(st.sampled_from(sorted(SIGHTS))),
    st.sampled_from(Grouping),
)
def test_words_say_all_of_a_filter(
    text: str, picks: dict[str, frozenset[str]], sights: frozenset[str], group: Grouping
) -> None:
    asked = Asked(text, picks, sights, group)
    assert parse(asked.words()) == asked
