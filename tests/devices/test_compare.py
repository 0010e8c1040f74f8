"""The scoring itself: what counts as right, wrong, missing and extra."""

from __future__ import annotations

from typing import Any

from tests.devices.compare import Tally, compare

_WORDS = "platform vendor device_type model version serial features sys_name"
_ARRAYS = (
    "interfaces addresses neighbours processors memory storage sensors wireless transceivers"
    " vlans bgp_peers ospf_neighbours"
)
EMPTY: dict[str, Any] = {
    **dict.fromkeys(_WORDS.split(), ""),
    **{each: [] for each in _ARRAYS.split()},
}


def sensor(kind: str, oid: str, value: float) -> dict[str, Any]:
    return {"class": kind, "oid": oid, "value": value}


def told(kind: str, oid: str, value: object) -> dict[str, Any]:
    return {"sensor_class": kind, "sensor_oid": f".{oid}", "sensor_current": value}


def tally(ours: list[dict[str, Any]], theirs: list[dict[str, Any]]) -> Tally:
    return compare(EMPTY | {"sensors": ours}, {"devices": [{}], "sensors": theirs})["sensors"]


def test_facts_are_right_wrong_or_missing_and_unknown_ones_do_not_count() -> None:
    device = {"os": "ios", "hardware": "C9300", "version": "16.1", "serial": None}
    scores = compare(EMPTY | {"platform": "ios", "model": "C9200"}, {"devices": [device]})
    assert scores["platform"].right == 1
    assert scores["model"].wrong == ["'C9200' for 'C9300'"]
    assert scores["version"].missing == ["16.1"]
    assert scores["serial"].expected == 0


def test_a_sensor_is_right_when_its_value_is_within_a_thousandth() -> None:
    assert tally([sensor("voltage", "1.2", 230.1)], [told("voltage", "1.2", 230)]).right == 1
    assert tally([sensor("voltage", "1.2", 240)], [told("voltage", "1.2", 230)]).wrong


def test_class_and_oid_belong_to_a_sensors_key() -> None:
    found = tally([sensor("voltage", "1.2", 5)], [told("current", "1.2", 5)])
    assert (found.right, len(found.missing), len(found.extra)) == (0, 1, 1)


def test_the_same_row_twice_is_needed_twice() -> None:
    found = tally([sensor("count", "1", 5)], [told("count", "1", 5), told("count", "1", 5)])
    assert (found.right, len(found.missing)) == (1, 1)


def test_shares_are_equal_within_one_percent_whatever_they_are_called() -> None:
    ours = EMPTY | {"processors": [{"name": "CPU 0", "usage_percent": 41.4}]}
    theirs = {
        "devices": [{}],
        "processors": [
            {"processor_descr": "Intel Xeon", "processor_usage": 42},
            {"processor_descr": "Intel Xeon", "processor_usage": 7},
        ],
    }
    found = compare(ours, theirs)["processors"]
    assert (found.right, found.missing) == (1, ["Intel Xeon: 7"])


def test_what_the_monitor_did_not_conclude_is_nobodys_mistake() -> None:
    port = {
        "ifIndex": 1, "ifName": "eth0", "ifType": "ethernetCsmacd", "ifMtu": None,
        "ifPhysAddress": None, "ifAdminStatus": None, "ifOperStatus": "up",
    }  # fmt: skip
    mine = {
        "if_index": 1, "name": "eth0", "type": "ethernetCsmacd", "mtu": 1500,
        "mac": "00:11:22:33:44:55", "admin": "up", "oper": "up",
    }  # fmt: skip
    found = compare(EMPTY | {"interfaces": [mine]}, {"devices": [{}], "ports": [port]})
    assert found["interfaces"].right == 1
