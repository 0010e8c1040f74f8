from __future__ import annotations

from noc_console.app import report
from noc_console.services.inspection import as_json
from noc_console.services.inspection.model import (
    Findings,
    Interface,
    Problem,
    Processor,
    Reading,
    System,
    Verdict,
)

PORTS = tuple(
    Interface(n, name=f"Gi0/{n}", type=6, speed_bps=10**9, admin="up", oper="up")
    for n in range(1, 31)
)
FOUND = Findings(
    System(name="sw-1", descr="A switch\nof two lines", object_id="1.3.6.1.4.1.9.1.1"),
    Verdict("ios", "Cisco IOS", "Cisco", "switch", model="C2960", reasons=("sysObjectID fits",)),
    interfaces=PORTS,
    processors=(Processor("CPU", 12.34567, Reading("1.3.6.1.4.1.9")),),
    problems=(Problem("table 1.3.6.1", "no answer"),),
)


def test_a_device_is_told_with_the_reasons_and_what_it_has() -> None:
    told = report.text({"source": "sw-1"} | as_json.document(FOUND))
    assert told.startswith("sw-1: Cisco, ios, switch\n")
    assert "Why:\n  sysObjectID fits" in told
    assert "A switch␊of two lines" in told
    assert "30 interfaces:" in told and "1 Gbit/s" in told
    assert "12.35" in told and "12.34567" not in told
    assert "1 problem:\n  table 1.3.6.1: no answer" in told


def test_long_tables_are_cut_unless_the_whole_is_asked_for() -> None:
    document = as_json.document(FOUND)
    assert "Gi0/30" not in report.text(document)
    assert "18 more (--all shows them)" in report.text(document)
    assert "Gi0/30" in report.text(document, whole=True)


def test_what_nothing_is_known_of_says_so() -> None:
    document = as_json.document(Findings(System(), Verdict()))
    assert report.text(document) == "not known\n"


def test_every_table_names_columns_the_document_has() -> None:
    """A renamed key would show first at somebody's terminal."""
    document = as_json.document(FOUND)
    assert {key for key, _, _ in report._TABLES} <= document.keys()
