from noc_console.lab.faults import BATTERY_S, Faults
from noc_console.lab.tables.power import POWERNET, UPS, Supply
from tests.lab.asking import device, mib_of, one


def test_on_mains_the_battery_is_full_and_the_source_normal(whole, lab_clock):
    tree, at = mib_of(whole, "fra-ups-2"), lab_clock.at
    assert one(tree, f"{UPS}.2.1.0", at) == 2
    assert one(tree, f"{UPS}.2.4.0", at) == 100
    assert one(tree, f"{UPS}.4.1.0", at) == 3
    assert 220 < one(tree, f"{UPS}.3.3.1.3.1", at) < 240
    assert one(tree, f"{POWERNET}.4.1.1.0", at) == 2
    assert one(tree, f"{POWERNET}.2.2.1.0", at) == 100


def test_on_battery_the_charge_falls_until_it_is_low(whole, lab_clock):
    tree, at = mib_of(whole, "fra-ups-2"), lab_clock.at
    Faults(whole).begin("power-loss", "fra-2", at)
    assert one(tree, f"{UPS}.4.1.0", at) == 5
    assert one(tree, f"{POWERNET}.4.1.1.0", at) == 3
    assert one(tree, f"{UPS}.3.3.1.3.1", at) == 0
    charges = [one(tree, f"{UPS}.2.4.0", at + second) for second in range(0, int(BATTERY_S), 10)]
    assert charges == sorted(charges, reverse=True)
    assert one(tree, f"{UPS}.2.1.0", at + BATTERY_S - 5) == 3
    assert one(tree, f"{UPS}.2.2.0", at + 30) == 30
    assert one(tree, f"{POWERNET}.2.1.2.0", at + 30) == 3_000


def test_the_load_is_what_stands_in_the_site(whole, lab_clock):
    supply = Supply(whole, device(whole, "fra-ups-1"))
    full = supply.load(lab_clock.at)
    assert 10 < full < 99
    whole.power_off(device(whole, "fra-core-1"), "test", lab_clock.at)
    assert supply.load(lab_clock.at) < full
