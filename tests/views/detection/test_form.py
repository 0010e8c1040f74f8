"""The form of a rule: fields write the text, the text fills the fields."""

from __future__ import annotations

import pytest

from noc_console.services.detection.language import read_rule
from noc_console.services.detection.pack import our_book
from noc_console.views.detection.draft import draft_of
from noc_console.views.detection.form import FIRST_WORD, RuleForm, TextForm, fresh
from tests.views.conftest import shown


@pytest.fixture
def form() -> RuleForm:
    rule = our_book().rule("cpu")
    assert rule is not None
    made = RuleForm(None, draft_of(rule), is_new=False)
    shown(made, 1150, 700)
    return made


def test_a_rule_that_is_there_is_shown_and_understood(form: RuleForm) -> None:
    assert form._check()
    assert form.levels["major"][0].text() == "95"
    assert form.lines["id"].isReadOnly()
    assert "CPU: major ≥ 95 %" in form.verdict.text()


def test_what_is_wrong_is_said_at_once(form: RuleForm) -> None:
    form.levels["major"][0].setText("much")
    assert not form._check()
    assert "level.raise: a number" in form.verdict.text()
    assert not form.accept_button.isEnabled()
    form.levels["major"][0].setText("90")
    assert form._check() and form.accept_button.isEnabled()


def test_a_field_writes_the_text(form: RuleForm) -> None:
    form.lines["sites"].setText('Erfurt "Bad Berka"')
    assert read_rule(form.text()).scope.sites == ("Erfurt", "Bad Berka")
    form.flags["below"].setChecked(True)
    assert "below = true" in form.text()


def test_the_text_fills_the_fields(form: RuleForm) -> None:
    form.source.setFocus()
    form.activateWindow()
    form.source.setPlainText(form.text().replace("CPU busy", "CPU very busy"))
    form.fill(draft_of(read_rule(form.text())))
    assert form.lines["title"].text() == "CPU very busy"


@pytest.mark.parametrize(
    ("kind", "measure", "shown", "hidden"),
    [
        ("threshold", "interface.utilisation", "aliases levels linked delays", "within target"),
        ("trend", "sensor.light", "within target sensors", "aliases share both"),
        ("absence", "device.cpu", "within severity", "levels patience"),
        ("baseline", "device.cpu", "both within least", "target share delays"),
        ("threshold", "collector.queued", "collectors levels", "types sensors"),
    ],
)
def test_only_fields_that_mean_something_are_shown(
    form: RuleForm, kind: str, measure: str, shown: str, hidden: str
) -> None:
    form.measure.setCurrentIndex(form.measure.findData(measure))
    form.kind.setCurrentIndex(form.kind.findData(kind))
    for name in shown.split():
        assert form.form.isRowVisible(form._rows[name]), name
    for name in hidden.split():
        assert not form.form.isRowVisible(form._rows[name]), name


def test_a_new_rule_is_not_blamed_before_anything_was_typed() -> None:
    made = RuleForm(None, fresh(), is_new=True)
    assert not made._check()
    assert made.verdict.text() == FIRST_WORD
    made.lines["title"].setText("Feed is silent")
    assert not made._check()
    assert made.verdict.text() != FIRST_WORD
    made.deleteLater()


def test_an_unfinished_rule_cannot_be_kept() -> None:
    made = RuleForm(None, fresh(), is_new=True)
    made.accept()
    assert not made._check()
    assert made.result() == 0
    made.deleteLater()


def test_other_families_are_changed_as_text() -> None:
    made = TextForm(None, "[[rule]]\n", "A trap")
    assert made.text() == "[[rule]]\n"
    made.deleteLater()
