from __future__ import annotations

from dataclasses import replace

from noc_console.services.notify.model import Preview, Template
from noc_console.services.notify.settings import ChannelKind
from noc_console.views.kit.strips import Empty
from noc_console.views.notify.tabs import (
    AlarmPicker,
    ListTab,
    LogTab,
    RoutesTab,
    TextsTab,
    routes_table,
)
from tests.services.notify.alarms import an_alarm
from tests.views.conftest import shown


def no_error(error):
    raise error


async def test_the_picked_alarm_stays_picked_while_it_is_there():
    picker = AlarmPicker()
    assert picker.alarm_id() is None
    one, two = an_alarm(id=1), an_alarm(id=2, text="<b>x</b>")
    picker.show_alarms([one, two])
    assert picker.alarm_id() == 1
    picker.setCurrentIndex(1)
    picker.show_alarms([two, one])
    assert picker.alarm_id() == 2 and "<b>" in picker.currentText()
    picker.show_alarms([one])
    assert picker.alarm_id() == 1


async def test_a_list_without_rows_teaches(desk):
    table = routes_table(desk, no_error)
    tab = ListTab(table, [], Empty("No route yet", "Because."))
    shown(tab)
    assert tab.empty.isVisible() and not table.isVisible()


async def test_asking_who_is_told_needs_an_alarm(desk):
    tab = RoutesTab(desk, routes_table(desk, no_error), [], Empty("x", "y"), no_error)
    asked = []
    tab.asked.connect(asked.append)
    tab.ask()
    assert asked == [] and tab.answer.text() == ""
    tab.picker.show_alarms([an_alarm()])
    tab.ask()
    assert asked == [12]
    tab.show_answer(())
    assert tab.answer.text() == "Nobody."


async def test_a_text_being_written_is_not_overwritten_by_a_reload(desk):
    tab = TextsTab(desk, [], [("turn", "what")], no_error)
    text = Template(ChannelKind.EMAIL, "en", "s", "b")
    tab.show_templates([text])
    assert tab.template() == replace(text, is_own=True) and not tab.is_changed()
    tab.text.setPlainText("mine")
    tab.show_templates([text])
    assert tab.template().body == "mine" and tab.is_changed()
    tab.show_problem("line 1: wrong")
    assert tab.note.text() == "Line 1: wrong"
    tab.show_preview(Preview("S", "<b>", "1 SMS"))
    assert tab.shown_body.toPlainText() == "<b>" and tab.note.text() == "1 SMS"


async def test_the_log_asks_for_what_is_chosen_and_for_older_ones(desk):
    tab = LogTab(desk, [], no_error)
    asked = []
    tab.asked.connect(lambda: asked.append(dict(tab.query())))
    tab.what.setCurrentIndex(tab.what.findData("sent"))
    assert asked == [{"text": "", "what": "sent", "before_id": 0}]
    tab.older.click()
    assert len(asked) == 1  # nothing is shown yet that others could be older than
