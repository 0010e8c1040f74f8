"""What Ansible prints, read back; recorded from ansible-core 2.14."""

from __future__ import annotations

from noc_console.services.jobs.model import ItemState
from noc_console.services.jobs.plays import MOST_STEPS, sums

PRINTED = """\
No config file found; using defaults

PLAY [all] *********************************************************************

TASK [say] *********************************************************************
ok: [core-1] => {
    "msg": "core-1 is ios"
}
fatal: [edge-2]: FAILED! => {"changed": false, "msg": "no"}
...ignoring

TASK [set] *********************************************************************
changed: [core-1] => {"changed": true}
fatal: [far]: UNREACHABLE! => {"msg": "Failed to connect", "unreachable": true}

RUNNING HANDLER [tell] *********************************************************
ok: [core-1 -> localhost] => (item=one) => {"a": 1}

PLAY RECAP *********************************************************************
core-1                     : ok=3    changed=1    unreachable=0    failed=0    skipped=0
edge-2                     : ok=0    changed=0    unreachable=0    failed=1    skipped=0
far                        : ok=0    changed=0    unreachable=1    failed=0    skipped=0
quiet                      : ok=1    changed=0    unreachable=0    failed=0    skipped=0
"""


def test_each_host_has_its_steps_and_its_sum() -> None:
    found = {each.host: each for each in sums(PRINTED.split("\n"))}
    assert {host: each.state for host, each in found.items()} == {
        "core-1": ItemState.CHANGED,
        "edge-2": ItemState.FAILED,
        "far": ItemState.UNREACHABLE,
        "quiet": ItemState.OK,
    }
    assert [task for task, _ in found["core-1"].steps] == ["say", "set", "tell"]
    assert '"msg": "core-1 is ios"' in found["core-1"].steps[0][1]
    assert found["core-1"].counts.startswith("ok=3 changed=1")


def test_a_play_that_was_ended_tells_what_it_knew() -> None:
    cut = PRINTED.split("PLAY RECAP", maxsplit=1)[0]
    found = {each.host: each.state for each in sums(cut.split("\n"))}
    assert found["core-1"] is ItemState.INTERRUPTED
    assert found["edge-2"] is ItemState.FAILED


def test_a_flood_of_steps_is_bounded() -> None:
    lines = ["TASK [x] ***", *["ok: [a] => {}"] * (MOST_STEPS + 50)]
    (found,) = sums(lines)
    assert len(found.steps) == MOST_STEPS
    assert sums(["nonsense"] * 10) == ()
