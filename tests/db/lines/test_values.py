from __future__ import annotations

from datetime import timedelta

from noc_console.db.lines import Found, Keeping, Search


def test_a_search_of_nothing_in_particular_finds_everything_of_a_tenant() -> None:
    ask = Search(tenant="acme")
    assert (ask.text, ask.devices, ask.start, ask.before) == ("", (), None, None)
    assert Found().complete and not Found().more
    assert Keeping().age >= timedelta(days=7)
