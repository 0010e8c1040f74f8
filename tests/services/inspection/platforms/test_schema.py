"""Rule files are read strictly: each mistake is named with its place."""

from __future__ import annotations

import tomllib

import pytest

from noc_console.services.inspection.platforms.language import Wrong
from noc_console.services.inspection.platforms.model import RuleFile
from noc_console.services.inspection.platforms.schema import read


def rules(text: str) -> RuleFile:
    return read("acme", tomllib.loads(text))


WHOLE = """
[vendor]
name = "Acme"
enterprises = [99]
serial = "1.3.6.1.4.1.99.1.3.0"

[[platform]]
name = "acme-os"
label = "Acme OS"
type = "network"
match = [{ object_id = "1.3.6.1.4.1.99.1", descr = 'Acme', get = { "1.3.6.1.4.1.99.1.1.0" = '' } }]
unless = [{ descr = 'beta' }]
model = ["1.3.6.1.4.1.99.1.2.0", { descr = 'model (\\S+)' }]

[[table]]
entry = "1.3.6.1.4.1.99.2.1"
columns = { name = 1, value = 2, unit = 3 }
  [[table.sensor]]
  class = { by = "unit", 1 = "voltage", 2 = "current" }
  value = "value"
  name = "{name}"
  divisor = 10
  states = { ok = [1], critical = [2] }
  words = { 1 = "fine" }
"""


def test_a_whole_file_means_what_it_says() -> None:
    file = rules(WHOLE)
    platform, table = file.platforms[0], file.tables[0]
    assert (platform.name, platform.vendor, platform.type) == ("acme-os", "Acme", "network")
    assert platform.match[0].kinds == 3
    assert [way.oid for way in platform.facts["model"]] == ["1.3.6.1.4.1.99.1.2.0", ""]
    assert platform.facts["serial"][0].oid == "1.3.6.1.4.1.99.1.3.0", "the vendor's way"
    assert table.columns is not None and table.columns.entry == "1.3.6.1.4.1.99.2.1"
    measure = table.measures[0]
    assert measure.kind.among == {"1": "voltage", "2": "current"}
    assert measure.states == ((1, 0, "fine"), (2, 2, ""))


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ("name = \"acme-os\"", "title = \"acme-os\"", "does not know title"),
        ("type = \"network\"", "", "type is wanted"),
        ("'Acme'", "'['", "cannot be read"),
        ("\"1.3.6.1.4.1.99.2.1\"", "\".1.3.6.1\"", "is no OID"),
        ("value = \"value\"", "value = \"volume\"", "no column of this table"),
        ("divisor = 10", "divisor = \"ten\"", "no column of this table"),
        ("ok = [1]", "fine = [1]", "states has 'fine'"),
        ("entry =", "entri =", "does not know entri"),
        ("class = { by = \"unit\", 1 = \"voltage\", 2 = \"current\" }", "", "class is wanted"),
        ("by = \"unit\", ", "", "is wanted"),
        ("{ descr = 'beta' }", "{ }", "fits everything"),
        ("divisor = 10", "convert = \"celsius\"", "convert 'celsius'"),
    ],
)  # fmt: skip
def test_a_mistake_is_named(before: str, after: str, complaint: str) -> None:
    assert before in WHOLE
    with pytest.raises(Wrong, match=complaint):
        rules(WHOLE.replace(before, after, 1))


def test_a_mistake_says_in_which_entry_it_is() -> None:
    with pytest.raises(Wrong, match=r"\[\[table\]\] 1 \(1\.3\.6\.1\.4\.1\.99\.2\.1\): sensor 1"):
        rules(WHOLE.replace('value = "value"', 'value = "volume"', 1))


def test_collectors_that_are_skipped_must_exist() -> None:
    assert rules(WHOLE + "").platforms[0].skip == frozenset()
    skipping = WHOLE.replace('type = "network"', 'type = "network"\nskip = ["hr-memory"]')
    assert rules(skipping).platforms[0].skip == {"hr-memory"}
    with pytest.raises(Wrong, match="skip has memory"):
        rules(skipping.replace("hr-memory", "memory"))


DRIVER = """
[vendor]
name = "Acme"

[driver.acme]
platforms = ["acme-os"]
prompt = '> $'
"""


def test_a_driver_says_how_its_configuration_is_written_and_what_in_it_moves_by_itself() -> None:
    (driver,) = rules(DRIVER).drivers
    assert (driver.family, driver.volatile, driver.via) == ("indented", (), "ssh")
    (driver,) = rules(DRIVER + 'family = "set"\nvia = "netconf"\nvolatile = [\'^# at \']').drivers
    assert (driver.family, driver.via) == ("set", "netconf")
    assert driver.volatile[0].match("# at noon")


@pytest.mark.parametrize("line", ['family = "prose"', 'via = "telepathy"', "volatile = ['(']"])
def test_a_driver_of_no_known_kind_is_refused_by_name(line: str) -> None:
    with pytest.raises(Wrong, match=r"\[driver.acme\]"):
        rules(DRIVER + line)


def test_a_grammar_that_is_none_and_a_style_that_is_none_are_mistakes() -> None:
    driver = {"platforms": ["x"], "prompt": "> $", "grammar": "nobody"}
    with pytest.raises(Wrong, match="grammar 'nobody' is none of"):
        read("x", {"driver": {"x": driver}})
    with pytest.raises(Wrong, match="style 'odd' is none of words, shell, menus"):
        read("x", {"grammar": {"g": {"style": "odd"}}})
    with pytest.raises(Wrong, match="reads has an empty text"):
        read("x", {"grammar": {"g": {"reads": [" "]}}})
