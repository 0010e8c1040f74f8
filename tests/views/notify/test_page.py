"""The page of notifications: what it says, and what its buttons do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from PySide6.QtWidgets import QApplication, QDialog

from noc_console.kernel.actor import Actor
from noc_console.services.alarms.model import Severity
from noc_console.services.notify.model import Planned, Recipient, Turn
from noc_console.services.notify.ports import NotSent
from noc_console.services.notify.rules.composing import trial
from noc_console.services.notify.rules.sending import Parcel
from noc_console.services.notify.settings import ChannelKind
from noc_console.views.kit.desk import Route, make_desk
from noc_console.views.kit.dialogs import Dialog
from noc_console.views.kit.tasks import settled
from noc_console.views.notify.forms import ChannelForm, ContactForm, GroupForm, PolicyForm, TestForm
from noc_console.views.notify.page import TABS, NotifyPage
from noc_console.views.notify.route_form import RouteForm
from tests.views.conftest import shown, until

D = TypeVar("D", bound=QDialog)


def opened(kind: type[D]) -> D | None:
    found = [w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible()]
    return found[0] if found else None


async def answer(act: Callable[[], Any], kind: type[D], fill: Callable[[D], Any]) -> None:
    """Do something that opens a dialog, fill it in and accept it."""
    act()
    await until(lambda: opened(kind))
    dialog = opened(kind)
    assert dialog is not None
    fill(dialog)
    dialog.accept()
    if isinstance(dialog, Dialog):
        assert dialog.problem.text() == ""
    await settled()


@pytest.fixture
async def hook(notify, operator):
    return await notify.add_channel(
        operator, name="hook", kind=ChannelKind.WEBHOOK, secret="https://hooks.example.net/s3cr3t"
    )


async def test_an_empty_page_teaches_what_comes_first(page):
    assert page.channels.empty.isVisible() and not page.channels.table.isVisible()
    assert "add a channel" in page.state_line.whole()
    page.visit(Route("notify", text="routes"))
    assert page.tabs.currentIndex() == TABS.index("routes")
    assert page.routes.list.empty.isVisible()


async def test_a_channel_is_added_tested_and_switched_off(page, notify, operator, post):
    def fill(form: ChannelForm) -> None:
        form.name.setText("events")
        form.secret.setText("https://hooks.example.net/s3cr3t")

    await answer(lambda: page.add_channel(ChannelKind.WEBHOOK), ChannelForm, fill)
    await until(lambda: page.channels_table.rows.rows())
    (row,) = page.channels_table.rows.rows()
    assert (row.name, row.shown) == ("events", "hooks.example.net/•••")
    test = page.desk.actions.action("notify.test")
    page.channels_table.view.clearSelection()
    assert not test.isEnabled(), "nothing is chosen"
    page.channels_table.select(int(row.id))
    assert test.isEnabled()
    page.test_channel()
    await until(lambda: post.sent)
    page.switch_channel()
    await settled()
    (kept,) = await notify.channels(operator)
    assert not kept.is_enabled


async def test_a_test_that_fails_says_why_in_place(page, hook, post):
    page.reload()
    await settled()
    post.error = "HTTP 404: no such hook"
    page.channels_table.select(int(hook.id))
    page.test_channel()
    await until(lambda: page.strip.isVisible())
    assert "no such hook" in page.strip.text.text()


async def test_a_mail_channel_asks_to_whom_the_test_goes(page, notify, operator, post):
    await notify.add_contact(operator, name="Mira", email="mira@example.net")
    mail = await notify.add_channel(
        operator, name="mail", kind=ChannelKind.EMAIL, set=("host=m", "sender=noc@example.net")
    )
    page.reload()
    await settled()
    page.channels_table.select(int(mail.id))
    await answer(page.test_channel, TestForm, lambda form: None)
    assert post.sent[0].to == "mira@example.net"


async def test_people_are_added_changed_grouped_and_removed(page, notify, operator):
    await answer(page.add_contact, ContactForm, lambda form: form.name.setText("Jo"))
    await until(lambda: page.contacts_table.rows.rows())
    jo = page.contacts_table.rows.rows()[0]
    page.contacts_table.select(int(jo.id))
    await answer(page.change_contact, ContactForm, lambda f: f.email.setText("jo@example.net"))
    assert (await notify.contacts(operator))[0].email == "jo@example.net"

    def fill(form: GroupForm) -> None:
        form.name.setText("noc")
        form.members.tick(jo.id)

    await answer(page.add_group, GroupForm, fill)
    assert (await notify.groups(operator))[0].contact_ids == (jo.id,)
    await answer(page.remove_contact, Dialog, lambda dialog: None)
    assert await notify.contacts(operator) == ()


async def test_routes_are_made_ordered_switched_and_removed(page, notify, operator, hook):
    page.reload()
    await settled()
    page.add_usual_routes()
    await settled()

    def fill(form: RouteForm) -> None:
        form.name.setText("nights")
        form.channels.tick(hook.id)
        assert form.on_call.findText("core") >= 0

    await answer(page.add_route, RouteForm, fill)
    routes = await notify.routes(operator)
    assert [each.name for each in routes] == ["Every alarm to webhooks and chats", "nights"]
    await until(lambda: len(page.routes_table.rows.rows()) == 2)
    page.routes_table.select(int(routes[1].id))
    page.move_up()
    await settled()
    assert (await notify.routes(operator))[0].name == "nights"
    page.switch_route()
    await settled()
    assert not (await notify.routes(operator))[0].is_enabled
    await answer(page.remove_route, Dialog, lambda dialog: None)
    assert len(await notify.routes(operator)) == 1


async def test_who_would_be_told_of_a_real_alarm(page, notify, operator, hook, world):
    await world.report("core-1", Severity.CRITICAL)
    await notify.add_usual_routes(operator)
    page.reload()
    page.visit(Route("notify", text="routes"))
    await until(lambda: page.routes.dry.rows.rows())
    rows = page.routes.dry.rows.rows()
    assert {(row.turn, row.channel) for row in rows} == {
        (Turn.RAISED, "hook"),
        (Turn.CLEARED, "hook"),
    }


async def test_a_text_shows_itself_with_a_real_alarm_while_it_is_written(
    page, notify, operator, world
):
    await world.report("core-1", text="<img src=x> CPU at 91 %")
    page.reload()
    await until(lambda: "core-1" in page.texts.shown_subject.text())
    page.texts.text.setPlainText("{{ alarm.device }} is unwell")
    await until(lambda: page.texts.shown_body.toPlainText() == "core-1 is unwell")
    page.texts.text.setPlainText("{{ alarm.devise }}")
    await until(lambda: "devise" in page.texts.note.text())
    page.texts.text.setPlainText("{{ alarm.device }} is ill")
    page.save_text()
    await settled()
    own = [each for each in await notify.templates(operator) if each.is_own]
    assert [each.body for each in own] == ["{{ alarm.device }} is ill"]
    page.reset_text()
    await settled()
    assert not any(each.is_own for each in await notify.templates(operator))


async def test_the_log_is_searched_and_what_was_given_up_is_sent_again(
    page, notify, operator, hook, world
):
    planned = Planned(Recipient(hook.id, None), "r", world.clock.now())
    wanted = [trial(planned, key=str(n), at=world.clock.now(), text="x") for n in range(3)]
    queued = await notify.outbox.add(operator, wanted)
    final = NotSent("HTTP 400: wrong", is_final=True)
    await notify.outbox.not_delivered(operator, hook, Parcel(queued[0]), final)
    page.visit(Route("notify", text="log"))
    page.reload()
    await until(lambda: len(page.log.table.rows.rows()) == 4)
    page.log.words.setText("wrong")
    await until(lambda: len(page.log.table.rows.rows()) == 1)
    row = page.log.table.rows.rows()[0]
    assert row.what == "given up"
    page.log.table.select(row.id)
    page.resend()
    await settled()
    assert (await notify.log(operator))[0].what == "retried"


async def test_the_line_tells_that_no_notifier_runs(page, notify, operator, hook, world):
    page.reload()
    await settled()
    assert "No notifier has run yet" in page.state_line.whole()
    await notify.outbox.beat("acme", "noc-1")
    page.reload()
    await settled()
    assert page.state_line.whole() == "Notifier runs on noc-1"


async def test_waiting_and_watching_are_set(page, notify, operator):
    def fill(form: PolicyForm) -> None:
        form.wait.setValue(30)
        form.url.setText("https://hc.example.net/uuid")
        form.daily.setText("08:00")

    await answer(page.change_policy, PolicyForm, fill)
    policy = await notify.policy(operator)
    assert (policy.wait_s, policy.has_heartbeat) == (30, True) and policy.daily_test is not None


async def test_who_may_only_look_can_only_look(desk, world, notify, hook):
    eve = make_desk(Actor("eve", "acme", frozenset({"notify.see", "alarms.see"})), desk.feed)
    page = NotifyPage(eve, notify, world.alarms)
    shown(page)
    await settled()
    assert len(page.channels_table.rows.rows()) == 1
    allowed = {command.id for command, _ in eve.actions.commands() if "notify." in command.id}
    assert allowed == {"notify.alarm"}
