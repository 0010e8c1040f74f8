import pytest

from noc_console.services.flights.model import Way
from noc_console.services.flights.rules import forecast, safety
from tests.services.flights.conftest import WAYS

BEFORE = "hostname a\ninterface mgmt0\n ip address 192.0.2.7/24\ninterface Gi1\n shutdown"


def judged(name: str, text: str, before: str = BEFORE) -> tuple[Way, str]:
    manner = WAYS[name]
    tree = forecast.configured(before, manner)
    told = forecast.forecast(tree, forecast.typed(text), manner)
    return safety.way(manner, told, tree, address="192.0.2.7")


def test_a_platform_without_a_way_is_refused_loudly():
    assert safety.way(None, None, {}, address="")[1].startswith("nobody has told yet")


def test_the_device_s_own_way_comes_first_then_a_reload_then_the_inverse():
    assert judged("iosxr", "hostname b") == (Way.COMMIT, "")
    assert judged("ios", "hostname b") == (Way.GUARDED, "")
    assert judged("nxos", "hostname b") == (Way.INVERSE, "")


@pytest.mark.parametrize(
    "text",
    [
        "interface mgmt0\n shutdown",
        "interface mgmt0\n no ip address",
        "no interface mgmt0",
        "aaa new-model",
        "line vty\n access-class 7",
        "username noc password x",
        "ip route 192.0.2.7/32 null0",
    ],
)
def test_what_may_cut_us_off_is_refused_where_nothing_brings_it_back(text):
    way, why = judged("nxos", text)
    assert way is Way.NONE and "may cut us off" in why
    assert judged("ios", text)[0] is Way.GUARDED


def test_a_word_about_the_management_port_is_no_danger():
    assert judged("nxos", "interface mgmt0\n description x")[0] is Way.INVERSE


def test_nothing_to_do_needs_no_way():
    assert judged("nxos", "hostname a") == (Way.NONE, "")


def test_a_safe_mode_is_a_way_back_for_everything_but_too_much():
    cut = '/interface disable ether1\n/ip address remove [find address~"x"]'
    assert judged("routeros", cut, before="") == (Way.SAFE, "")
    many = "\n".join(f"/ip pool add name=p{n} ranges=x" for n in range(81))
    assert judged("routeros", many.rpartition("\n")[0], before="") == (Way.SAFE, "")
    way, why = judged("routeros", many, before="")
    assert way is Way.NONE and "fly them in parts" in why
    entries = "\n".join(f"/ip pool add comment=x name=p{n} ranges=x" for n in range(60))
    way, why = judged("routeros", "/ip pool set [find comment=x] comment=y", before=entries)
    assert way is Way.NONE and why.startswith("120 changes")
