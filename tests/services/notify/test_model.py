from __future__ import annotations

from noc_console.services.notify.model import ADDRESSED, Contact, ContactId, NotifierState
from noc_console.services.notify.settings import ChannelKind


def test_a_person_has_an_address_for_each_kind_that_goes_to_people():
    mira = Contact(ContactId(1), "Mira", email="m@x.nl", phone="+311234", telegram="77")
    assert {mira.address(kind) for kind in ADDRESSED} == {"m@x.nl", "+311234", "77"}
    assert mira.address(ChannelKind.SLACK) == ""


def test_a_notifier_runs_while_it_beats():
    assert NotifierState(5.0, "c1", 0, 0.0, 0).is_running
    assert not NotifierState(61.0, "c1", 0, 0.0, 0).is_running
    assert not NotifierState(None, "", 0, 0.0, 0).is_running
