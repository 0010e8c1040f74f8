from __future__ import annotations

from datetime import time

import pytest

from noc_console.services.alarms.model import Severity
from noc_console.services.notify.model import (
    Channel,
    ChannelId,
    Contact,
    ContactId,
    Group,
    GroupId,
    NotifyPolicy,
)
from noc_console.services.notify.settings import SETTINGS, ChannelKind, EmailSettings
from noc_console.views.notify.forms import (
    ChannelForm,
    ContactForm,
    GroupForm,
    PolicyForm,
    TestForm,
    new_channel,
    severity_box,
)

MIRA = Contact(ContactId(1), "Mira", email="m@x.nl", quiet_from=time(22), quiet_until=time(6))


@pytest.mark.parametrize("kind", ChannelKind)
async def test_the_form_of_every_kind_gives_back_what_it_was_given(kind):
    channel = Channel(ChannelId(1), "c", kind, SETTINGS[kind](), has_secret=True)
    form = ChannelForm(None, channel)
    if kind is ChannelKind.EMAIL:
        form.inputs["host"].setText("mail.example.net")
        form.inputs["sender"].setText("noc@example.net")
        wanted = EmailSettings(host="mail.example.net", sender="noc@example.net")
        assert form.channel().settings == wanted
    elif kind is ChannelKind.SMS:
        form.inputs["url"].setText("https://sms.example.net/send")
        assert "{text}" in form.channel().settings.fields
    else:
        assert form.channel() == channel
    assert not form.secrets()[0] and form.secret.placeholderText() == "kept"


async def test_a_form_stays_open_and_says_what_is_wrong():
    form = ChannelForm(None, new_channel(ChannelKind.SLACK))
    form.name.setText("chat")
    form.secret.setText("no address")
    form.show()
    form.accept()
    assert form.isVisible() and "http" in form.problem.text()
    form.secret.setText("https://hooks.slack.com/services/T/B/X")
    form.accept()
    assert not form.isVisible()


async def test_a_contact_keeps_quiet_hours_unless_they_are_switched_off():
    form = ContactForm(None, MIRA)
    assert form.contact() == MIRA
    form.quiet.on.setChecked(False)
    form.lets.setCurrentIndex(form.lets.findData(int(Severity.MAJOR)))
    assert form.contact().quiet_from is None
    assert form.contact().quiet_lets is Severity.MAJOR


async def test_a_group_is_ticked_together():
    form = GroupForm(None, Group(GroupId(1), "noc", (MIRA.id,)), [MIRA])
    assert form.group().contact_ids == (MIRA.id,)
    form.members.tick(MIRA.id, on=False)
    assert form.group().contact_ids == ()


async def test_pinging_is_kept_changed_or_stopped():
    form = PolicyForm(None, NotifyPolicy(has_heartbeat=True, heartbeat_shown="hc"), [], [MIRA])
    assert form.heartbeat_url() is None
    form.url.setText("https://hc.example.net/x")
    assert form.heartbeat_url() == "https://hc.example.net/x"
    form.unwatch.setChecked(True)
    assert form.heartbeat_url() == ""
    form.daily.setText("soon")
    form.accept()
    assert "no time of day" in form.problem.text()


async def test_a_test_goes_to_somebody():
    channel = Channel(ChannelId(1), "mail", ChannelKind.EMAIL)
    form = TestForm(None, channel, [MIRA, Contact(ContactId(2), "Jo")])
    assert form.to.count() == 1 and form.address() == "m@x.nl"
    form.to.setCurrentText("x@example.net")
    assert form.address() == "x@example.net"
    form.to.setCurrentText("")
    form.accept()
    assert "who" in form.problem.text()


async def test_severities_stand_the_worst_first():
    box = severity_box(Severity.MINOR)
    assert box.itemText(0) == "Critical" and box.currentText() == "Minor"
