import pytest

from noc_console.app import paths
from noc_console.kernel.errors import Broken
from noc_console.services.flights.book import read_ways


def test_what_comes_with_the_program_is_read():
    text = (paths.resources() / "changes" / "ways.toml").read_text(encoding="utf-8")
    assert read_ways(text)["junos"].hold == "commit confirmed {minutes}"


@pytest.mark.parametrize("text", ["[way", "[way.x]\nform = 7"])
def test_what_cannot_be_read_is_told(text):
    with pytest.raises(Broken):
        read_ways(text)
