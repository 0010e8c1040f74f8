"""A session's secrets, in the order in which they are masked."""

from __future__ import annotations

from noc_console.kernel.secret import Secret
from noc_console.services.credentials.model import SshLogin
from noc_console.services.terminal.confided import Confided, longest_first


def test_the_longest_secret_is_masked_first_and_each_once() -> None:
    known = Confided()
    known.add(Secret("pass"), Secret("passphrase"), Secret("pass"))
    assert [each.reveal() for each in known] == ["passphrase", "pass"]
    assert len(known) == 2 and Secret("pass") in known and Secret("else") not in known


def test_what_is_too_short_to_be_found_is_not_looked_for() -> None:
    assert longest_first([Secret("lab"), Secret(""), Secret("labs")]) == (Secret("labs"),)


def test_of_a_login_all_is_remembered_that_a_device_asks_for_and_no_key() -> None:
    known = Confided()
    password, key, phrase = map(Secret, ("hunter2", "PRIVATE", "phrase"))
    login = SshLogin(1, "core", "mira", password, key, phrase, enable=Secret("up!!"))
    known.add_logins([login])
    assert sorted(each.reveal() for each in known) == ["hunter2", "phrase", "up!!"]


def test_nothing_of_it_is_seen() -> None:
    known = Confided()
    known.add(Secret("hunter2"))
    assert "hunter2" not in repr(known) + repr(list(known))
