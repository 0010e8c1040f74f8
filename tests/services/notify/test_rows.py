from __future__ import annotations

from types import SimpleNamespace

from noc_console.services.alarms.model import Severity
from noc_console.services.notify.model import Contact, ContactId, Match, NotifyPolicy
from noc_console.services.notify.rows import contact_of, match_of, policy_of


def test_what_a_newer_version_added_is_left_out_and_what_is_missing_has_its_default():
    row = SimpleNamespace(id=1, name="Mira", facts={"email": "m@x.nl", "pager": "1"})
    assert contact_of(row) == Contact(ContactId(1), "Mira", email="m@x.nl")
    assert match_of({"least": 4, "moon": "full"}) == Match(least=Severity.MAJOR)
    assert policy_of(SimpleNamespace(settings={"wait_s": 3.0, "x": 1})) == NotifyPolicy(wait_s=3.0)
