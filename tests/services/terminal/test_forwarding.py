"""Wishes for ports are checked before anything listens."""

from __future__ import annotations

from dataclasses import replace

import pytest

from noc_console.kernel.errors import Invalid
from noc_console.services.terminal.forwarding import (
    ForwardKind,
    ForwardWish,
    check,
    is_open_to_others,
)

WISH = ForwardWish(ForwardKind.LOCAL, 8080, host="10.0.0.1", port=80)


def test_a_wish_says_from_where_to_where() -> None:
    assert check(WISH).text == "127.0.0.1:8080 → 10.0.0.1:80 from there"
    assert replace(WISH, kind=ForwardKind.REMOTE).text.endswith("from here")
    proxy = check(replace(WISH, kind=ForwardKind.DYNAMIC))
    assert proxy.text == "127.0.0.1:8080 → anywhere, SOCKS" and proxy.host == ""


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        (replace(WISH, listen_host="-x"), "listen_host"),
        (replace(WISH, listen_port=-1), "listen_port"),
        (replace(WISH, listen_port=65_536), "listen_port"),
        (replace(WISH, host=""), "host"),
        (replace(WISH, port=0), "port"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(wish: ForwardWish, field: str) -> None:
    with pytest.raises(Invalid) as told:
        check(wish)
    assert told.value.field == field


def test_a_port_that_others_reach_is_known() -> None:
    assert not is_open_to_others(WISH)
    assert is_open_to_others(replace(WISH, listen_host="0.0.0.0"))
