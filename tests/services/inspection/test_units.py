from noc_console.services.inspection.units import UNITS, unit_of


def test_each_class_has_its_unit_and_an_unknown_one_has_none() -> None:
    assert (unit_of("temperature"), unit_of("dbm"), unit_of("runtime")) == ("°C", "dBm", "min")
    assert (unit_of("state"), unit_of("of nobody")) == ("", "")
    assert all(name == name.lower() for name in UNITS)
