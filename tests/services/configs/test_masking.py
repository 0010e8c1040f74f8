"""Secrets in configurations never reach a screen."""

from __future__ import annotations

import re

import pytest

from noc_console.services.configs.masking import MASK, masked

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
