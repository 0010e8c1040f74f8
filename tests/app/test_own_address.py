import socket
from ipaddress import ip_address

from noc_console.app.own_address import own_address


def test_an_address_that_was_chosen_is_the_one():
    assert own_address("127.0.0.1") == "127.0.0.1"
    assert own_address("2001:db8::1") == "2001:db8::1"


def test_listening_everywhere_the_way_out_tells_the_address():
    told = own_address("0.0.0.0")
    assert told == "COLLECTOR-ADDRESS" or ip_address(told)


def test_without_a_way_out_the_operator_fills_it_in(monkeypatch):
    # A machine without any network cannot be had in a test.
    def unreachable(self, address):
        raise OSError("Network is unreachable")

    monkeypatch.setattr(socket.socket, "connect", unreachable)
    assert own_address("0.0.0.0") == "COLLECTOR-ADDRESS"
