import pytest

from noc_console.app import paths
from noc_console.kernel.errors import Broken
from noc_console.services.flights.rules import ways
from noc_console.services.inspection.platforms.load import load
from tests.services.flights.conftest import WAYS


def test_every_way_belongs_to_a_driver_that_shows_its_configuration():
    drivers = {d.name: d for file in load(paths.resources() / "platforms").files.values()
               for d in file.drivers}  # fmt: skip
    for name in WAYS:
        assert name in drivers, name
        assert drivers[name].commands.get("config"), name


def test_what_comes_back_by_itself_has_words_for_the_way_back():
    for name, manner in WAYS.items():
        assert not manner.hold or (manner.back and manner.commit and manner.abandon), name
        assert bool(manner.guard) == bool(manner.unguard), name
        assert manner.never and manner.reached_by, name


@pytest.mark.parametrize(
    ("name", "answer", "refused"),
    [
        ("ios", "                 ^\n% Invalid input detected at '^' marker.", True),
        ("ios", "Building configuration...\n[OK]", False),
        ("iosxr", "% No configuration changes to commit.", False),
        ("iosxr", "% Failed to commit one or more configuration items", True),
        ("junos", "commit complete", False),
        ("junos", "error: configuration check-out failed", True),
        ("junos", "        ^\nsyntax error.", True),
        ("vrp", "Error: Unrecognized command found at '^' position.", True),
    ],
)
def test_refusals_are_told_from_answers(name, answer, refused):
    assert bool(WAYS[name].refusal(answer)) is refused


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ({"form": "sections"}, "how it begins"),
        ({"form": "poem", "begin": ["x"]}, "needs a form"),
        ({"form": "set", "begin": ["x"], "wings": 2}, "wings"),
        ({"form": "set", "begin": ["x"], "error": "("}, "no pattern"),
        ({"form": "set", "begin": ["x"], "image": {"folder": "/"}}, "software needs"),
    ],
)
def test_what_is_not_written_as_it_should_be_is_told(entry, why):
    with pytest.raises(Broken, match=why):
        ways.read({"way": {"x": entry}})
