import random

import pytest

from noc_console.lab.characters.base import Character, Run
from noc_console.lab.cities import (
    ACCESS,
    ACCESS_POINT,
    CITIES,
    GATEWAY,
    OLT,
    RADIO_ROUTER,
    SERVER,
    UPS,
)

ALL = (
    *ACCESS, ACCESS_POINT, GATEWAY, OLT, RADIO_ROUTER, SERVER, UPS,
    *(each for city in CITIES for each in (*city.cores, city.agg, city.edge)),
)  # fmt: skip


@pytest.mark.parametrize("character", ALL, ids=lambda each: each.model)
def test_every_character_is_complete(character):
    assert character.object_id.startswith(f"1.3.6.1.4.1.{character.enterprise}.")
    assert len(character.oui) == 3
    assert character.ports
    assert character.software
    assert character.watts > 0
    assert character.commands.find("show version") is not None
    assert character.commands.find("show running-config") is not None
    assert character.commands.find("show interfaces") is not None


@pytest.mark.parametrize("character", ALL, ids=lambda each: each.model)
def test_serial_numbers_look_alike_and_differ(character):
    rng = random.Random(1)
    made = {character.serial(rng) for _ in range(50)}
    assert len(made) == 50
    assert len({len(serial) for serial in made}) == 1


def test_a_new_vendor_needs_its_words_and_its_texts():
    class Bare(Character):
        vendor = "Acme"

    with pytest.raises(TypeError):
        Bare()


def test_a_run_of_ports_counts_from_its_first():
    run = Run("Ethernet{n}", "Et{n}", 3, 10_000, 7, first=5)
    assert [run.name.format(n=run.first + n) for n in range(run.count)][-1] == "Ethernet7"
