import pytest

from noc_console.services.flows.model import Dimension, Talker, Traffic
from noc_console.views.flows.asked import Asked


@pytest.mark.parametrize(
    ("typed", "where"),
    [
        ("port:443", ("port:443",)),
        ("device:core1 port:443", ("device:core1", "port:443")),
        ("customer:Bakery Nord  as:64500", ("customer:Bakery Nord", "as:64500")),
        ("source:2001:db8::1", ("source:2001:db8::1",)),
        ("port:53 port:53", ("port:53",)),
        ("  ", ()),
    ],
)
def test_what_is_typed_becomes_filters(typed, where):
    assert Asked().with_(typed).where == where


def test_narrowing_adds_each_filter_once():
    talker = Talker("x", Traffic(), ("source:10.0.0.1", "destination:10.0.0.2"))
    asked = Asked(by=Dimension.CONVERSATION, where=("source:10.0.0.1",)).narrowed(talker)
    assert asked.where == ("source:10.0.0.1", "destination:10.0.0.2")
    assert asked.by is Dimension.APPLICATION


def test_a_filter_is_taken_away():
    assert Asked(where=("a:1", "b:2")).without("a:1").where == ("b:2",)
