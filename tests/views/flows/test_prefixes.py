import pytest

from noc_console.services.flows.model import PrefixRole
from noc_console.views.flows.prefixes import ImportedDialog, PrefixDialog, Prefixes
from noc_console.views.kit.dialogs import Dialog
from noc_console.views.kit.tasks import settled
from tests.views.conftest import shown, until


@pytest.fixture
async def table(desk, flowing):
    made = Prefixes(desk, flowing.flows, pytest.fail, lambda: None)
    shown(made, 1000, 500)
    return made


async def dialog_of(table, kind=Dialog):
    await until(lambda: table.window().findChildren(kind))
    return table.window().findChildren(kind)[0]


async def test_a_prefix_is_added_after_it_was_mended(table, desk, flowing):
    table.add_button.click()
    dialog = await dialog_of(table, PrefixDialog)
    dialog.prefix.setText("192.0.2.5/24")
    dialog.name.setText("Office")
    dialog.owner.setText("ACME")
    dialog.accept_button.click()
    await until(lambda: dialog.problem.isVisible())
    assert "192.0.2.0/24" in dialog.problem.text()
    dialog.prefix.setText("192.0.2.0/24")
    dialog.accept_button.click()
    await settled()
    (one,) = await flowing.flows.prefixes(desk.actor)
    assert (one.prefix, one.name, one.role, one.owner) == (
        "192.0.2.0/24",
        "Office",
        PrefixRole.CUSTOMER,
        "ACME",
    )


async def test_a_prefix_is_changed_and_forgotten(table, desk, flowing):
    id = await flowing.flows.add_prefix(desk.actor, prefix="10.0.0.0/8", name="Ours")
    table.show_rows(await flowing.flows.prefixes(desk.actor))
    table.select(id)
    table.edit()
    dialog = await dialog_of(table, PrefixDialog)
    assert dialog.prefix.text() == "10.0.0.0/8"
    dialog.name.setText("Still ours")
    dialog.accept_button.click()
    await settled()
    (one,) = await flowing.flows.prefixes(desk.actor)
    assert one.name == "Still ours"
    table.remove()
    await until(
        lambda: any("Forget" in d.windowTitle() for d in table.window().findChildren(Dialog))
    )
    (sure,) = [d for d in table.window().findChildren(Dialog) if "Forget" in d.windowTitle()]
    sure.accept()
    await settled()
    assert await flowing.flows.prefixes(desk.actor) == ()


async def test_an_import_tells_what_it_could_not_take(table, desk, flowing, tmp_path):
    file = tmp_path / "prefixes.csv"
    file.write_bytes("10.0.0.0/8,Büro,own,\nnonsense,x\n".encode("cp1252"))
    await table.import_file(file)
    dialog = await dialog_of(table, ImportedDialog)
    assert "1 line" in dialog.windowTitle()
    dialog.accept()
    await settled()
    (one,) = await flowing.flows.prefixes(desk.actor)
    assert one.name == "Büro"


async def test_a_good_import_is_a_notice(table, desk, flowing, tmp_path):
    told = []
    desk.wires.noticed.connect(lambda text, tone: told.append(text))
    file = tmp_path / "prefixes.csv"
    file.write_text("\ufeff10.0.0.0/8;Ours;own;\n", encoding="utf-8")
    await table.import_file(file)
    assert told == ["1 prefix added, 0 changed"]
