"""TACACS+ as a server for accounting reads and writes it.

The octets below were computed by a few lines of Perl (`Digest::MD5`, `pack`) from RFC 8907's
text, not by the code under test.
"""

from __future__ import annotations

import struct
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tacacs_plus.accounting import TACACSAccountingReply, TACACSAccountingStart
from tacacs_plus.authentication import TACACSAuthenticationReply
from tacacs_plus.packet import TACACSHeader, TACACSPacket

from noc_console.kernel.secret import Secret
from noc_console.wire import tacacs
from noc_console.wire.tacacs import AccountingFlag, AccountingStatus, Argument, Kind

KEY = Secret("tac-lab-key")
REQUEST = bytes.fromhex(
    "c0030104deadbeef0000007e1026a42b7d02004cdd66aa8f3dc5be98a9d8beb9f83c02a9003d35a8bc5f6561fc1c95"
    "891f547c674a3294b47de04707e517839559c3246849a37b11649023ce981425f6578389788889db44814f896713ac"
    "f46b31558c52439e9a814d1eefa9f3e09762a5b18b17e8b31f88c6318fd840b78a6b404149c54d2195c56fae"
)
CLEAR = bytes.fromhex(
    "04060f0101040409060a0c0d150b1b6d697261747479323139322e302e322e357461736b5f69643d343274696d657a"
    "6f6e653d555443736572766963653d7368656c6c73746172745f74696d653d31373637323235363030707269762d6c"
    "766c3d3135636d643d636f6e666967757265207465726d696e616c203c63723e"
)
LOGIN = bytes.fromhex("c101010000000007000000197a97d4d7df78575f50cef1b20471e5ecfee31c0733a06a0411")


def split(packet: bytes) -> tuple[tacacs.Header, bytes]:
    return tacacs.header(packet), packet[tacacs.HEADER :]


def test_a_request_is_read_as_the_device_meant_it() -> None:
    head, body = split(REQUEST)
    assert (head.kind, head.sequence, head.session) == (Kind.ACCOUNTING, 1, 0xDEADBEEF)
    assert head.is_single and not head.is_clear and head.length == len(body)
    clear, key = tacacs.opened(head, body, (Secret("an older one"), KEY))
    assert (clear, key) == (CLEAR, KEY)
    told = tacacs.accounting(clear)
    assert (told.user, told.port, told.address) == ("mira", "tty2", "192.0.2.5")
    assert (told.flags, told.privilege, told.method) == (AccountingFlag.STOP, 15, 6)
    assert told.first("cmd") == "configure terminal <cr>"
    assert told.first("start_time", "stop_time") == "1767225600"
    assert told.first("elapsed_time") == "" and told.all("task_id") == ("42",)


def test_answers_are_the_octets_of_the_standard() -> None:
    head, _ = split(REQUEST)
    assert tacacs.accounted(head, KEY, AccountingStatus.SUCCESS) == bytes.fromhex(
        "c0030204deadbeef00000005346b86e32c"
    )
    login, body = split(LOGIN)
    assert tacacs.opened(login, body, (KEY,))[0][8:] == b"miratty2192.0.2.5"
    assert tacacs.unsupported(login, KEY, "only accounts") == bytes.fromhex(
        "c10102000000000700000013289e32938cf87fd06cb82fe098cd130ac4d341"
    )


def test_another_implementation_reads_our_answers_and_we_its_requests() -> None:
    arguments = [b"task_id=7", b"cmd=show version <cr>", b"elapsed_time*3"]
    sent = TACACSAccountingStart("tom", 0x02, 0x06, 15, 1, arguments, "198.51.100.7", "tty1")
    packet = TACACSPacket(TACACSHeader(0xC0, 3, 99, len(sent.packed)), sent.packed, "k" * 40)
    head, body = split(bytes(packet))
    told = tacacs.accounting(tacacs.opened(head, body, (Secret("k" * 40),))[0])
    assert told.user == "tom" and told.address == "198.51.100.7"
    assert told.arguments[2] == Argument("elapsed_time", "3", is_mandatory=False)
    answer = tacacs.accounted(head, Secret("k" * 40), AccountingStatus.ERROR, "full")
    reply = TACACSAccountingReply.unpacked(
        TACACSPacket(TACACSHeader.unpacked(answer[:12]), answer[12:], "k" * 40).body
    )
    assert reply.error and reply.server_msg == b"full"
    login = tacacs.unsupported(split(LOGIN)[0], KEY, "no logins here")
    refused = TACACSAuthenticationReply.unpacked(
        TACACSPacket(TACACSHeader.unpacked(login[:12]), login[12:], "tac-lab-key").body
    )
    assert refused.error and not refused.valid and refused.server_msg == b"no logins here"


def test_another_key_is_told_from_a_broken_request() -> None:
    head, body = split(REQUEST)
    with pytest.raises(tacacs.OtherKey):
        tacacs.opened(head, body, (Secret("wrong"), Secret("tac-lab-key2")))
    with pytest.raises(tacacs.OtherKey):
        tacacs.opened(head, body, ())


@pytest.mark.parametrize(
    ("at", "octet", "why"),
    [
        (0, 0xD0, "version"),
        (1, 4, "type 4"),
        (2, 2, "number 2"),
        (2, 255, "number 255"),
        (8, 0x7F, "too long"),
    ],
)
def test_what_no_client_sends_is_refused_with_its_reason(at: int, octet: int, why: str) -> None:
    packet = bytearray(REQUEST)
    packet[at] = octet
    with pytest.raises(tacacs.NotTacacs, match=why):
        tacacs.header(bytes(packet))


def test_a_header_needs_its_twelve_octets_and_unknown_bits_are_ignored() -> None:
    with pytest.raises(tacacs.NotTacacs):
        tacacs.header(REQUEST[:11])
    packet = bytearray(REQUEST)
    packet[3] = 0xF1
    head = tacacs.header(bytes(packet))
    assert head.is_clear and not head.is_single


@pytest.mark.parametrize("flags", [0x00, 0x01, 0x06, 0x0C, 0x0E, 0xFF])
def test_flags_that_mean_nothing_are_refused(flags: int) -> None:
    with pytest.raises(tacacs.NotTacacs, match="flags"):
        tacacs.accounting(bytes((flags,)) + CLEAR[1:])


def test_the_longest_request_there_can_be_is_read() -> None:
    sizes = bytes((255, 255, 255, 255)) + b"\xff" * 255
    body = bytes((2, 6, 1, 1, 1)) + sizes + b"x" * (255 * 258)
    assert len(body) == tacacs.MOST_BODY
    told = tacacs.accounting(body)
    assert len(told.arguments) == 255 and told.arguments[254] == Argument("x" * 255, "")
    with pytest.raises(tacacs.NotTacacs, match="add up"):
        tacacs.accounting(body + b"x")
    with pytest.raises(tacacs.NotTacacs, match="add up"):
        tacacs.accounting(body[:-1])


def test_a_pad_laid_twice_gives_the_text_again() -> None:
    head, _ = split(REQUEST)
    for size in (0, 1, 15, 16, 17, 1_000):
        clear = bytes(range(256)) * 4
        once = tacacs.obfuscated(head, clear[:size], KEY)
        assert tacacs.obfuscated(head, once, KEY) == clear[:size]
        assert size < 16 or once != clear[:size]


def test_later_packets_of_a_login_are_seen_for_what_they_are() -> None:
    """§5.3: a device that goes on although it was told of an error."""
    body = struct.pack("!HHB", 6, 0, 0) + b"secret"
    head = tacacs.Header(0xC0, Kind.AUTHENTICATION, 3, tacacs.HeaderFlag(0), 5, len(body))
    assert tacacs.opened(head, tacacs.obfuscated(head, body, KEY), (KEY,)) == (body, KEY)
    rights = bytes((6, 1, 1, 1, 1, 0, 0, 2, 3, 4)) + b"umiscmd*"
    head = tacacs.Header(0xC0, Kind.AUTHORIZATION, 1, tacacs.HeaderFlag(0), 5, len(rights))
    assert tacacs.opened(head, tacacs.obfuscated(head, rights, KEY), (KEY,))[0] == rights


@given(st.binary(max_size=400))
def test_any_octets_are_read_or_refused(octets: bytes) -> None:
    try:
        head = tacacs.header(octets)
    except tacacs.NotTacacs as error:
        assert str(error)
    else:
        assert 0 <= head.length <= tacacs.MOST_BODY and head.sequence % 2
    try:
        told = tacacs.accounting(octets)
    except tacacs.NotTacacs as error:
        assert str(error)
    else:
        assert sum(len(each.name) for each in told.arguments) <= len(octets)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32))
def test_mutated_packets_end_in_a_value_or_a_reason(seed: int) -> None:
    chance = Random(seed)
    for _ in range(50):
        packet = bytearray(REQUEST if chance.random() < 0.7 else LOGIN)
        for _ in range(chance.randint(1, 6)):
            packet[chance.randrange(len(packet))] = chance.randrange(256)
        del packet[chance.randint(1, len(packet)) :]
        try:
            head, body = split(bytes(packet))
            clear, _ = tacacs.opened(head, body, (KEY,))
            if head.kind is Kind.ACCOUNTING:
                tacacs.accounting(clear)
        except (tacacs.NotTacacs, tacacs.OtherKey) as error:
            assert str(error)
