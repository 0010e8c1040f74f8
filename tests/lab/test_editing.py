from unittest.mock import Mock

from asyncssh.editor import SSHLineEditor

from noc_console.lab import editing


def editor() -> SSHLineEditor:
    # An editor writes to a channel, and hands lines to a session: nothing is typed here.
    return SSHLineEditor(Mock(), Mock(), True, 10, 1024, "vt100", 80)


def test_editors_of_the_same_keys_share_what_they_may_insert() -> None:
    editing.quicken()
    one, other = editor(), editor()
    assert one._printable is other._printable
    assert one._printable.match("größe 1\t")[0] == "größe 1"
    one.register_key("x", lambda text, at: None)
    assert one._printable.match("ax")[0] == "a"
    assert other._printable.match("ax")[0] == "ax"
