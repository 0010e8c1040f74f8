import time

from noc_console.lab.clock import Agenda, ManualClock, WallClock


def test_the_wall_clock_tells_unix_seconds_and_does_not_go_back():
    clock = WallClock()
    first = clock.now()
    assert abs(first - time.time()) < 5
    assert clock.now() >= first


def test_a_manual_clock_stands_still():
    clock = ManualClock(7.0)
    assert clock.now() == clock.now() == 7.0
    clock.at = 9.0
    assert clock.now() == 9.0


def test_things_happen_in_order_and_each_at_its_own_moment():
    agenda = Agenda()
    seen = []
    agenda.add(30.0, lambda at: seen.append(("late", at)))
    agenda.add(10.0, lambda at: seen.append(("early", at)))
    agenda.add(10.0, lambda at: seen.append(("second", at)))
    agenda.run(20.0)
    assert seen == [("early", 10.0), ("second", 10.0)]
    assert agenda.next == 30.0


def test_what_follows_from_a_thing_done_is_done_in_the_same_run_if_it_is_due():
    agenda = Agenda()
    seen = []
    agenda.add(1.0, lambda at: agenda.add(at + 1, seen.append))
    agenda.run(5.0)
    assert seen == [2.0]


def test_a_cancelled_owner_is_forgotten_and_others_stay():
    agenda = Agenda()
    seen = []
    agenda.add(1.0, lambda _at: seen.append("mended"), owner="fault")
    agenda.add(2.0, lambda _at: seen.append("boot"), owner="boot")
    agenda.cancel("fault")
    agenda.run(10.0)
    assert seen == ["boot"]
    assert agenda.next is None


def test_whoever_drives_the_lab_hears_of_new_appointments():
    agenda = Agenda()
    heard = []
    agenda.on_change = lambda: heard.append(agenda.next)
    agenda.add(4.0, lambda _at: None)
    assert heard == [4.0]
