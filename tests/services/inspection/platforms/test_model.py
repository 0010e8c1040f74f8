import re

from noc_console.services.inspection.platforms.model import Match


def test_a_match_is_as_specific_as_it_wants_kinds_of_evidence() -> None:
    anything = re.compile("")
    assert Match(object_ids=("1.3",)).kinds == 1
    assert Match(object_ids=("1.3", "1.4"), descr=(anything, anything)).kinds == 2
    assert Match(lacks=anything, name=anything, get=(("1.3", anything),), has=("1.4",)).kinds == 4
