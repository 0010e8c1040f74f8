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
        assert manner.never and (manner.reached_by or manner.safe), name


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
        ("routeros", "bad command name frob (line 1 column 2)", True),
        ("routeros", "failure: already have such address", True),
        ("routeros", "input does not match any value of interface", True),
        ("routeros", "[Safe Mode taken]", False),
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
        ({"form": "paths", "safe": {"key": "x"}}, "safe mode needs the word 'taken'"),
        ({"form": "paths", "begin": ["x"], "usual": ["disabled"]}, "does not say what is usual"),
    ],
)
def test_what_is_not_written_as_it_should_be_is_told(entry, why):
    with pytest.raises(Broken, match=why):
        ways.read({"way": {"x": entry}})


def test_what_is_usual_is_known_by_menu_and_by_name():
    routeros = WAYS["routeros"]
    assert routeros.usual("/ip address", "disabled") == "no"
    assert (routeros.usual("/snmp", "enabled"), routeros.usual("/ip dns", "enabled")) == (
        "no",
        None,
    )


@pytest.mark.parametrize(
    ("told", "held", "taken"),
    [
        ("[Safe Mode taken]\n", False, True),
        ("Taking Safe Mode session... Success!\n", False, True),
        ("Hijacking Safe Mode from someone - unroll/release/don't take it [u/r/d]: ", True, False),
        ("Safe Mode is taken by current user in another session.\n"
         "Unroll, release or abort [u/r]? ", True, False),
    ],
)  # fmt: skip
def test_the_answers_of_old_and_new_routers_to_their_key_are_told_apart(told, held, taken):
    safe = WAYS["routeros"].safe
    assert bool(safe.held.search(told)) is held and bool(safe.taken.search(told)) is taken


@pytest.mark.parametrize(
    ("prompt", "is_safe"),
    [
        ("[admin@MikroTik] > ", False),
        ("[admin@MikroTik] <SAFE> ", True),
        ("[admin@MikroTik] <SAFE> > ", True),
        ("[admin@Mikro Tik] /ip/route<SAFE>", True),
        ("[noc@ams-wlr-1] ip route> ", False),
    ],
)
def test_a_prompt_says_whether_it_is_one_of_safe_mode(prompt, is_safe):
    driver = load(paths.resources() / "platforms").driver("routeros")
    assert driver.prompt.search(prompt)
    assert bool(WAYS["routeros"].safe.prompt.search(prompt)) is is_safe
