"""Texts of alarms out of a rule's words."""

from noc_console.services.alarms.model import AlarmObject
from noc_console.services.detection.wording import written

ABOUT = AlarmObject(7, 3, device_name="core-1", interface_name="xe-{0}", site_name="Erfurt")


def test_placeholders_are_filled_in() -> None:
    text = "{object} of {device} at {site}: {value:.1f} {unit} over {limit}, usual {usual}"
    told = written(text, ABOUT, value=91.26, unit="%", limit=90.0, usual=33.333333)
    assert told == "xe-{0} of core-1 at Erfurt: 91.3 % over 90, usual 33.33"


def test_what_is_not_known_is_a_question_mark() -> None:
    assert written("{days:.0f} {usual:.1f}", ABOUT, value=1, unit="") == "? ?"


def test_a_state_is_a_word() -> None:
    assert written("{value:.1f}{unit}", ABOUT, value="down", unit="") == "down"


def test_text_of_a_device_is_no_template() -> None:
    about = AlarmObject(7, device_name="{value.__class__}")
    assert written("{device}", about, value=1, unit="") == "{value.__class__}"
