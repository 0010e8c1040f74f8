"""Blast radius; what it counts is in `test_engine.py`, here that it is kept up to date."""

from __future__ import annotations

from noc_console.kernel.money import Currency, Money
from noc_console.services.alarms.model import Impact
from noc_console.services.rootcause.model import Book, Held
from noc_console.services.rootcause.rules import telling
from tests.services.rootcause.plants import (
    LATER,
    Plant,
    access,
    called,
    cleared,
    dual_homed,
    tree,
)


def test_it_shrinks_when_there_is_another_way() -> None:
    plant = tree(width=3, depth=2).kill("s1")
    engine = plant.engine()
    alarms = {called(one): one for one in plant.alarms()}
    root = alarms["s1 unreachable"]
    assert engine.look(alarms.values(), now=LATER).impacts == {root.id: Impact(devices=3)}
    back = cleared(alarms["s12 unreachable"])
    plant.wires.append(("r0", "s12"))  # a second way was found
    plant.__post_init__()
    again = plant.kill("s1").engine()
    alarms = {called(one): one for one in plant.alarms()}
    assert "s12 unreachable" not in alarms
    assert again.look(alarms.values(), now=LATER).impacts == {
        alarms["s1 unreachable"].id: Impact(devices=2)
    }
    assert engine.look([back], now=LATER).impacts == {}


def test_who_answers_over_management_is_cut_off_all_the_same() -> None:
    """Both aggregations are dead: together they cut the leaf's customers off, whoever asks it."""
    plant = dual_homed(leaves=1).kill("s1", "s2")
    plant.oob = {"s90"}
    book = Book(devices={plant.ids["s90"]: Held(40, 55)})
    engine = plant.engine(book=book)
    alarms = {called(one): one for one in plant.alarms()}
    findings = engine.look(alarms.values(), now=LATER)
    both = [alarms["s1 unreachable"].id, alarms["s2 unreachable"].id]
    hit = Impact(devices=1, customers=40, services=55)
    assert findings.impacts == dict.fromkeys(both, hit)
    told = telling.own_steps(engine, engine.causes(), alarms["s1 unreachable"])
    assert told[-2].startswith("1 device behind it still answer")
    assert told[-1] == "Some of it is cut off only together with unreachable of s2."


def test_an_alarm_that_is_no_root_any_more_has_no_impact() -> None:
    plant = tree(width=2, depth=2)
    hung = plant.unreachable("s11")  # its ports are up: nobody but the collector misses it
    engine = plant.engine()
    assert engine.look([hung], now=LATER).impacts == {hung.id: Impact()}
    plant.kill("s1")
    engine.answer(plant.answers())
    alarms = {called(one): one for one in plant.alarms()}
    new = [one for one in alarms.values() if one.id != hung.id]
    findings = engine.look(new, now=LATER)
    assert findings.impacts == {alarms["s1 unreachable"].id: Impact(devices=2), hung.id: None}


def test_revenue_of_two_currencies_is_never_added_up() -> None:
    plant = Plant([("r0", "s1"), ("s1", "s2")], vantage=("r0",)).kill("s1")
    euro, pound = Money(900, Currency("EUR")), Money(500, Currency("GBP"))
    book = Book(
        devices={plant.ids["s1"]: Held(1, 1, 0, euro), plant.ids["s2"]: Held(1, 1, 0, pound)}
    )
    (impact,) = plant.engine(book=book).look(plant.alarms(), now=LATER).impacts.values()
    assert impact is not None
    assert impact.revenue in (euro, pound)


def test_a_dark_pon_port_is_weighed_by_its_customers() -> None:
    plant = access()
    book = Book(ports={901: Held(16, 16)}, of_device={plant.ids["o1"]: (901,)})
    dark = plant.alarm("o1", "pon-dark", port=901, port_name="PON 0/1/1", other="pon:0/1/1")
    onus = [plant.alarm("o1", "onu-lost", other=f"onu:0/1/1:{at}") for at in range(9)]
    findings = plant.engine(book=book).look([dark, *onus], now=LATER)
    assert findings.impacts == {dark.id: Impact(customers=16, services=16)}
