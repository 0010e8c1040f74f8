"""What follows from the values of jobs."""

from __future__ import annotations

from noc_console.services.jobs.model import Foreseen, ItemState, Preview, RunState, is_in_clear
from noc_console.services.terminal.judging import Verdict


def seen(verdict: Verdict, problem: str = "") -> Foreseen:
    return Foreseen(1, "core-1", "ios", ("show clock",), verdict, problem=problem)


def test_leave_is_needed_for_what_changes_what_is_not_known_and_playbooks() -> None:
    assert not Preview((seen(Verdict.READS),)).needs_leave
    assert Preview((seen(Verdict.READS), seen(Verdict.CHANGES))).needs_leave
    assert Preview((seen(Verdict.UNKNOWN),)).needs_leave
    assert Preview((), playbook=True).needs_leave
    assert len(Preview((seen(Verdict.READS, "no address"),)).problems) == 1


def test_states_know_whether_they_are_over_and_good() -> None:
    assert [s for s in RunState if not s.is_over] == [RunState.WAITING, RunState.RUNNING]
    assert {s for s in ItemState if s.is_good} == {ItemState.OK, ItemState.CHANGED}
    assert all(s.is_over for s in ItemState if s.is_good)


def test_what_goes_to_another_machine_without_tls_is_in_clear() -> None:
    assert is_in_clear("http://awx.example") and is_in_clear("http://10.0.0.1:80/")
    assert not is_in_clear("https://awx.example")
    assert not is_in_clear("http://127.20.0.1") and not is_in_clear("http://LOCALHOST:1")
