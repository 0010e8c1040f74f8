"""Adding and changing a probe in a form."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QCheckBox, QLineEdit, QSpinBox

from noc_console.kernel.errors import Refused
from noc_console.kernel.secret import Secret
from noc_console.services.probes.model import Probe, ProbeId, ProbeState, Round, Secrets, Thresholds
from noc_console.services.probes.settings import (
    SETTINGS,
    HttpSettings,
    PingSettings,
    ProbeKind,
    RadiusSettings,
    TcpSettings,
)
from noc_console.views.kit.tasks import settled
from noc_console.views.probes.form import ProbeForm


class Tried:
    """Stands for the network behind "Try now"."""

    def __init__(self) -> None:
        self.asked: list[tuple[Probe, Secrets]] = []
        self.answer: Round | Exception = Round(ProbeState.WELL, 2, (400, 600))

    async def __call__(self, probe: Probe, secrets: Secrets) -> Round:
        self.asked.append((probe, secrets))
        await asyncio.sleep(0)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def tried() -> Tried:
    return Tried()


def form(tried: Tried, probe: Probe | None = None, **more) -> ProbeForm:
    made = ProbeForm(None, probe, attempt=tried, **more)
    made.show()
    return made


def choose(made: ProbeForm, kind: ProbeKind) -> None:
    made.kind.setCurrentIndex(made.kind.findData(kind.value))


@pytest.mark.parametrize("kind", ProbeKind)
async def test_every_kind_can_be_typed_in_and_fits_a_small_screen(
    tried: Tried, kind: ProbeKind
) -> None:
    made = form(tried)
    choose(made, kind)
    made.target.setText("https://x.example/" if kind is ProbeKind.HTTP else "192.0.2.1")
    found = made.probe()
    assert (found.kind, found.settings) == (kind, SETTINGS[kind]())
    assert set(made.inputs) == set(type(found.settings).__dataclass_fields__)
    made.adjustSize()
    assert made.height() <= 700 and made.width() <= 1100


async def test_what_is_changed_keeps_the_rest(tried: Tried) -> None:
    before = Probe(
        ProbeId(7),
        ProbeKind.TCP,
        "192.0.2.1",
        name="mail",
        interval_s=30,
        origin="zone:pop",
        settings=TcpSettings(port=25, count=2, timeout_s=1.5),
        thresholds=Thresholds(10, 50, 5, 2, 4),
    )
    made = form(tried, before)
    assert made.probe() == before
    port = made.inputs["port"]
    assert isinstance(port, QSpinBox)
    port.setValue(587)
    made.origin.setCurrentText("")
    assert made.probe() == replace(
        before, origin="", settings=TcpSettings(port=587, count=2, timeout_s=1.5)
    )


async def test_a_kind_brings_its_own_questions_and_pace(tried: Tried) -> None:
    made = form(tried, Probe(ProbeId(0), ProbeKind.ICMP, settings=PingSettings(count=7)))
    choose(made, ProbeKind.HTTP)
    assert made.interval.value() == 300
    assert isinstance(made.inputs["text"], QLineEdit)
    tick = made.inputs["trust_any"]
    assert isinstance(tick, QCheckBox)
    tick.setChecked(True)
    made.target.setText("https://x.example/")
    assert made.probe().settings == HttpSettings(trust_any=True)
    choose(made, ProbeKind.ICMP)
    assert made.interval.value() == 60


@pytest.mark.parametrize("target", ["", "no host here", "ftp://x"])
async def test_what_cannot_be_run_is_said_in_place(tried: Tried, target: str) -> None:
    made = form(tried)
    made.target.setText(target)
    made.accept()
    assert made.isVisible() and made.problem.isVisible()
    made.try_now()
    await settled()
    assert tried.asked == []


async def test_a_login_needs_its_secret_once(tried: Tried) -> None:
    probe = Probe(ProbeId(0), ProbeKind.RADIUS, "192.0.2.1", settings=RadiusSettings())
    made = form(tried, probe)
    made.accept()
    assert made.isVisible() and "secret" in made.problem.text()
    made.shared.setText("s3cret")
    assert made.shared.echoMode() == QLineEdit.EchoMode.Password
    made.accept()
    assert not made.isVisible()
    assert made.secrets().shared == Secret("s3cret")
    kept = form(tried, replace(probe, id=ProbeId(3), has_secret=True))
    kept.accept()
    assert not kept.isVisible()


async def test_trying_tells_the_answer_before_anything_is_kept(tried: Tried) -> None:
    made = form(tried)
    made.target.setText("192.0.2.1")
    made.try_now()
    await settled()
    assert tried.asked[0][0].target == "192.0.2.1"
    assert made.outcome.text() == "2 of 2, 500 µs (400 µs – 600 µs)"
    tried.answer = Refused("this machine may not send pings")
    made.try_now()
    await settled()
    assert made.outcome.text() == "this machine may not send pings"
    assert made.isVisible()


async def test_a_device_is_named_and_its_address_is_the_target(tried: Tried) -> None:
    made = form(
        tried,
        Probe(ProbeId(0), ProbeKind.ICMP, device_id=7),
        device_name="core-1",
        origins=["collector:ams-1"],
    )
    assert made.probe().device_id == 7
    assert made.origin.findText("collector:ams-1") >= 0
