"""The index: fast, shared between processes, and made again when it is lost."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest

from noc_console.adapters.mibs import Shelf, SqliteMibIndex
from noc_console.services.mibs.model import Base, Facts, Kind, MibObject, Syntax
from tests.lab.mibs import SHIPPED, open_index

STATE = Syntax("", Base.INTEGER, labels=(("off", 0), ("on", 1)))
ROOT = "1.3.6.1.4.1.61234"


def lamps(module: str, *objects: tuple[str, str, Kind]) -> Facts:
    made = (
        MibObject(
            f"{ROOT}{oid}",
            name,
            module,
            kind,
            syntax=STATE if kind.has_value else None,
            access="read-only" if kind.has_value else "",
            description=f"About {name}.",
        )
        for oid, name, kind in objects
    )
    return Facts(module, (), tuple(made))


@pytest.fixture
def index(tmp_path: Path) -> SqliteMibIndex:
    return open_index(tmp_path / "mibs")


def test_the_nearest_object_is_found_with_what_follows(index: SqliteMibIndex) -> None:
    found = index.at("1.3.6.1.2.1.2.2.1.7.12")
    assert found is not None
    assert (found.object.name, found.rest) == ("ifAdminStatus", (12,))
    assert found.object.syntax is not None and found.object.syntax.label(2) == "down"
    assert index.at("9.9") is None
    assert index.at("") is None
    assert index.at("1.2.x") is None
    assert index.at(".".join(["1"] * 500)) is None


def test_names_stay_right_among_neighbours_and_again(index: SqliteMibIndex) -> None:
    for _ in range(2):
        assert index.name_of("1.3.6.1.2.1.2.2.1.10.1") == "IF-MIB::ifInOctets.1"
        assert index.name_of("1.3.6.1.2.1.2.2.1.10.2") == "IF-MIB::ifInOctets.2"
        assert index.name_of("1.3.6.1.2.1.2.2.1.11.2") == "IF-MIB::ifInUcastPkts.2"
        assert index.name_of("1.3.6.1.2.1.2.2.1.10") == "IF-MIB::ifInOctets"
        assert index.name_of("1.3.6.1.2.1.1.99.0") == ""
        assert index.name_of("1.3.6.1.2.1.17.7.1.2.2.1.2.1.0.1.2.3.4.5") == (
            "Q-BRIDGE-MIB::dot1qTpFdbPort.1.0.1.2.3.4.5"
        )


def test_an_instance_below_a_value_belongs_to_the_value(index: SqliteMibIndex) -> None:
    index.keep([lamps("A-MIB", (".1", "lamp", Kind.SCALAR), (".1.0", "lampInstance", Kind.NODE))])
    assert index.name_of(f"{ROOT}.1.0") == "A-MIB::lamp.0"


def test_children_skip_what_nobody_names_in_between(index: SqliteMibIndex) -> None:
    index.keep([lamps("A-MIB", (".2.9.4", "deep", Kind.NODE), (".2.9.4.1", "below", Kind.SCALAR))])
    (node,) = [one for one in index.children("1.3.6.1.4.1") if one.object.module == "A-MIB"]
    assert (node.object.name, node.has_children) == ("deep", True)
    (leaf,) = index.children(node.object.oid)
    assert (leaf.object.name, leaf.has_children) == ("below", False)
    assert index.children(leaf.object.oid) == ()


def test_children_come_in_the_order_of_their_numbers(index: SqliteMibIndex) -> None:
    arcs = [int(one.object.oid.split(".")[6]) for one in index.children("1.3.6.1.2.1")]
    assert arcs == sorted(arcs) and len(arcs) > 40


def test_a_search_finds_the_likeliest_first(index: SqliteMibIndex) -> None:
    index.keep([lamps("A-MIB", (".1", "ifAliasLamp", Kind.SCALAR))])
    names = [one.name for one in index.search(["ifalias"], "", 10)]
    assert names[:2] == ["ifAlias", "ifAliasLamp"]
    assert [one.name for one in index.search(["about", "lamp"], "", 10)] == ["ifAliasLamp"]
    assert index.search(["%"], "", 10) == ()
    assert len(index.search(["if"], "", 7)) == 7


def test_a_name_is_found_in_any_case_but_its_own_is_preferred(index: SqliteMibIndex) -> None:
    index.keep([lamps("A-MIB", (".1", "SYSNAME", Kind.SCALAR))])
    for text, module in (("sysName", "SNMPv2-MIB"), ("SYSNAME", "A-MIB"), ("SysNAME", "")):
        found = index.named(text)
        assert found is not None and module in {found.module, ""}
    found = index.named("sysname", "snmpv2-mib")
    assert found is not None and found.module == "SNMPv2-MIB"
    assert index.named("ifAlias", "SNMPv2-MIB") is None


def test_what_one_process_loads_another_sees(tmp_path: Path) -> None:
    one, other = open_index(tmp_path), open_index(tmp_path)
    assert other.name_of(f"{ROOT}.1.0") == ""
    one.keep([lamps("A-MIB", (".1", "lamp", Kind.SCALAR))])
    assert other.name_of(f"{ROOT}.1.0") == "A-MIB::lamp.0"
    assert one.remove("A-MIB") and not one.remove("A-MIB")
    assert other.name_of(f"{ROOT}.1.0") == ""


def test_a_broken_index_is_made_again_and_keeps_what_was_loaded(tmp_path: Path) -> None:
    first = open_index(tmp_path)
    first.keep([lamps("A-MIB", (".1", "lamp", Kind.SCALAR))])
    first.close()
    for side in tmp_path.glob("index.db-*"):
        side.unlink()
    (tmp_path / "index.db").write_bytes(b"this is no database " * 1000)
    again = SqliteMibIndex(Shelf(SHIPPED, tmp_path), tmp_path / "index.db")
    assert again.name_of(f"{ROOT}.1.0") == "A-MIB::lamp.0"
    assert again.name_of("1.3.6.1.2.1.1.5.0") == "SNMPv2-MIB::sysName.0"


def test_an_index_of_an_older_console_is_made_again(tmp_path: Path) -> None:
    db = sqlite3.connect(tmp_path / "index.db")
    db.execute("CREATE TABLE objects (old INTEGER)")
    db.commit()
    db.close()
    index = SqliteMibIndex(Shelf(SHIPPED, tmp_path), tmp_path / "index.db")
    assert index.name_of("1.3.6.1.2.1.1.5.0") == "SNMPv2-MIB::sysName.0"


def test_a_module_that_cannot_be_read_costs_only_itself(tmp_path: Path) -> None:
    index = open_index(tmp_path)
    index.keep([lamps("A-MIB", (".1", "lamp", Kind.SCALAR))])
    (tmp_path / "modules" / "A-MIB.json").write_text("{")
    index.keep([])
    assert index.name_of(f"{ROOT}.1.0") == ""
    (told,) = [one for one in index.modules() if one.is_loaded]
    assert (told.name, told.objects) == ("A-MIB", 0) and "load it again" in told.source


def test_without_a_folder_to_write_it_works_from_memory(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    index = SqliteMibIndex(Shelf(SHIPPED, tmp_path), tmp_path / "file" / "index.db")
    assert index.name_of("1.3.6.1.2.1.1.5.0") == "SNMPv2-MIB::sysName.0"


def test_many_threads_may_ask_at_once(index: SqliteMibIndex) -> None:
    wrong: list[str] = []

    def ask(number: int) -> None:
        for at in range(200):
            name = index.name_of(f"1.3.6.1.2.1.2.2.1.{number}.{at}")
            if not name.endswith(f".{at}"):
                wrong.append(name)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(2, 10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_neighbours_of_a_walk_keep_their_own_places(index: SqliteMibIndex) -> None:
    for oid, rest in ((".7.1", (1,)), (".7.2", (2,)), (".8.2", (2,)), (".7", ())):
        found = index.at(f"1.3.6.1.2.1.2.2.1{oid}")
        assert found is not None and found.rest == rest
    index.keep([lamps("IF-MIB", (".1", "lamp", Kind.SCALAR))])
    found = index.at("1.3.6.1.2.1.2.2.1.7.3")
    assert found is None or found.object.name != "ifAdminStatus"
