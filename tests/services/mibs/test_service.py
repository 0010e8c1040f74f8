"""Names, the tree, and loading a vendor's MIBs through the real compiler."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from noc_console.db.database import Database, journal
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Invalid, NotAllowed, NotFound
from noc_console.services.mibs.model import Kind
from noc_console.services.mibs.service import MibService
from tests.lab.mibs import ACME_LIGHT, ACME_SMI, mib_service

READER = Actor("guest", "acme", frozenset({"mibs.read"}))
IF_ALIAS = "1.3.6.1.2.1.31.1.1.1.18"


@pytest.fixture
def mibs(db: Database, tmp_path: Path) -> MibService:
    return mib_service(db, tmp_path / "mibs")


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    folder = tmp_path / "vendor"
    folder.mkdir()
    (folder / "ACME-SMI.mib").write_text(ACME_SMI)
    (folder / "ACME-LIGHT-MIB.my").write_text(ACME_LIGHT)
    return folder


@pytest.mark.parametrize(
    ("text", "oid", "name"),
    [
        ("sysName.0", "1.3.6.1.2.1.1.5.0", "SNMPv2-MIB::sysName.0"),
        ("sysName", "1.3.6.1.2.1.1.5.0", "SNMPv2-MIB::sysName.0"),
        ("SNMPv2-MIB::sysContact.0", "1.3.6.1.2.1.1.4.0", "SNMPv2-MIB::sysContact.0"),
        ("IF-MIB::ifAlias.3", f"{IF_ALIAS}.3", "IF-MIB::ifAlias.3"),
        ("ifDescr.4293918720", "1.3.6.1.2.1.2.2.1.2.4293918720", "IF-MIB::ifDescr.4293918720"),
        (" .1.3.6.1.2.1.1.5.0 ", "1.3.6.1.2.1.1.5.0", "SNMPv2-MIB::sysName.0"),
        ("RFC1213-MIB::ipForwarding", "1.3.6.1.2.1.4.1.0", "IP-MIB::ipForwarding.0"),
        ("sysUpTime", "1.3.6.1.2.1.1.3.0", "SNMPv2-MIB::sysUpTime.0"),
        ("linkDown", "1.3.6.1.6.3.1.1.5.3", "IF-MIB::linkDown"),
        ("1.3.6.1.4.1.61234.5", "1.3.6.1.4.1.61234.5", ""),
    ],
)
def test_a_name_becomes_its_oid_and_an_oid_its_name(
    mibs: MibService, text: str, oid: str, name: str
) -> None:
    assert mibs.oid_of(text, is_instance=True) == oid
    assert mibs.name_of(oid) == name


def test_a_subtree_is_named_without_an_instance(mibs: MibService) -> None:
    assert mibs.oid_of("sysName", is_instance=False) == "1.3.6.1.2.1.1.5"
    assert mibs.oid_of("ifXTable", is_instance=True) == "1.3.6.1.2.1.31.1.1"


def test_what_no_mib_names_gets_no_name_of_a_distant_ancestor(mibs: MibService) -> None:
    assert mibs.name_of("1.3.6.1.2.1.1.99.0") == ""
    assert mibs.name_of("nonsense") == ""


@pytest.mark.parametrize(
    "text",
    ["", "sysNonsense", "NO-MIB::sysName.0", "1.3.x", "1.99.1", "3.1", "1", "sysName.4294967296"],
)
def test_what_is_neither_is_refused(mibs: MibService, text: str) -> None:
    with pytest.raises(Invalid):
        mibs.oid_of(text, is_instance=True)


def test_an_index_that_no_oid_can_carry_is_refused(mibs: MibService) -> None:
    with pytest.raises(Invalid, match="128"):
        mibs.oid_of("ifAlias" + ".1" * 130, is_instance=True)


def test_values_are_read_by_their_type(mibs: MibService) -> None:
    assert mibs.read("1.3.6.1.2.1.2.2.1.8.3", 2) == ("IF-MIB::ifOperStatus.3", "down(2)")
    mac = mibs.read("1.3.6.1.2.1.2.2.1.6.3", bytes.fromhex("001b21aa0001"))
    assert mac == ("IF-MIB::ifPhysAddress.3", "00:1b:21:aa:00:01")
    assert mibs.read("1.3.6.1.2.1.1.2.0", "1.3.6.1.2.1.31")[1] == "IF-MIB::ifMIB"
    # A device may send another type than its MIB has.
    assert mibs.read("1.3.6.1.2.1.2.2.1.6.3", 5) == ("IF-MIB::ifPhysAddress.3", "")
    assert mibs.read("1.3.6.1.4.1.61234.5.0", 5) == ("", "")
    assert mibs.read("1.3.6.1.2.1.1.5.0", None) == ("SNMPv2-MIB::sysName.0", "")


def test_a_row_is_found_from_its_table_a_column_and_an_instance(mibs: MibService) -> None:
    for oid in ("1.3.6.1.2.1.31.1.1", "1.3.6.1.2.1.31.1.1.1", IF_ALIAS, f"{IF_ALIAS}.3"):
        row = mibs.row_of(oid)
        assert row is not None and row.name == "ifXEntry", oid
    assert mibs.row_of("1.3.6.1.2.1.1.5.0") is None
    assert mibs.row_of("nonsense") is None


def test_an_index_is_read_by_the_types_of_its_parts(mibs: MibService) -> None:
    row = mibs.row_of("1.3.6.1.2.1.17.7.1.2.2")  # dot1qTpFdbTable
    assert row is not None
    assert mibs.index_words(row, (10, 0, 27, 33, 170, 0, 1)) == ("10", "00:1b:21:aa:00:01")
    assert mibs.index_words(row, (10,)) is None


async def test_objects_are_found_by_name_words_and_number(mibs: MibService) -> None:
    found = await mibs.search(READER, text="lldp sysname")
    assert {one.name for one in found} == {"lldpLocSysName", "lldpRemSysName"}
    assert (await mibs.search(READER, text="ifAlias"))[0].full_name == "IF-MIB::ifAlias"
    assert [one.name for one in await mibs.search(READER, text="1.3.6.1.2.1.1.5")] == ["sysName"]
    assert await mibs.search(READER, text="100%_'\"\\") == ()
    assert await mibs.search(READER, text="  ") == ()
    with pytest.raises(Invalid):
        await mibs.search(READER, text="if", limit=0)


async def test_an_object_is_described_by_name_or_number(mibs: MibService) -> None:
    one = await mibs.describe(READER, name="1.3.6.1.2.1.2.2.1.7.12")
    assert (one.full_name, one.access) == ("IF-MIB::ifAdminStatus", "read-write")
    with pytest.raises(NotFound):
        await mibs.describe(READER, name="1.3.6.1.4.1.61234.1")


async def test_the_tree_goes_down_from_the_top_and_a_way_leads_back(mibs: MibService) -> None:
    top = await mibs.children(READER)
    assert "iso" in [node.object.name for node in top]
    system = await mibs.children(READER, oid="system")
    assert system[0].object.name == "sysDescr" and not system[0].has_children
    way = await mibs.way(READER, oid=IF_ALIAS)
    assert [one.name for one in way[-3:]] == ["ifXTable", "ifXEntry", "ifAlias"]
    assert way[0].name == "iso"


async def test_a_vendors_mibs_are_loaded_used_journaled_and_removed(
    mibs: MibService, db: Database, operator: Actor, texts: Path
) -> None:
    loaded = await mibs.load(operator, path=(str(texts),))
    assert loaded.problems == ()
    assert [one.name for one in loaded.modules] == ["ACME-LIGHT-MIB", "ACME-SMI"]
    mode = await mibs.describe(READER, name="acmeLampMode")
    assert mode.description == "What all lamps do.\n\nSetting dark saves power."
    assert mibs.read(f"{mode.oid}.0", 2) == ("ACME-LIGHT-MIB::acmeLampMode.0", "blinking(2)")
    assert (await mibs.search(READER, text="saves power"))[0].name == "acmeLampMode"
    row = mibs.row_of("1.3.6.1.4.1.61234.2.7.1.2")
    assert row is not None and row.is_implied
    assert mibs.index_words(row, (7, 1, 10, 0, 0, 1)) == ("7", "ipv4(1)", "10.0.0.1")

    await mibs.remove(operator, module=("ACME-LIGHT-MIB",))
    assert mibs.name_of(f"{mode.oid}.0") == "ACME-SMI::acmeMgmt.7.1.1.0"
    with pytest.raises(NotFound):
        await mibs.remove(operator, module=("ACME-LIGHT-MIB", "IF-MIB"))
    query = select(journal.c.facts).where(journal.c.event == "MibsChanged").order_by(journal.c.id)
    async with db.read(operator) as tx:
        told = await tx.rows(query, lambda row: (row.facts["what"], row.facts["modules"]))
    assert list(told) == [("loaded", "ACME-LIGHT-MIB ACME-SMI"), ("removed", "ACME-LIGHT-MIB")]


async def test_a_missing_import_is_told_by_name_and_waits_for_its_file(
    mibs: MibService, operator: Actor, texts: Path
) -> None:
    first = await mibs.load(operator, path=(str(texts / "ACME-LIGHT-MIB.my"),))
    assert first.modules == ()
    (problem,) = first.problems
    assert problem.text == (
        "ACME-LIGHT-MIB imports acmeMgmt from ACME-SMI, which is not here: add the file of ACME-SMI"
    )
    assert (problem.file, problem.needs) == ("ACME-LIGHT-MIB.my", "ACME-SMI")
    second = await mibs.load(operator, path=(str(texts / "ACME-SMI.mib"),))
    assert [one.name for one in second.modules] == ["ACME-LIGHT-MIB", "ACME-SMI"]
    assert second.problems == ()


async def test_a_loaded_module_hides_the_one_that_ships_until_it_is_removed(
    mibs: MibService, operator: Actor, tmp_path: Path
) -> None:
    text = tmp_path / "small.mib"
    text.write_text(
        "UPS-MIB DEFINITIONS ::= BEGIN IMPORTS mib-2 FROM SNMPv2-SMI;"
        " upsMIB OBJECT IDENTIFIER ::= { mib-2 33 } END"
    )
    await mibs.load(operator, path=(str(text),))
    assert mibs.name_of("1.3.6.1.2.1.33.1.2.1.0") == "UPS-MIB::upsMIB.1.2.1.0"
    await mibs.remove(operator, module=("UPS-MIB",))
    assert mibs.name_of("1.3.6.1.2.1.33.1.2.1.0") == "UPS-MIB::upsBatteryStatus.0"
    assert [one.name for one in await mibs.modules(READER) if one.is_loaded] == []


async def test_kinds_are_told_for_everything_in_a_vendors_mib(
    mibs: MibService, operator: Actor, texts: Path
) -> None:
    await mibs.load(operator, path=(str(texts),))
    kinds = {one.name: one.kind for one in await mibs.search(READER, text="acmeL")}
    assert kinds["acmeLampTable"] is Kind.TABLE
    assert kinds["acmeLampEntry"] is Kind.ROW
    assert kinds["acmeLampPower"] is Kind.COLUMN
    assert kinds["acmeLampBroken"] is Kind.NOTIFICATION
    assert kinds["acmeLightMIB"] is Kind.MODULE
    broken = await mibs.describe(READER, name="acmeLampBroken")
    assert broken.carries == ("acmeLampState", "acmeLampPower")


async def test_rights_are_asked_for(mibs: MibService, texts: Path) -> None:
    with pytest.raises(NotAllowed):
        await mibs.load(READER, path=(str(texts),))
    with pytest.raises(NotAllowed):
        await mibs.remove(READER, module=("IF-MIB",))
    with pytest.raises(NotAllowed):
        await mibs.search(Actor("nobody", "acme"), text="ifAlias")


async def test_nothing_to_load_is_refused(mibs: MibService, operator: Actor) -> None:
    with pytest.raises(Invalid):
        await mibs.load(operator, path=())
