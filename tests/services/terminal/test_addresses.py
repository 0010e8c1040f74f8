"""Targets as one word, there and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.kernel.errors import Invalid
from noc_console.services.terminal.addresses import parse, parse_line
from noc_console.services.terminal.connecting import (
    FlowControl,
    LinkKind,
    Parity,
    SerialLine,
    Target,
)
from noc_console.services.ways.model import Hop


@pytest.mark.parametrize(
    "text",
    [
        "shell",
        "ssh:device:7",
        "ssh:mira@10.0.0.1:2222",
        "ssh:10.0.0.1",
        "ssh:[2001:db8::1]:2222",
        "ssh:jump>me@jump2:22022>10.0.0.1",
        "telnet:10.0.0.1:2323",
        "telnet:mira@10.0.0.1:2323",
        "telnet:[2001:db8::1]",
        "serial:/dev/ttyUSB0@9600",
        "serial:COM3@115200,7E2,rts/cts",
    ],
)
def test_an_address_is_said_as_it_was_read(text: str) -> None:
    assert parse(parse(text).address) == parse(text)


def test_the_parts_are_where_they_belong() -> None:
    target = parse("ssh:jump1,mira@jump2:22022>bob@10.0.0.1:2222")
    assert target.hops == (Hop("jump1"), Hop("jump2", 22022, "mira"))
    assert (target.host, target.port, target.user) == ("10.0.0.1", 2222, "bob")
    assert parse("box").kind is LinkKind.SSH and parse("box").host == "box"
    assert parse("ssh:device:7").device_id == 7
    assert parse("telnet:box").port == 23
    assert parse_line("/dev/ttyS1@19200,7O1.5,xon/xoff") == SerialLine(
        "/dev/ttyS1", 19_200, 7, Parity.ODD, 1.5, FlowControl.XON_XOFF
    )


def test_a_device_with_a_user_of_one_s_own_is_an_address() -> None:
    target = Target("ams", LinkKind.SSH, "10.0.0.1", 22, "bob", device_id=7)
    assert target.address == "ssh:bob@10.0.0.1"


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("", "to"),
        ("ssh:-oProxyCommand=x", "host"),
        ("ssh:box; rm -rf /", "host"),
        ("ssh:a b@box", "user"),
        ("ssh:@box", "user"),
        ("ssh:box:0", "port"),
        ("ssh:box:99999", "port"),
        ("ssh:box\nhost", "host"),
        ("telnet:", "host"),
        ("serial:", "line"),
        ("serial:/dev/x@9600,9N1", "line"),
        ("serial:/dev/x@7", "baud"),
        (">".join(["a"] * 18), "hops"),
    ],
)
def test_what_is_no_address_says_where_it_is_wrong(text: str, field: str) -> None:
    with pytest.raises(Invalid) as told:
        parse(text)
    assert told.value.field == field


@given(st.text(max_size=60))
def test_nothing_but_invalid_comes_of_any_text(text: str) -> None:
    try:
        target = parse(text)
    except Invalid:
        return
    assert not target.host.startswith("-") and "\n" not in target.host
