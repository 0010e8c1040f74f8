"""What `inspect --json` prints of findings."""

from __future__ import annotations

import json

from noc_console.services.inspection import as_json
from noc_console.services.inspection.model import (
    Findings,
    Interface,
    Neighbour,
    Processor,
    Reading,
    Sensor,
    System,
    Verdict,
)

FOUND = Findings(
    system=System(name="box", object_id="1.3.6.1.4.1.9.1"),
    verdict=Verdict(platform="ios", reasons=("because",)),
    interfaces=(Interface(7, name="Gi0/7", type=6),),
    neighbours=(Neighbour("lldp", local_if_index=7, remote_name="other", raw="secret row"),),
    processors=(Processor("CPU", 12.5, Reading("1.3.6.1.9.1")),),
    sensors=(
        Sensor("state", "Fan", 2.0, Reading("1.3.6.1.9.2"), states=((2, 1, "slow"),)),
        Sensor("dbm", "Rx", -7.5, Reading("1.3.6.1.9.3"), limit_low=-20.0),
    ),
)


def test_a_document_survives_json() -> None:
    told = as_json.document(FOUND)
    assert json.loads(json.dumps(told)) == told


def test_a_neighbour_is_at_a_port_with_a_name_and_without_raw_rows() -> None:
    (neighbour,) = as_json.document(FOUND)["neighbours"]
    assert (neighbour["local_port"], neighbour["remote_name"]) == ("Gi0/7", "other")
    assert "raw" not in neighbour


def test_sensors_have_class_unit_and_the_word_of_their_state() -> None:
    fan, light = as_json.document(FOUND)["sensors"]
    assert (fan["class"], fan["state"], fan["unit"]) == ("state", "slow", "")
    assert (light["unit"], light["limit_low"], light["oid"]) == ("dBm", -20.0, "1.3.6.1.9.3")
