import numpy as np
import pytest

from noc_console.kernel.errors import Invalid
from noc_console.services.flows.rules.filters import MOST, mask, parse
from noc_console.services.flows.rules.filters import test_of as condition
from noc_console.wire.flows.records import halves

ENDS = [("10.0.0.1", "192.0.2.1"), ("10.0.1.1", "10.0.0.9"), ("2001:db8::1", "2001:db8:1::1")]


def table():
    rows = {}
    for side, at in (("src", 0), ("dst", 1)):
        both = [halves(pair[at]) for pair in ENDS]
        rows[f"{side}_hi"] = np.array([hi for hi, _ in both], np.uint64)
        rows[f"{side}_lo"] = np.array([lo for _, lo in both], np.uint64)
    rows["port"] = np.array([443, 53, 443], np.uint16)
    rows["protocol"] = np.array([6, 17, 17], np.uint8)
    rows["dscp"] = np.array([46, 0, 0], np.uint8)
    rows["src_as"] = np.array([64500, 0, 1], np.uint32)
    rows["dst_as"] = np.array([0, 64500, 1], np.uint32)
    rows["customer"] = np.array([9, 0, 9], np.uint64)
    rows["src_net"] = np.array([0, 8, 0], np.uint64)
    rows["bytes"] = np.array([1, 2, 4], np.uint64)
    return rows


def passing(*texts):
    words = {"ACME": 9, "10.0.1.0/24": 8, "none": 0}
    tests = [condition(one, words) for one in parse(texts)]
    return np.flatnonzero(mask(table(), tests)).tolist()


@pytest.mark.parametrize(
    ("texts", "rows"),
    [
        ((), [0, 1, 2]),
        (("port:443",), [0, 2]),
        (("port:443", "port:53"), [0, 1, 2]),
        (("port:443", "protocol:udp"), [2]),
        (("source:10.0.0.1",), [0]),
        (("source:10.0.0.0/16",), [0, 1]),
        (("address:10.0.0.0/24",), [0, 1]),
        (("destination:2001:db8:1::/48",), [2]),
        (("source:2001:db8::/64",), [2]),
        (("source:0.0.0.0/0",), [0, 1]),
        (("application:https",), [0]),
        (("application:quic",), [2]),
        (("application:dns",), [1]),
        (("dscp:ef",), [0]),
        (("dscp:46",), [0]),
        (("as:AS64500",), [0, 1]),
        (("source-as:64500",), [0]),
        (("customer:ACME",), [0, 2]),
        (("customer:none",), [1]),
        (("source-prefix:10.0.1.0/24",), [1]),
    ],
)
def test_filters_leave_what_they_say(texts, rows):
    assert passing(*texts) == rows


@pytest.mark.parametrize(
    "text",
    [
        *("", "443", "port", "port:", "colour:red", "port:x", "port:70000", "dscp:99"),
        *("source:core1", "protocol:nothing", "application:nothing", "as:AS-X", "as:99999999999"),
        "port:²",
    ],
)
def test_what_is_no_filter_is_refused_with_a_reason(text):
    with pytest.raises(Invalid):
        passing(text)


def test_filters_are_bounded():
    with pytest.raises(Invalid):
        parse([f"port:{n}" for n in range(MOST + 1)])


def test_a_filter_is_written_as_it_was_read():
    assert [str(one) for one in parse(("Port: 443", "port:443"))] == ["port:443"]
