import pytest

from noc_console.lab import mib, plan
from noc_console.wire import ber, oid
from noc_console.wire.snmp import value
from tests.lab.asking import one


@pytest.mark.parametrize("name", [*sorted(plan.full().devices)[::3], "ams-ups-1", "par-agg-2"])
def test_every_device_answers_a_whole_walk_with_readable_values(whole, lab_clock, name):
    tree = mib.build(whole, whole.plan.devices[name])
    assert one(tree, "1.3.6.1.2.1.1.5.0", lab_clock.at) == name.encode()
    here, rows = oid.encode("0.0"), 0
    while (step := tree.after(here, lab_clock.at))[1] != ber.END_OF_MIB:
        value(step[1], step[2])
        here, rows = step[0], rows + 1
    assert rows > 100
