"""What interfaces did between two polls, by measure."""

import numpy as np
import pytest

from noc_console.services.detection.measures import MEASURES, Subject
from noc_console.services.telemetry.rules.loads import Loads

NAN = float("nan")


def loads() -> Loads:
    rates = np.array(
        [
            [12.5e6, 62.5e6, 1_000, 3_000, 5, 3, 1, 1],
            [NAN, 1e6, NAN, NAN, NAN, NAN, NAN, 4],
            [1e6, 1e6, 10, 10, NAN, 0.5, 0, 0],
        ]
    )
    return Loads(rates, np.array([10**9, 0, 10**9]))


def test_utilisation_is_of_the_busier_way() -> None:
    found = loads()
    assert found.of("interface.utilisation")[0] == pytest.approx(50)
    assert found.of("interface.utilisation_in")[0] == pytest.approx(10)
    assert found.say("interface.utilisation", 0) == "out 50 % of 1.00 Gb/s"
    assert found.say("interface.utilisation_in", 0) == "in 10 % of 1.00 Gb/s"


def test_without_a_speed_there_is_no_utilisation() -> None:
    assert np.isnan(loads().of("interface.utilisation")[1])


def test_errors_of_one_way_count_where_the_other_is_not_told() -> None:
    found = loads()
    assert found.of("interface.errors")[0] == 8
    assert found.of("interface.errors")[2] == 0.5
    assert np.isnan(found.of("interface.errors")[1])
    assert found.of("interface.discards")[1] == 4


def test_the_share_of_few_errors_says_nothing() -> None:
    shares = loads().of("interface.error_share")
    assert shares[0] == pytest.approx(100 * 8 / 4_008)
    assert np.isnan(shares[1])
    assert shares[2] == 0


def test_every_number_of_an_interface_has_a_value_and_words() -> None:
    found = loads()
    for name, measure in MEASURES.items():
        if measure.subject is Subject.INTERFACE and not measure.is_state:
            assert found.of(name).shape == (3,)
            assert found.say(name, 0)
