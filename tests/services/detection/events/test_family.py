"""Event rules on the list of all rules."""

from __future__ import annotations

import pytest

from noc_console.kernel.errors import Invalid
from noc_console.services.alarms.model import Severity
from noc_console.services.detection.events.family import EventFamily
from noc_console.services.detection.model import Family
from noc_console.services.detection.ports import RuleFamily
from noc_console.services.detection.service import renamed, split, switched
from tests.services.detection.events.pack import PACK, book


def test_every_rule_is_a_row_with_its_text() -> None:
    family: RuleFamily = EventFamily(book())
    rows = {row.id: row for row in family.pack()}
    assert len(rows) == len(PACK.rules) + len(PACK.flows)
    bgp = rows["ietf-bgp-session-lost"]
    assert (bgp.family, bgp.kind, bgp.condition) == (Family.EVENT, "trap", "bgp-session-lost")
    assert (bgp.severity, bgp.levels) == (Severity.MAJOR, "major")
    assert "bgpBackwardTransNotification" in bgp.watches
    assert bgp.toml.startswith("[[rule]]")
    assert rows["cisco-bgp-session-lost"].kind == "trap, syslog"
    assert rows["ietf-link-down"].levels == "the poll decides"
    assert rows["flow-scan"].kind == "flow"
    assert "> 1,000 for 3 min" in rows["flow-scan"].levels
    assert "warning > 100,000,000 for 5 min" in {row.levels for row in rows.values()}
    assert "cleared after 60 min" in rows["ietf-ospf-authentication"].levels


def test_a_text_becomes_a_row_or_names_its_mistake() -> None:
    family = EventFamily(book())
    assert family.read(PACK.texts["flow-scan"]).id == "flow-scan"
    with pytest.raises(Invalid):
        family.read("[[rule]]")


def test_a_rule_of_flows_is_switched_and_copied_as_any_other() -> None:
    family = EventFamily(book())
    off = switched(PACK.texts["flow-scan"], is_enabled=False)
    assert not family.read(off).is_enabled
    assert family.read(switched(off, is_enabled=True)).is_enabled
    assert family.read(renamed(off, "flow-scan", "our-scan")).id == "our-scan"
    assert [family.read(one).id for one in split(PACK.texts["flow-scan"] + off)] == [
        "flow-scan"
    ] * 2


def test_rules_of_operators_are_in_force_at_once() -> None:
    family = EventFamily(book())
    text = PACK.texts["ietf-restarted"].replace('title = "', 'title = "Our ')
    family.adopt({"ours": text})
    assert "ours" in {rule.id for rule in family.book.rules}
