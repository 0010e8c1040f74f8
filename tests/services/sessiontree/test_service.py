"""Sessions in folders: arranged, shared, taken over from other programs."""

from __future__ import annotations

from pathlib import Path

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import ALL_RIGHTS, Actor
from noc_console.kernel.errors import Invalid, NotAllowed, NotFound
from noc_console.services.inventory.model import Inspected
from noc_console.services.inventory.service import InventoryService
from noc_console.services.sessiontree.service import SessionTreeService
from tests.conftest import FakeClock

NOOR = Actor("noor", "acme", frozenset({ALL_RIGHTS}))


@pytest.fixture
def inventory(db: Database, clock: FakeClock) -> InventoryService:
    return InventoryService(db, clock=clock)


@pytest.fixture
def tree(db: Database, inventory: InventoryService) -> SessionTreeService:
    return SessionTreeService(db, inventory)


async def test_sessions_are_arranged_in_folders(tree: SessionTreeService, operator: Actor) -> None:
    paris = await tree.add(operator, name="Paris")
    core = await tree.add(operator, name="Core", parent_id=paris.id)
    made = await tree.add(operator, name="core1", address="192.0.2.1", parent_id=core.id)
    assert made.address == "ssh:192.0.2.1"
    moved = await tree.move(operator, node_id=made.id, parent_id=paris.id, position=3)
    assert (moved.parent_id, moved.position) == (paris.id, 3)
    changed = await tree.change(operator, node_id=made.id, name="c1", address="telnet:192.0.2.1")
    assert changed in await tree.nodes(operator)
    with pytest.raises(Invalid):
        await tree.move(operator, node_id=paris.id, parent_id=core.id)
    with pytest.raises(Invalid, match="folder leads nowhere"):
        await tree.change(operator, node_id=paris.id, address="ssh:x")
    assert await tree.remove(operator, node_id=paris.id) == 3
    assert await tree.nodes(operator) == ()
    with pytest.raises(NotFound):
        await tree.remove(operator, node_id=paris.id)


async def test_a_shared_session_is_seen_in_its_folder(
    tree: SessionTreeService, operator: Actor
) -> None:
    paris = await tree.add(operator, name="Paris")
    made = await tree.add(operator, name="core1", address="ssh:192.0.2.1", parent_id=paris.id)
    assert await tree.nodes(NOOR) == ()
    await tree.change(operator, node_id=made.id, is_shared=True)
    assert {node.name for node in await tree.nodes(NOOR)} == {"Paris", "core1"}
    with pytest.raises(NotAllowed):
        await tree.change(NOOR, node_id=made.id, name="mine")
    own = await tree.add(NOOR, name="noor's", address="ssh:192.0.2.2", parent_id=paris.id)
    await tree.change(NOOR, node_id=own.id, is_shared=True)
    with pytest.raises(Invalid, match="others"):
        await tree.remove(operator, node_id=paris.id)


async def test_a_file_is_taken_over_once_and_leads_to_our_devices(
    tree: SessionTreeService,
    inventory: InventoryService,
    operator: Actor,
    clock: FakeClock,
    tmp_path: Path,
) -> None:
    device = await inventory.record(
        operator, inspected=Inspected("192.0.2.1", 161, clock.now(), "core1", credential_id=1)
    )
    path = tmp_path / "sessions.csv"
    path.write_text("name,folder,host\ncore,Paris,192.0.2.1\nother,Paris/Old,192.0.2.7\n")
    assert await tree.import_file(operator, path=str(path)) == 2
    assert await tree.import_file(operator, path=str(path)) == 0
    nodes = {node.name: node for node in await tree.nodes(operator)}
    assert set(nodes) == {"CSV", "Paris", "Old", "core", "other"}
    assert nodes["core"].address == f"ssh:device:{device}"
    assert nodes["core"].parent_id == nodes["Paris"].id
    assert nodes["Paris"].parent_id == nodes["CSV"].id


async def test_a_folder_of_files_is_taken_over(
    tree: SessionTreeService, operator: Actor, tmp_path: Path
) -> None:
    (tmp_path / "Lyon").mkdir()
    (tmp_path / "Lyon" / "sw1.ini").write_text('S:"Hostname"=192.0.2.5\nS:"Protocol Name"=SSH2\n')
    reading = await tree.read(operator, path=tmp_path)
    assert [(one.folders, one.name) for one in reading.found] == [(("Lyon",), "sw1")]
    with pytest.raises(Invalid, match="cannot be read"):
        await tree.read(operator, path=tmp_path / "nothing")
    with pytest.raises(Invalid, match="no sessions"):
        await tree.take_over(operator, found=(), into="CSV")


async def test_who_may_only_see_arranges_nothing(tree: SessionTreeService, tmp_path: Path) -> None:
    reader = Actor("rita", "acme", frozenset({"sessiontree.see"}))
    assert await tree.nodes(reader) == ()
    with pytest.raises(NotAllowed):
        await tree.add(reader, name="x")
    with pytest.raises(NotAllowed):
        await tree.read(reader, path=tmp_path)
