"""Secrets in configurations never reach a screen."""

from __future__ import annotations

import re

import pytest

from noc_console.services.configs.masking import MASK, mask_lines, mask_some, masked

LINES = (
    "username noc privilege 15 secret 9 $9$abcDEF",
    "username noc password 7 0822455D0A16",
    "enable secret 5 $1$mERr$hx5rVt7rPNoS4wqbXKX7m0",
    "snmp-server community topsecret RO",
    'set community "topsecret"',
    "    community topsecret {",
    "snmp-agent community read cipher %^%#topsecret%^%#",
    ' encrypted-password "$6$topsecret"; ## SECRET-DATA',
    "set system login user x authentication encrypted-password topsecret",
    "add name=radius1 secret=topsecret service=ppp",
    "pre-shared-key ascii-text topsecret;",
    "tacacs-server key 7 topsecret-no",
    " ip ospf message-digest-key 1 md5 topsecret-no",
    "set password ENC topsecret",
    "wpa2-pre-shared-key=topsecret",
    "rocommunity topsecret 10.0.0.0/8",
    "snmp-server user noc grp v3 auth sha topsecret priv aes 128 topsecret",
    "neighbor 192.0.2.1 password topsecret",
    " key-string topsecret",
    "radius-server host 192.0.2.1 key topsecret",
    "-----BEGIN RSA PRIVATE KEY-----\ntopsecret\n-----END RSA PRIVATE KEY-----",
    "-----BEGIN OPENSSH PRIVATE KEY-----\ntopsecret cut off",
)


@pytest.mark.parametrize("line", LINES)
def test_the_secret_is_gone_and_the_line_still_says_what_it_is(line: str) -> None:
    text, count = masked(line)
    assert "topsecret" not in text and "$9$abc" not in text and "0822455D" not in text
    assert MASK in text and count >= 1
    assert re.split(r"[\s=]", text)[0] == re.split(r"[\s=]", line)[0]


@pytest.mark.parametrize(
    "line",
    [
        "service password-encryption",
        "interface GigabitEthernet1/0/1",
        " description secretary's office",
        "ip community-list standard x permit 65000:1",
        "spanning-tree portfast",
        "key chain ospf",
        " key 1",
        "crypto key generate rsa",
    ],
)
def test_what_is_no_secret_is_left_alone(line: str) -> None:
    assert masked(line) == (line, 0)


def test_lines_keep_their_numbers_whatever_is_masked() -> None:
    pem = "a\n-----BEGIN RSA PRIVATE KEY-----\nAAAA\nBBBB\n-----END RSA PRIVATE KEY-----\nb"
    text, count = masked(pem)
    assert count == 1 and text.split("\n") == [
        "a", "-----BEGIN RSA PRIVATE KEY-----", MASK, MASK, "-----END RSA PRIVATE KEY-----", "b",
    ]  # fmt: skip
    one_line = "key -----BEGIN PRIVATE KEY-----AAAA-----END PRIVATE KEY----- end"
    assert "AAAA" not in masked(one_line)[0] and masked(one_line)[0].endswith(" end")


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ('/snmp community set 0 name="topsecret"', "routeros"),
        ("config system snmp community\nedit 1\nset name topsecret", "fortios"),
        ("<snmp><community><name>topsecret</name></community></snmp>", "xml"),
        ("snmp {\n community topsecret;\n}", "braces"),
        ("copy ftp://mira:topsecret@192.0.2.1/x flash:", "indented"),
        ("x" * 9_000 + " password topsecret", "indented"),
    ],
)
def test_the_parser_of_a_family_finds_what_words_do_not_tell(text: str, family: str) -> None:
    shown, count = masked(text, family)
    assert "topsecret" not in shown and shown.count("\n") == text.count("\n")
    assert count or len(text) > 9_000


def test_communities_of_routes_are_no_secrets() -> None:
    for line in ("set community 65000:1 65000:20", "set policy-options community C members 1:2"):
        assert masked(line) == (line, 0)


def test_masking_twice_masks_no_more() -> None:
    for line in LINES:
        once, _ = masked(line)
        assert masked(once)[0] == once


NESTED = """! a comment
hostname r1
key chain ospf
 key 1
  key-string topsecret
interface Gi0/0
 description key

 ip ospf authentication-key topsecret
!
router bgp 65000
 neighbor 192.0.2.2 password 7 topsecret
 address-family ipv4
  neighbor 192.0.2.3 password topsecret
-----BEGIN RSA PRIVATE KEY-----
topsecret
-----END RSA PRIVATE KEY-----
snmp-server community topsecret RO
end"""
BRACES = """system {
    login {
        user x {
            authentication {
                encrypted-password "topsecret";
            }
        }
    }
    services { ssh; }
}
snmp { community topsecret { authorization read-only; } }"""


@pytest.mark.parametrize(
    ("text", "family"),
    [(NESTED, "indented"), (BRACES, "braces"), ("\n".join(LINES), "set")],
)
def test_some_lines_are_masked_as_all_of_them_are(text: str, family: str) -> None:
    lines = text.split("\n")
    whole, _ = mask_lines(lines, family)
    for number in range(len(lines)):
        assert mask_some(lines, family, [number]) == {number: whole[number]}
    assert mask_some(lines, family, range(len(lines))) == dict(enumerate(whole))
    assert mask_some(lines, family, [-1, len(lines)]) == {}
