"""Between pysmi's shapes and ours."""

from __future__ import annotations

from noc_console.adapters.mibs import translate
from noc_console.services.mibs.model import Base, Facts, Kind, MibObject, Syntax

DISPLAY = Syntax("DisplayString", Base.OCTETS, hint="255a", ranges=((0, 255),))


def entry(name: str, **more: object) -> dict[str, object]:
    return {"name": name, "oid": "1.3.6.1.4.1.9.1", "class": "objecttype", **more}


def test_known_facts_become_the_table_pysmi_would_have_made() -> None:
    facts = Facts(
        "A-MIB",
        (("State", Syntax("", Base.INTEGER, labels=(("on", 1),))),),
        (MibObject("1.3.6", "a-b", "A-MIB", Kind.SCALAR, syntax=DISPLAY),),
    )
    table = translate.symbols(facts)
    assert table["a_b"]["oid"] == (1, 3, 6)
    assert table["a_b"]["syntax"] == (("OctetString", ""), [[[0, 255]]])
    assert table["State"]["syntax"] == (("Integer32", ""), {"on": 1})
    assert "Counter32" in translate.symbols(Facts("SNMPv2-SMI", (), ()))


def test_a_type_is_followed_to_its_base_and_what_each_step_adds_is_kept() -> None:
    defined = {
        "Label": {"name": "Label", "type": {"type": "Short"}, "displayhint": "32t"},
        "Short": {
            "name": "Short",
            "type": {"type": "DisplayString", "constraints": {"size": [{"min": 0, "max": 32}]}},
        },
        "Loop": {"name": "Loop", "type": {"type": "Pool"}},
        "Pool": {"name": "Pool", "type": {"type": "Loop"}},
    }
    found = translate.resolved("Label", defined, {"DisplayString": DISPLAY})
    assert found == Syntax("Label", Base.OCTETS, hint="32t", ranges=((0, 32),))
    assert translate.resolved("Loop", defined, {}) is None


def test_an_unknown_type_is_taken_as_octets_and_told() -> None:
    document = {"x": entry("x", nodetype="scalar", syntax={"type": "Mystery"})}
    facts, lost = translate.facts_of("A-MIB", document, {}, source="a.mib")
    assert lost == ["Mystery"]
    (one,) = facts.objects
    assert one.syntax == Syntax("Mystery", Base.OCTETS)


def test_a_row_that_augments_another_has_its_index() -> None:
    document = {
        "one": entry("one", nodetype="row", indices=[{"object": "ifIndex", "implied": "1"}]),
        "two": entry("two", nodetype="row", augmention={"object": "one"}),
        "far": entry("far", nodetype="row", augmention={"object": "ifEntry"}),
        "ring": entry("ring", nodetype="row", augmention={"object": "ring"}),
    }
    facts, _ = translate.facts_of("A-MIB", document, {}, source="")
    index = {one.name: (one.index, one.is_implied) for one in facts.objects}
    assert index["two"] == index["one"] == (("ifIndex",), True)
    assert index["far"] == (("ifEntry",), False)
    assert index["ring"] == ((), False)


def test_groups_and_compliances_are_left_out() -> None:
    document = {
        "g": entry("g", **{"class": "objectgroup"}),
        "c": entry("c", **{"class": "modulecompliance"}),
        "i": entry("i", **{"class": "moduleidentity"}),
        "meta": {"module": "A-MIB"},
    }
    facts, _ = translate.facts_of("A-MIB", document, {}, source="")
    assert [(one.name, one.kind) for one in facts.objects] == [("i", Kind.MODULE)]


def test_what_a_text_says_is_bounded() -> None:
    document = {"x": entry("n" * 500, description="d" * 9_000, units="u" * 500)}
    facts, _ = translate.facts_of("A-MIB", document, {}, source="")
    (one,) = facts.objects
    assert (len(one.name), len(one.description), len(one.units)) == (128, translate.TEXT_LIMIT, 128)
