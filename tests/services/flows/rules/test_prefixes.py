from ipaddress import ip_address, ip_network

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from noc_console.kernel.errors import Invalid
from noc_console.services.flows.model import PrefixLine, PrefixRole
from noc_console.services.flows.rules.prefixes import (
    Named,
    PrefixTable,
    checked_name,
    checked_prefix,
    connected,
    read_csv,
)
from noc_console.wire.flows.records import halves


def found(table, *addresses):
    both = [halves(address) for address in addresses]
    words, customers = table.match(
        np.array([hi for hi, _ in both], np.uint64), np.array([lo for _, lo in both], np.uint64)
    )
    return words.tolist(), customers.tolist()


def test_the_longest_prefix_wins_in_both_families():
    table = PrefixTable(
        [
            Named("10.0.0.0/8", 1),
            Named("10.1.0.0/16", 2, 20),
            Named("10.1.2.0/24", 3),
            Named("2001:db8::/32", 4),
            Named("2001:db8:0:1::/64", 5, 50),
            Named("2001:db8::1/128", 6),
        ]
    )
    words, customers = found(
        table,
        *(
            "10.0.0.1",
            "10.1.0.1",
            "10.1.2.255",
            "10.1.3.0",
            "10.2.0.0",
            "11.0.0.0",
            "9.255.255.255",
        ),
        *("2001:db8::1", "2001:db8::2", "2001:db8:0:1::9", "2001:db9::"),
    )
    assert words == [1, 2, 3, 2, 1, 0, 0, 6, 4, 5, 0]
    assert customers[1] == 20
    assert customers[9] == 50


PREFIX = st.tuples(st.integers(0, 0xFFFF), st.integers(16, 32)).map(
    lambda pair: str(ip_network((0x0A000000 | pair[0], pair[1]), strict=False))
)


@settings(deadline=None, max_examples=150)
@given(st.lists(PREFIX, max_size=12, unique=True), st.lists(st.integers(0, 0x1FFFF), max_size=20))
def test_matching_tells_the_same_as_trying_every_prefix(prefixes, hosts):
    table = PrefixTable(Named(prefix, at + 1) for at, prefix in enumerate(prefixes))
    for host in hosts:
        address = ip_address(0x0A000000 | host)
        inside = [p for p in prefixes if address in ip_network(p)]
        best = max(inside, key=lambda p: ip_network(p).prefixlen, default=None)
        expected = prefixes.index(best) + 1 if best else 0
        assert found(table, str(address))[0] == [expected]


def test_everything_may_be_one_prefix():
    table = PrefixTable([Named("::/0", 1), Named("0.0.0.0/0", 2)])
    assert found(table, "203.0.113.1", "2001:db8::1")[0] == [2, 1]


def test_an_empty_table_knows_nothing():
    assert found(PrefixTable(), "10.0.0.1", "::") == ([0, 0], [0, 0])


@pytest.mark.parametrize(
    ("address", "prefix"),
    [
        ("10.0.0.1/30", "10.0.0.0/30"),
        ("2001:db8::1/64", "2001:db8::/64"),
        ("10.0.0.1", None),
        ("fe80::1/64", None),
        ("10.0.0.1/0", None),
        ("nonsense/24", None),
    ],
)
def test_an_interfaces_address_names_its_prefix(address, prefix):
    assert connected(address) == prefix


def test_a_prefix_is_taken_in_its_usual_form():
    assert checked_prefix(" 2001:DB8:0::/48 ") == "2001:db8::/48"
    with pytest.raises(Invalid, match=r"the prefix is 10\.0\.0\.0/24"):
        checked_prefix("10.0.0.5/24")
    with pytest.raises(Invalid, match="no prefix"):
        checked_prefix("core1")


def test_names_are_there_and_short():
    assert checked_name(" ACME ", "name") == "ACME"
    assert checked_name("", "owner", is_needed=False) == ""
    for wrong in ("", "  ", "x" * 300):
        with pytest.raises(Invalid):
            checked_name(wrong, "name")


def test_an_import_takes_what_is_right_and_tells_what_is_wrong():
    lines, wrong = read_csv(
        "prefix,name,role,owner\n"
        "# a remark\n"
        "\n"
        "192.0.2.0/24,Office,customer,ACME\n"
        "2001:db8::/32,Everything\n"
        "192.0.2.7/24,Bits,own,\n"
        "198.51.100.0/24,,own,\n"
        "198.51.100.0/24,Role,boss,\n"
        "192.0.2.0/24,Again,own,\n"
        "203.0.113.0/24,Five,own,x,y\n"
        '203.0.113.0/24,"Quoted, name",upstream,\n'
    )
    assert lines == (
        PrefixLine("192.0.2.0/24", "Office", PrefixRole.CUSTOMER, "ACME"),
        PrefixLine("2001:db8::/32", "Everything", PrefixRole.OTHER, ""),
        PrefixLine("203.0.113.0/24", "Quoted, name", PrefixRole.UPSTREAM, ""),
    )
    assert [one.line for one in wrong] == [6, 7, 8, 9, 10]
    assert "customer" in wrong[2].why


def test_semicolons_and_a_byte_order_mark_are_what_spreadsheets_write():
    lines, wrong = read_csv("\ufeffprefix;name;role;owner\r\n10.0.0.0/8;Ours, all;own;\r\n")
    assert [(line.prefix, line.name) for line in lines] == [("10.0.0.0/8", "Ours, all")]
    assert wrong == ()


@given(st.text(max_size=300))
def test_any_text_is_lines_or_wrong_lines(text):
    read_csv(text)
