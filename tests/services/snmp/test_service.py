"""Reading and setting objects of a real snmpd, with what the journal keeps of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from noc_console.adapters.browser import PysnmpBrowser
from noc_console.adapters.dns import DnsResolver
from noc_console.adapters.keyring import KeyFile
from noc_console.db.database import Database, journal
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import (
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
    Refused,
    Unreachable,
)
from noc_console.services.credentials.model import CredentialKind
from noc_console.services.credentials.service import CredentialService
from noc_console.services.inventory.model import Inspected
from noc_console.services.inventory.service import InventoryService
from noc_console.services.secrets.service import SecretService
from noc_console.services.snmp import service as module
from noc_console.services.snmp.model import ObjectType, ObjectValue
from noc_console.services.snmp.service import SnmpService
from tests.conftest import FakeClock
from tests.lab.mibs import mib_service
from tests.lab.snmpd import AUTH_PASS, PRIV_PASS, WRITER, Agent, snmpd

READER = frozenset({"snmp.read", "inventory.read"})


@pytest.fixture(scope="session")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    extra = f"{WRITER}\ncom2sec local default public\n"
    with snmpd(tmp_path_factory.mktemp("snmpd"), extra=extra) as running:
        yield running


@pytest.fixture
def credentials(db: Database, clock: FakeClock, tmp_path: Path) -> CredentialService:
    keyring = KeyFile(tmp_path / "vault.key")
    return CredentialService(db, SecretService(db, keyring=keyring, clock=clock))


@pytest.fixture
async def snmp(
    db: Database,
    clock: FakeClock,
    credentials: CredentialService,
    operator: Actor,
    agent: Agent,
    tmp_path: Path,
) -> AsyncIterator[SnmpService]:
    """The service, with the agent in its inventory by the community that may read."""
    inventory = InventoryService(db, clock=clock)
    reading = await credentials.add_snmp(operator, name="ro", community="public")
    await credentials.add_snmp(operator, name="rw", community="private")
    await inventory.record(
        operator,
        inspected=Inspected(
            agent.address, agent.port, clock.now(), name="lab-1", credential_id=reading.id
        ),
    )
    browser, resolver = PysnmpBrowser(bind="127.0.0.1", bind6="::1"), DnsResolver()
    try:
        yield SnmpService(
            db,
            browser,
            credentials=credentials,
            inventory=inventory,
            resolver=resolver,
            mibs=mib_service(db, tmp_path / "mibs"),
        )
    finally:
        browser.close()
        resolver.close()


async def written(db: Database, operator: Actor) -> list[dict[str, object]]:
    """What the journal tells of values that were set."""
    query = select(journal.c.facts).where(journal.c.event == "ObjectSet").order_by(journal.c.id)
    async with db.read(operator) as tx:
        return list(await tx.rows(query, lambda row: dict(row.facts)))


async def test_a_device_is_asked_by_its_name_with_its_own_credential(
    snmp: SnmpService, operator: Actor
) -> None:
    (name, descr) = await snmp.get(operator, device="lab-1", oid=("sysName", "1.3.6.1.2.1.1.1.0"))
    assert (name.name, name.value) == ("SNMPv2-MIB::sysName.0", "lab-snmpd")
    assert descr.value == "NOC Console test agent"


async def test_an_address_of_a_known_device_uses_that_devices_credential(
    snmp: SnmpService, operator: Actor, agent: Agent
) -> None:
    at = f"127.0.0.1:{agent.port}"
    assert (await snmp.get(operator, address=at, oid=("sysName",)))[0].value == "lab-snmpd"
    by_name = await snmp.get(operator, address=f"localhost:{agent.port}", oid=("sysName",))
    assert by_name[0].value == "lab-snmpd"


async def test_a_strange_address_needs_its_credential_named_when_there_are_several(
    snmp: SnmpService, operator: Actor
) -> None:
    with pytest.raises(Invalid, match="ro, rw"):
        await snmp.get(operator, address="127.0.0.2:9", oid=("sysName",))
    with pytest.raises(NotFound, match="called none"):
        await snmp.get(operator, device="lab-1", credential="none", oid=("sysName",))


async def test_a_table_is_walked_and_the_next_object_is_told(
    snmp: SnmpService, operator: Actor
) -> None:
    names = await snmp.walk(operator, device="lab-1", oid="ifDescr")
    assert names[0].name == "IF-MIB::ifDescr.1"
    assert "lo" in {one.value for one in names}
    assert len(await snmp.walk(operator, device="lab-1", oid="system", limit=5)) == 5
    after = await snmp.next(operator, device="lab-1", oid="sysContact.0")
    assert after.name == "SNMPv2-MIB::sysName.0"
    with pytest.raises(NotFound):
        await snmp.next(operator, device="lab-1", oid="1.3.6.1.9")


async def test_a_set_is_journaled_with_what_was_there_before(
    snmp: SnmpService, operator: Actor, db: Database, agent: Agent
) -> None:
    for words in ("a", "Zürich"):
        done = await snmp.set(
            operator, device="lab-1", oid="sysContact", value=words, credential="rw"
        )
    assert (done.old.value, done.new.value, done.new.type) == ("a", "Zürich", ObjectType.STRING)
    first, second = await written(db, operator)
    assert first["new"] == "a"
    assert second == {
        "device_id": 1,
        "address": f"127.0.0.1:{agent.port}",
        "oid": "1.3.6.1.2.1.1.4.0",
        "name": "SNMPv2-MIB::sysContact.0",
        "old": "a",
        "new": "Zürich",
        "outcome": "set",
    }


async def test_a_v3_user_named_for_it_may_set_what_the_devices_own_may_not(
    snmp: SnmpService, credentials: CredentialService, operator: Actor, db: Database
) -> None:
    await credentials.add_snmp(
        operator,
        name="writer",
        kind=CredentialKind.SNMP_V3,
        user="writer",
        auth_protocol="SHA256",
        auth_pass=AUTH_PASS,
        priv_protocol="AES128",
        priv_pass=PRIV_PASS,
    )
    with pytest.raises(Refused, match="noAccess"):
        await snmp.set(operator, device="lab-1", oid="sysLocation", value="Bern")
    assert await written(db, operator) == []
    done = await snmp.set(
        operator, device="lab-1", oid="sysContact", value="night shift", credential="writer"
    )
    assert done.new.value == "night shift"


async def test_a_value_that_is_not_what_was_expected_is_left_alone(
    snmp: SnmpService, operator: Actor, db: Database
) -> None:
    await snmp.set(operator, device="lab-1", oid="sysContact", value="one", credential="rw")
    with pytest.raises(Conflict):
        await snmp.set(
            operator, device="lab-1", oid="sysContact", value="x", expect="two", credential="rw"
        )
    done = await snmp.set(
        operator, device="lab-1", oid="sysContact", value="three", expect="one", credential="rw"
    )
    assert done.old.value == "one"
    assert len(await written(db, operator)) == 2


async def test_a_refused_set_is_not_journaled_and_says_why(
    snmp: SnmpService, operator: Actor, db: Database
) -> None:
    for oid, type, value, words in (
        ("sysDescr", None, "x", "notWritable"),
        ("sysContact", ObjectType.INTEGER, "1", "wrongType"),
        ("sysContact", ObjectType.STRING, "x" * 300, "wrongLength"),
        ("1.3.6.1.2.1.1.99.0", ObjectType.STRING, "x", "notWritable"),
    ):
        with pytest.raises(Refused, match=words):
            await snmp.set(
                operator, device="lab-1", oid=oid, type=type, value=value, credential="rw"
            )
    with pytest.raises(Invalid, match="say which type"):
        await snmp.set(operator, device="lab-1", oid="1.3.6.1.2.1.1.99.0", value="x")
    assert await written(db, operator) == []


async def test_a_set_without_an_answer_is_journaled_as_such(
    snmp: SnmpService, operator: Actor, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    # snmpd cannot be made to fall silent between our question and the SET: the adapter is.
    async def silent(target, oid, type, value):  # type: ignore[no-untyped-def]
        assert target.retries == 0
        raise Unreachable(f"{target.peer} did not answer", peer=target.peer, reason="timeout")

    monkeypatch.setattr(snmp._browser, "set", silent)
    with pytest.raises(Unreachable):
        await snmp.set(operator, device="lab-1", oid="sysContact", value="x", credential="rw")
    (told,) = await written(db, operator)
    assert (told["new"], told["outcome"]) == ("x", "unanswered")


async def test_values_that_look_secret_stay_out_of_the_journal(
    snmp: SnmpService, operator: Actor, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module.rules, "looks_secret", lambda value: value.oid.endswith("1.1.4.0"))
    await snmp.set(operator, device="lab-1", oid="sysContact", value="hunter2", credential="rw")
    (told,) = await written(db, operator)
    assert "hunter2" not in str(told)
    assert told["new"] == "•••"


async def test_an_object_nobody_has_is_told_with_its_name(
    snmp: SnmpService, operator: Actor
) -> None:
    with pytest.raises(NotFound, match=r"ifAlias\.9999"):
        await snmp.get(operator, device="lab-1", oid=("ifAlias.9999",))
    with pytest.raises(NotFound):
        await snmp.get(operator, device="nobody", oid=("sysName",))


@pytest.mark.parametrize(
    "wrong",
    [
        {"oid": ()},
        {"oid": ("sysNonsense",)},
        {"oid": ("sysName",), "address": "127.0.0.1"},
        {"oid": ("sysName",), "device": "", "address": ""},
        {"oid": ("sysName",), "device": "", "address": "not an address"},
    ],
)
async def test_a_question_that_cannot_be_is_refused(
    snmp: SnmpService, operator: Actor, wrong: dict[str, object]
) -> None:
    with pytest.raises(Invalid):
        await snmp.get(operator, **({"device": "lab-1"} | wrong))  # type: ignore[arg-type]


async def test_who_may_only_read_sets_nothing_and_needs_no_right_to_the_vault(
    snmp: SnmpService, operator: Actor
) -> None:
    guest = Actor("guest", operator.tenant, READER)
    assert (await snmp.get(guest, device="lab-1", oid=("sysName",)))[0].value == "lab-snmpd"
    with pytest.raises(NotAllowed):
        await snmp.set(guest, device="lab-1", oid="sysName", value="x")
    with pytest.raises(NotAllowed):
        await snmp.get(Actor("nobody", "acme"), device="lab-1", oid=("sysName",))


async def test_values_are_read_as_their_mib_says(snmp: SnmpService, operator: Actor) -> None:
    (status, up, kind) = await snmp.get(
        operator, device="lab-1", oid=("ifAdminStatus.1", "sysUpTime", "sysObjectID")
    )
    assert (status.text, status.shown, status.value) == ("up(1)", "up(1)", 1)
    assert up.text.endswith(f"({up.value})")
    assert kind.text.startswith("NET-SNMP-")


async def test_a_long_walk_is_asked_for_piece_by_piece(snmp: SnmpService, operator: Actor) -> None:
    whole = await snmp.walk(operator, device="lab-1", oid="system")
    first = await snmp.walk(operator, device="lab-1", oid="system", limit=4)
    rest = await snmp.walk(operator, device="lab-1", oid="system", after=first[-1].oid)
    assert [one.name for one in (*first, *rest)] == [one.name for one in whole]


async def test_the_words_of_a_mib_are_written_as_their_number(
    snmp: SnmpService, operator: Actor
) -> None:
    with pytest.raises(Refused):  # refused by the agent: it lets nobody change a state
        await snmp.set(
            operator, device="lab-1", credential="rw", oid="snmpEnableAuthenTraps", value="sideways"
        )
    written = await snmp.set(
        operator, device="lab-1", credential="rw", oid="snmpEnableAuthenTraps", value="enabled"
    )
    assert (written.new.value, written.new.text) == (1, "enabled(1)")


async def test_a_table_comes_as_rows_and_columns_with_its_index_read(
    snmp: SnmpService, operator: Actor
) -> None:
    table = await snmp.table(operator, device="lab-1", oid="ifTable")
    assert (table.name, table.index, table.columns[1]) == ("ifEntry", ("ifIndex",), "ifDescr")
    names = [row.cells[1].value for row in table.rows if row.cells[1] is not None]
    assert "lo" in names and [row.key for row in table.rows] == [row.index[0] for row in table.rows]
    views = await snmp.table(operator, device="lab-1", oid="vacmAccessContextMatch")
    assert views.index[-2:] == ("vacmAccessSecurityModel", "vacmAccessSecurityLevel")
    assert views.rows and views.rows[0].index[-1].endswith(")")
    with pytest.raises(Invalid, match="no table"):
        await snmp.table(operator, device="lab-1", oid="sysName")


async def test_an_index_its_mib_does_not_allow_is_shown_as_it_is(
    snmp: SnmpService, operator: Actor
) -> None:
    odd = ObjectValue("1.3.6.1.2.1.4.22.1.2.7.300.1", "", ObjectType.STRING, "x")
    good = ObjectValue("1.3.6.1.2.1.4.22.1.2.7.10.0.0.1", "", ObjectType.STRING, "y")
    table = await snmp.arranged(operator, oid="ipNetToMediaTable", values=[good, odd])
    assert [row.index for row in table.rows] == [("7", "10.0.0.1"), ("7.300.1", "")]


async def test_an_object_the_device_lacks_is_looked_at_as_missing(
    snmp: SnmpService, operator: Actor
) -> None:
    gone = await snmp.look(operator, device="lab-1", oid="ifAlias.999999")
    assert not gone.is_there and gone.name == "IF-MIB::ifAlias.999999"
    assert snmp.type_of(gone.oid, gone) is ObjectType.STRING
    with pytest.raises(NotAllowed):
        await snmp.look(Actor("guest", "acme"), device="lab-1", oid="sysName")


def test_the_type_to_write_is_the_devices_and_else_the_mibs(snmp: SnmpService) -> None:
    text = ObjectValue("1.3.6.1.2.1.2.2.1.6.1", "", ObjectType.STRING, "abcdef")
    assert snmp.type_of(text.oid, text) is ObjectType.HEX  # a MAC that reads as text
    number = ObjectValue("1.3.6.1.2.1.2.2.1.7.1", "", ObjectType.UNSIGNED, 1)
    assert snmp.type_of(number.oid, number) is ObjectType.UNSIGNED
    unknown = ObjectValue("1.3.6.1.4.1.61234.1.0", "", ObjectType.MISSING, "")
    assert snmp.type_of(unknown.oid, unknown) is ObjectType.STRING


def test_what_is_wrong_with_a_value_is_told_before_anybody_is_asked(snmp: SnmpService) -> None:
    status = "1.3.6.1.2.1.2.2.1.7.1"
    assert snmp.wrong(status, ObjectType.INTEGER, "down") == ""
    assert "no whole number" in snmp.wrong(status, ObjectType.INTEGER, "sideways")


def test_a_table_is_found_from_anything_in_it(snmp: SnmpService) -> None:
    assert snmp.row_oid("1.3.6.1.2.1.2.2.1.7.1") == "1.3.6.1.2.1.2.2.1"
    assert snmp.row_oid("1.3.6.1.2.1.1.5.0") == ""
