"""New alarms: told in their time, grouped, never five hundred."""

from __future__ import annotations

from datetime import UTC, datetime

from noc_console.services.alarms.model import (
    Alarm,
    AlarmChanged,
    AlarmId,
    AlarmObject,
    Condition,
    Severity,
)
from noc_console.views.shell.news import HOLD_S, MOST_CARDS, MOST_HELD, STAYS_S, Cards, News

AT = datetime(2026, 3, 1, tzinfo=UTC)


def alarm(number: int, severity: Severity = Severity.MAJOR) -> Alarm:
    name = f"core-{number}"
    return Alarm(
        AlarmId(number),
        AlarmObject(number),
        Condition.UNREACHABLE,
        severity,
        "does not answer",
        AT,
        AT,
        device_name=name,
        site_name="Northgate",
    )


def change(number: int, what: str = "raised") -> AlarmChanged:
    return AlarmChanged(alarm_id=number, what=what, severity=4, device_id=number)


def test_an_alarm_is_news_when_its_root_had_time_to_be_found() -> None:
    news = News()
    news.hear([change(1), change(2, "reopened"), change(3, "escalated")], now_s=10.0)
    assert news.due(now_s=10.0 + HOLD_S - 0.1) == ()
    assert news.due(now_s=10.0 + HOLD_S) == (1, 2, 3)
    news.told((1, 2, 3))
    assert not news.is_waiting


def test_what_only_changes_calls_nobody() -> None:
    news = News()
    quiet = ("commented", "repeated", "cleared", "flapped", "stormed", "folded", "acknowledged")
    news.hear([change(1, what) for what in quiet], now_s=0.0)
    assert not news.is_waiting


def test_a_storm_is_remembered_by_its_newest() -> None:
    news = News()
    news.hear([change(number) for number in range(5_000)], now_s=0.0)
    due = news.due(now_s=99.0)
    assert (len(due), due[-1]) == (MOST_HELD, 4_999)


def test_few_alarms_have_a_card_each_newest_first() -> None:
    cards = Cards()
    cards.add([alarm(1)], now_s=0.0)
    cards.add([alarm(2, Severity.CRITICAL), alarm(3)], now_s=1.0)
    assert [card.ids for card in cards.shown] == [(3,), (2,), (1,)]
    assert cards.shown[0].title == "core-3 · Northgate"
    cards.add([alarm(1)], now_s=2.0)  # the same again is not a second card
    assert sorted(card.ids for card in cards.shown) == [(1,), (2,), (3,)]


def test_many_alarms_are_one_card_never_five_hundred() -> None:
    cards = Cards()
    cards.add([alarm(1)], now_s=0.0)
    storm = [alarm(n, Severity.CRITICAL if n == 7 else Severity.MAJOR) for n in range(2, 502)]
    cards.add(storm, now_s=1.0)
    (card,) = cards.shown
    assert card.title == "501 new alarms: 1 critical, 500 major"
    assert card.text == "worst: core-7 · Northgate  does not answer"
    assert len(card.ids) == 501
    cards.add([alarm(600)], now_s=2.0)
    assert len(cards.shown) == 1 <= MOST_CARDS


def test_a_card_leaves_by_itself_unless_it_is_critical() -> None:
    cards = Cards()
    cards.add([alarm(1), alarm(2, Severity.CRITICAL)], now_s=0.0)
    cards.tick(now_s=STAYS_S - 0.1)
    assert len(cards.shown) == 2
    cards.tick(now_s=STAYS_S)
    assert [card.ids for card in cards.shown] == [(2,)]
    cards.tick(now_s=9_999.0)
    assert [card.ids for card in cards.shown] == [(2,)]


def test_what_somebody_took_on_leaves_its_card() -> None:
    cards = Cards()
    cards.add([alarm(number) for number in range(1, 6)], now_s=0.0)
    cards.keep_only({2, 3})
    (card,) = cards.shown
    assert (card.ids, card.leaves_s) == ((2, 3), STAYS_S)
    cards.keep_only({3})
    assert [(card.ids, card.title) for card in cards.shown] == [((3,), "core-3 · Northgate")]
    cards.keep_only(())
    assert cards.shown == ()


def test_an_escalation_stays_on_top_and_is_not_lost_in_a_group() -> None:
    cards = Cards()
    cards.add([alarm(1)], now_s=0.0)
    cards.page(alarm(1), "core-1 (step 1: nobody for 15 min)", others=4, now_s=900.0)
    (card,) = cards.shown
    assert (card.title, card.is_paged) == ("Nobody has acknowledged and 4 more", True)
    cards.add([alarm(number) for number in range(2, 9)], now_s=901.0)
    assert [each.is_paged for each in cards.shown] == [True, False]
    cards.tick(now_s=9_999.0)
    assert [each.is_paged for each in cards.shown] == [True]
    cards.close(cards.shown[0])
    assert cards.shown == ()
