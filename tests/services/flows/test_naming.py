from noc_console.db.flows import word_id
from noc_console.services.flows.model import (
    Dimension,
    FlowPrefix,
    FlowPrefixId,
    PrefixRole,
    Traffic,
)
from noc_console.services.flows.naming import Names

PREFIXES = (
    FlowPrefix(FlowPrefixId(1), "10.0.0.0/8", "Ours", PrefixRole.OWN),
    FlowPrefix(FlowPrefixId(2), "10.1.0.0/16", "Shop", PrefixRole.CUSTOMER, "ACME"),
    FlowPrefix(FlowPrefixId(3), "2001:db8::/32", "Six", PrefixRole.CUSTOMER, "Six"),
)


def names(operator, inventory, devices=None):
    words = {word_id("192.0.2.1"): "192.0.2.1"}
    return Names(operator, inventory, words, devices or {}, PREFIXES)


def test_the_longest_named_prefix_tells_about_an_address(operator, inventory):
    known = names(operator, inventory)
    assert known.about("10.1.2.3") == "Shop, ACME"
    assert known.about("10.2.2.3") == "Ours"
    assert known.about("2001:db8::5") == "Six"
    assert known.about("203.0.113.1") == known.about("") == ""


async def test_an_interface_of_a_device_that_is_gone_keeps_its_address(operator, inventory):
    known = names(operator, inventory, {"192.0.2.1": 4711})
    key = {"exporter": word_id("192.0.2.1"), "in_if": 5}
    one = await known.talker(Dimension.IN_INTERFACE, key, Traffic(1, 1, 1))
    assert (one.label, one.where) == (
        "192.0.2.1  interface 5",
        ("in-interface:192.0.2.1#5",),
    )
    own = await known.talker(Dimension.IN_INTERFACE, {**key, "in_if": 0}, Traffic())
    assert own.label == "192.0.2.1  itself, or dropped"


async def test_what_nobody_told_has_no_filter(operator, inventory):
    key = {"src_hi": 0, "src_lo": 0, "dst_hi": 0, "dst_lo": 0}
    one = await names(operator, inventory).talker(Dimension.SOURCE, key, Traffic())
    assert (one.label, one.where) == ("not told", ())
    both = await names(operator, inventory).talker(Dimension.CONVERSATION, key, Traffic())
    assert (both.label, both.where) == ("? → ?", ())
