"""The light a fibre normally brings."""

import pytest

from noc_console.services.detection.usual import usual_light


def test_the_usual_light_rises_at_once_and_falls_over_days() -> None:
    usual = usual_light(None, -10.0, passed_s=0)
    usual = usual_light(usual, -8.0, passed_s=60)
    assert usual == -8.0
    for _ in range(60):
        usual = usual_light(usual, -14.0, passed_s=60)
    assert usual == pytest.approx(-8.0, abs=0.1), "an hour of fading is a loss, not the new usual"
    for _ in range(24 * 30):
        usual = usual_light(usual, -14.0, passed_s=3600)
    assert usual == pytest.approx(-14.0, abs=0.1)
