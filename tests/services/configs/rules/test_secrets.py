"""Secrets are found by their place in a statement; what stands in such a place otherwise is not."""

from __future__ import annotations

import pytest

from noc_console.services.configs.rules.secrets import is_secret, secrets_of
from noc_console.services.configs.rules.syntax import statements


def found(text: str, family: str = "indented") -> set[str]:
    return {
        word.text
        for one in statements(text.split("\n"), family)
        for word in secrets_of(one, family)
    }


@pytest.mark.parametrize(
    "text",
    [
        "snmp-server community S3cret RO 10",
        "snmp-server host 192.0.2.1 informs version 2c S3cret bgp",
        "snmp-server host 192.0.2.1 S3cret",
        "snmp-agent target-host trap address udp-domain x params securityname cipher S3cret",
        "username mira privilege 15 secret 9 S3cret",
        "local-user mira password irreversible-cipher S3cret",
        "enable secret level 15 9 S3cret",
        "enable password S3cret",
        "tacacs server A\n address ipv4 192.0.2.1\n key 7 S3cret",
        "aaa group server radius X\n server-private 192.0.2.1 auth-port 1812 key 7 S3cret",
        "radius-server host 192.0.2.1 auth-port 1812 acct-port 1813 key 7 S3cret",
        "crypto isakmp key S3cret address 192.0.2.1",
        "crypto ikev2 keyring K\n peer P\n  pre-shared-key local S3cret",
        "router bgp 1\n neighbor 192.0.2.1 password 7 S3cret",
        "bgp 1\n peer 192.0.2.1 password cipher S3cret",
        "interface x\n ip ospf message-digest-key 1 md5 7 S3cret",
        "interface x\n ospf authentication-mode md5 1 cipher S3cret",
        "interface x\n standby 1 authentication md5 key-string 7 S3cret",
        "interface x\n ppp chap password 0 S3cret",
        "key chain K\n key 1\n  key-string 7 S3cret",
        "ntp authentication-key 5 md5 S3cret 7",
        "snmp-server user u g v3 auth sha S3cret priv aes 128 S3cret",
        "line vty 0 4\n password 7 S3cret",
        "l2tp tunnel password 7 S3cret",
    ],
)
def test_lines_of_indented_configurations(text: str) -> None:
    assert found(text) == {"S3cret"}


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("set snmp community S3cret authorization read-only", "set"),
        ('set protocols bgp group x neighbor 192.0.2.1 authentication-key "S3cret"', "set"),
        ("system { root-authentication { encrypted-password S3cret; } }", "braces"),
        ("snmp {\n community S3cret {\n  authorization read-only;\n }\n}", "braces"),
        ('/snmp community\nset [ find default=yes ] name="S3cret"', "routeros"),
        ("/interface wireless security-profiles add name=p wpa2-pre-shared-key=S3cret", "routeros"),
        ("config system snmp community\nedit 1\nset name S3cret\nnext\nend", "fortios"),
        ("config user local\nedit x\nset passwd ENC S3cret\nnext\nend", "fortios"),
        ("<snmp><community><name>S3cret</name></community></snmp>", "xml"),
        ("<user><n:password>S3cret</n:password></user>", "xml"),
    ],
)
def test_other_ways_of_writing(text: str, family: str) -> None:
    assert found(text, family) == {"S3cret"}


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("route-map X\n set community 65000:1 additive", "indented"),
        ("ip community-list standard C permit 65000:1", "indented"),
        ("service password-encryption", "indented"),
        ("key chain ospf\n key 1", "indented"),
        ("crypto key generate rsa", "indented"),
        ("aaa authentication login default group tacacs+", "indented"),
        ("set policy-options community CUST members 65000:1", "set"),
        ("/interface bridge add name=br1", "routeros"),
        ("<interface><name>ge-0/0/0</name></interface>", "xml"),
    ],
)
def test_what_is_no_secret(text: str, family: str) -> None:
    assert found(text, family) == set()


def test_short_numbers_and_words_of_commands_are_none() -> None:
    assert is_secret("S3cret") and is_secret("1234")
    assert not is_secret("7") and not is_secret("Encryption")
