from __future__ import annotations

from datetime import time

from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QPlainTextEdit, QSpinBox

from noc_console.services.notify.settings import ChannelKind
from noc_console.views.notify.inputs import (
    Span,
    Ticks,
    form,
    number,
    secret_line,
    settings_inputs,
    value_of,
    whole,
    words_of,
)


async def test_each_setting_gets_the_input_that_fits_it():
    made = settings_inputs(ChannelKind.EMAIL, {"host": "m", "port": 25})
    kinds = {name: type(widget) for name, (_, widget) in made.items()}
    assert kinds["host"] is QLineEdit and kinds["port"] is QSpinBox
    assert kinds["security"] is QComboBox and kinds["verify"] is QCheckBox
    assert issubclass(kinds["ca"], QPlainTextEdit)
    assert value_of(made["host"][1]) == "m" and value_of(made["port"][1]) == 25
    assert value_of(made["verify"][1]) is True and value_of(made["ca"][1]) == ""
    assert all(widget.accessibleName() for _, widget in made.values())


async def test_a_secret_is_never_filled_in():
    line = secret_line(is_kept=True)
    assert line.text() == "" and line.echoMode() is QLineEdit.EchoMode.Password


async def test_what_is_ticked_is_told_in_its_order():
    ticks = Ticks("Days", enumerate(("Mon", "Tue", "Wed")), {2, 0})
    assert ticks.ticked() == (0, 2)
    ticks.tick(1)
    ticks.tick(0, on=False)
    assert ticks.ticked() == (1, 2)


async def test_a_span_is_two_times_or_none():
    span = Span("Quiet", None, None, (time(22), time(7)))
    assert span.times() == (None, None) and not span.start.isEnabled()
    span.on.setChecked(True)
    assert span.times() == (time(22), time(7)) and span.start.isEnabled()


async def test_words_stand_between_commas():
    assert words_of(" a, b c ,,") == ("a", "b c")


async def test_numbers_keep_their_bounds():
    assert whole(1, 5, 9).value() == 5 and number(0, 10, 2.5, " s").text() == "2.5 s"
    assert form().rowCount() == 0
