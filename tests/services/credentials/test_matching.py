from __future__ import annotations

import pytest

from noc_console.services.credentials.matching import fits, rank, why
from noc_console.services.credentials.model import Match, Subject


@pytest.mark.parametrize(
    ("match", "is_for_it"),
    [
        (Match(), True),
        (Match(names=("CORE-*",)), True),
        (Match(names=("10.1.*",)), True),
        (Match(names=("edge-*",)), False),
        (Match(words=("juniper",)), True),
        (Match(words=("vip",)), True),
        (Match(words=("olt",)), False),
        (Match(sites=("del*",)), True),
        (Match(names=("core-*",), sites=("Gouda",)), False),
    ],
)
def test_every_part_of_a_match_that_asks_for_something_is_met(
    match: Match, is_for_it: bool
) -> None:
    subject = Subject(
        name="core-1", address="10.1.0.1", vendor="Juniper", site="Delft", tags=("vip",)
    )
    assert fits(match, subject) is is_for_it


def test_a_device_of_which_nothing_is_known_takes_only_what_is_for_all() -> None:
    assert fits(Match(), Subject())
    for match in (Match(names=("*",)), Match(words=("",)), Match(sites=("*",))):
        assert not fits(match, Subject())


def test_a_longer_pattern_of_the_name_says_more_than_anything_else() -> None:
    subject = Subject(name="core-ams-1", site="Delft", platform="junos")
    matches = [
        Match(names=("core-ams-*",)),
        Match(names=("core-*",)),
        Match(sites=("Delft",)),
        Match(words=("junos",)),
        Match(),
    ]
    ranks = [rank(match, subject) for match in matches]
    assert all(each is not None for each in ranks)
    assert ranks == sorted(ranks, reverse=True)  # type: ignore[type-var]


def test_the_reason_is_what_met_the_device() -> None:
    subject = Subject(name="core-1", site="Delft", platform="junos", vendor="Juniper")
    assert why(Match(), subject) == "for every device"
    match = Match(names=("core-*",), words=("olt", "JunOS"), sites=("d*",))
    assert why(match, subject) == "name core-* · site Delft · JunOS"
