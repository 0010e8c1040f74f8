"""A keeper nobody asks anything."""

from tests.adapters.ssh.peers import Script

KEEPER = Script()
