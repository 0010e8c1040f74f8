"""What can be watched."""

from noc_console.services.detection.measures import MEASURES, Subject, of_sensor_kind
from noc_console.services.inventory.model import SensorKind


def test_every_kind_of_sensor_can_be_watched() -> None:
    for kind in SensorKind:
        if kind is not SensorKind.STATE:
            assert of_sensor_kind(kind) in MEASURES
    assert of_sensor_kind(SensorKind.DBM) == "sensor.light"
    assert of_sensor_kind(SensorKind.AP_COUNT) == "sensor.ap_count"


def test_a_measure_is_named_after_what_it_is_of() -> None:
    for name, measure in MEASURES.items():
        assert name == measure.name
        assert Subject(name.partition(".")[0]) is measure.subject


def test_values_are_said_with_as_many_digits_as_matter() -> None:
    assert MEASURES["sensor.voltage"].say(48.04) == "48.0 V"
    assert MEASURES["sensor.voltage"].say(230.4) == "230 V"
    assert MEASURES["sensor.voltage"].say(0.125) == "0.12 V"
    assert MEASURES["sensor.clients"].say(12) == "12"
