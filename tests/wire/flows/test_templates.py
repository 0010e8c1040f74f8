from noc_console.wire.flows import templates as module
from noc_console.wire.flows.layouts import Field, compile_layout
from noc_console.wire.flows.templates import HOLD_S, LIFE_S, Templates

LAYOUT = compile_layout((Field(1, 4),))
OPTIONS = compile_layout((Field(149, 4), Field(34, 4)), scope=1)
HERE = ("192.0.2.1", 9, 1)


def test_a_template_not_repeated_is_forgotten():
    known = Templates()
    known.learn(HERE, 256, LAYOUT, 0.0)
    assert known.get(HERE, 256, LIFE_S) is LAYOUT
    known.learn(HERE, 256, LAYOUT, LIFE_S)
    assert known.get(HERE, 256, 2 * LIFE_S) is LAYOUT
    assert known.get(HERE, 256, 2 * LIFE_S + 1) is None
    assert known.of("192.0.2.1") == []


def test_the_same_number_of_another_domain_or_exporter_is_another_template():
    known = Templates()
    known.learn(HERE, 256, LAYOUT, 0.0)
    assert known.get(("192.0.2.1", 9, 2), 256, 0.0) is None
    assert known.get(("192.0.2.2", 9, 1), 256, 0.0) is None


def test_data_before_its_template_is_handed_over_when_it_comes():
    known = Templates()
    assert known.hold(HERE, 256, b"early", 0.0)
    assert [held.data for held in known.learn(HERE, 256, LAYOUT, 1.0)] == [b"early"]
    assert known.learn(HERE, 256, LAYOUT, 2.0) == []


def test_data_that_waited_too_long_is_counted_as_given_up():
    known = Templates()
    known.hold(HERE, 256, b"early", 0.0)
    assert known.learn(HERE, 256, LAYOUT, HOLD_S + 1) == []
    assert known.given_up == 1


def test_what_waits_is_bounded_per_template_and_in_all(monkeypatch):
    known = Templates()
    kept = [known.hold(HERE, 256, b"x", 0.0) for _ in range(module.MOST_HELD_SETS + 3)]
    assert kept.count(True) == module.MOST_HELD_SETS
    monkeypatch.setattr(module, "MOST_HELD_BYTES", 100)
    assert not known.hold(HERE, 257, bytes(101), 0.0)
    assert known.given_up == 4


def test_old_held_data_makes_room(monkeypatch):
    monkeypatch.setattr(module, "MOST_HELD_BYTES", 100)
    known = Templates()
    assert known.hold(HERE, 256, bytes(90), 0.0)
    assert not known.hold(HERE, 257, bytes(90), 1.0)
    assert known.hold(HERE, 257, bytes(90), HOLD_S + 1)


def test_a_forger_fills_its_own_share_only(monkeypatch):
    monkeypatch.setattr(module, "MOST_OF_ONE", 4)
    known = Templates()
    known.learn(HERE, 256, LAYOUT, 0.0)
    forger = ("203.0.113.66", 9, 1)
    for number in range(300, 320):
        known.learn(forger, number, LAYOUT, 1.0)
    assert len(known.of("203.0.113.66")) == 4
    assert known.get(HERE, 256, 1.0) is LAYOUT


def test_the_templates_of_all_are_bounded(monkeypatch):
    monkeypatch.setattr(module, "MOST_TEMPLATES", 10)
    known = Templates()
    for host in range(20):
        known.learn((f"192.0.2.{host}", 9, 1), 256, LAYOUT, 0.0)
        known.learn_rate((f"192.0.2.{host}", 9, 1), 0, 100)
    assert sum(len(known.of(f"192.0.2.{host}")) for host in range(20)) == 10
    assert known.rates(("192.0.2.0", 9, 1)) == {}
    assert known.rates(("192.0.2.19", 9, 1)) == {0: 100}


def test_withdrawing_all_templates_spares_the_options():
    known = Templates()
    known.learn(HERE, 256, LAYOUT, 0.0)
    known.learn(HERE, 257, OPTIONS, 0.0)
    known.forget_all(HERE, options=False)
    assert [number for _, number, _ in known.of("192.0.2.1")] == [257]
    known.forget(HERE, 257)
    known.forget(HERE, 999)
    assert known.of("192.0.2.1") == []
