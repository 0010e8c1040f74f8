"""From an alarm in the store to a message, a sound, the tray and the screen reader."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QWidget

from noc_console.kernel.errors import Unreachable
from noc_console.services.alarms.model import Severity
from noc_console.services.oncall.model import AlarmPaged
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.dialogs import Dialog
from noc_console.views.kit.tasks import settled
from noc_console.views.shell.alert_settings import AlertDialog, AlertSettings
from noc_console.views.shell.alerts import Alerts
from noc_console.views.shell.spec import Sounds
from tests.views.conftest import shown, until
from tests.views.world import World


class Loudspeaker:
    """Stands for the system's player, which no test machine has."""

    def __init__(self) -> None:
        self.played: list[Severity] = []
        self.fails = False

    async def play(self, severity: Severity) -> None:
        if self.fails:
            raise Unreachable("aplay could not play a sound (code 1)", peer="sound")
        self.played.append(severity)


class Seconds:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def speaker() -> Loudspeaker:
    return Loudspeaker()


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def alerts(desk: Desk, world: World, speaker: Loudspeaker, seconds: Seconds) -> Iterator[Alerts]:
    sources = world.sources(desk.actor)
    window = QWidget()
    shown(window, 900, 600)
    made = Alerts(
        desk,
        window,
        sources.waiting,
        sources.acknowledge,
        sounds=Sounds(speaker.play, "a loudspeaker plays"),
        has_tray=True,
        now_s=seconds,
    )
    made._calm.setInterval(10)
    made._timer.setInterval(10)
    desk.feed.arrived.connect(made.hear)
    yield made
    made.stop()


async def ready(alerts: Alerts) -> None:
    alerts.start()
    await settled()


async def test_a_new_alarm_calls_by_message_sound_tray_and_voice(
    alerts: Alerts, world: World, seconds: Seconds, speaker: Loudspeaker
) -> None:
    await ready(alerts)
    alarm = await world.report("core-1", Severity.CRITICAL, text="does not answer")
    await until(lambda: alerts.head.count == 1)
    assert alerts.cards.shown == ()  # its root may still be found
    seconds.now += 3
    await until(lambda: alerts.toasts.isVisible())
    await until(lambda: speaker.played == [Severity.CRITICAL])
    assert [card.ids for card in alerts.cards.shown] == [(int(alarm.id),)]
    assert alerts.said.startswith("Critical. core-1")
    assert (alerts.tray.worst, alerts.tray.count) == (Severity.CRITICAL, 1)
    alerts.toasts.cards[0].take.click()
    await until(lambda: not alerts.toasts.isVisible())
    (seen,) = await world.alarms.active(world.collector)
    assert seen.acked_by == alerts.desk.actor.name
    await until(lambda: alerts.tray.count == 0)


async def test_what_is_there_when_the_window_opens_calls_nobody(
    alerts: Alerts, world: World, seconds: Seconds, speaker: Loudspeaker
) -> None:
    alerts.desk.feed.arrived.disconnect(alerts.hear)  # a window that is not there hears nothing
    await world.report("core-1", Severity.CRITICAL)
    await ready(alerts)
    seconds.now += 60
    await until(lambda: alerts.head.count == 1)
    assert alerts.cards.shown == ()
    assert speaker.played == []


async def test_below_the_thresholds_it_is_only_counted(
    alerts: Alerts, world: World, seconds: Seconds, speaker: Loudspeaker
) -> None:
    await ready(alerts)
    await world.report("core-1", Severity.MINOR)
    await until(lambda: alerts.news.is_waiting)
    seconds.now += 3
    await until(lambda: alerts.head.count == 1 and not alerts.news.is_waiting)
    assert alerts.cards.shown == ()
    assert speaker.played == []
    alerts.set(AlertSettings(toast_least=Severity.MINOR, sound_least=Severity.MINOR))
    await world.report("core-2", Severity.MINOR)
    await until(lambda: alerts.news.is_waiting)
    seconds.now += 3
    await until(lambda: len(alerts.cards.shown) == 1)
    await until(lambda: speaker.played == [Severity.MINOR])


async def test_muted_alarms_are_shown_without_a_sound(
    alerts: Alerts, world: World, seconds: Seconds, speaker: Loudspeaker
) -> None:
    await ready(alerts)
    alerts.desk.mute.mute(5)
    await world.report("core-1", Severity.CRITICAL)
    await until(lambda: alerts.news.is_waiting)
    seconds.now += 3
    await until(lambda: alerts.toasts.isVisible())
    assert speaker.played == []
    heard: list[str] = []
    alerts.desk.wires.noticed.connect(lambda text, tone: heard.append(text))
    world.clock.tick(minutes=6)
    alerts.desk.mute.tick()
    assert heard == ["The time is up: alarms sound again"]


async def test_silence_is_never_by_accident(
    alerts: Alerts, world: World, seconds: Seconds, speaker: Loudspeaker
) -> None:
    await ready(alerts)
    heard: list[str] = []
    alerts.desk.wires.noticed.connect(lambda text, tone: heard.append(text))
    speaker.fails = True
    await world.report("core-1", Severity.CRITICAL)
    await until(lambda: alerts.news.is_waiting)
    seconds.now += 3
    await until(lambda: alerts.desk.mute.problem == "No sound")
    assert heard == ["Alarms make no sound: aplay could not play a sound (code 1)"]
    speaker.fails = False
    await world.report("core-2", Severity.CRITICAL)
    await until(lambda: alerts.news.is_waiting)
    seconds.now += 9
    await until(lambda: alerts.desk.mute.problem == "")
    alerts.set(AlertSettings(sound_least=None))
    assert alerts.desk.mute.text == "Sounds off"


async def test_an_escalation_calls_again(
    alerts: Alerts, world: World, seconds: Seconds, speaker: Loudspeaker
) -> None:
    alarm = await world.report("core-1", Severity.MAJOR)
    await ready(alerts)
    paged = AlarmPaged(
        alarm_id=int(alarm.id),
        severity=4,
        policy="Nobody has acknowledged",
        step=1,
        others=0,
        desk=True,
        text="core-1 (step 1: nobody acknowledged for 15 min)",
    )
    alerts.hear((paged,))
    await until(lambda: len(alerts.cards.shown) == 1)
    assert alerts.cards.shown[0].title == "Nobody has acknowledged"
    await until(lambda: speaker.played == [Severity.MAJOR])
    await world.alarms.acknowledge(world.collector, alarm_ids=(int(alarm.id),))
    await until(lambda: alerts.cards.shown == ())
    alerts.hear((paged,))
    await settled()
    assert alerts.cards.shown == ()


async def test_settings_are_asked_for_and_kept(alerts: Alerts, speaker: Loudspeaker) -> None:
    await ready(alerts)
    window = alerts._window
    alerts.open_settings()
    await until(lambda: window.findChildren(Dialog))
    (dialog,) = window.findChildren(AlertDialog)
    dialog.try_button.click()
    await until(lambda: speaker.played == [Severity.MAJOR])
    dialog.toast.setCurrentIndex(0)
    dialog.accept_button.click()
    await settled()
    assert alerts.settings.toast_least is Severity.CRITICAL
    assert alerts.desk.state.get("alerts")["toast_least"] == "critical"


async def test_show_closes_the_card_and_asks_for_its_alarm(
    alerts: Alerts, world: World, seconds: Seconds
) -> None:
    await ready(alerts)
    alarm = await world.report("core-1", Severity.CRITICAL)
    await until(lambda: alerts.news.is_waiting)
    seconds.now += 3
    await until(lambda: alerts.toasts.isVisible())
    asked: list[int] = []
    alerts.asked.connect(lambda card: asked.append(int(card.worst.id)))
    alerts.toasts.cards[0].open.click()
    assert asked == [int(alarm.id)]
    assert alerts.cards.shown == ()
