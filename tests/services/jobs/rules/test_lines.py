"""Lines of a job, by platform."""

from __future__ import annotations

import pytest

from noc_console.kernel.errors import Invalid
from noc_console.services.jobs.rules.lines import NoSuchCommand, check, lines_for, words_of
from tests.services.jobs.conftest import rules

BODY = """
show clock
{version}
@ios, iosxe
show ip interface brief
@junos
show interfaces terse
@*
show users
"""


def test_each_platform_gets_its_lines_in_order() -> None:
    ios, junos, vrp = (rules().driver(name) for name in ("ios", "junos", "vrp"))
    assert lines_for(BODY, "ios", ios) == (
        "show clock", "show version", "show ip interface brief", "show users",
    )  # fmt: skip
    assert lines_for(BODY, "iosxe", ios)[2] == "show ip interface brief"
    assert lines_for(BODY, "junos", junos)[2] == "show interfaces terse"
    assert lines_for(BODY, "vrp", vrp) == ("show clock", "display version", "show users")


def test_a_word_a_platform_has_no_command_for_is_named() -> None:
    with pytest.raises(NoSuchCommand, match=r"routeros has no command for \{commit\}"):
        lines_for("{commit}", "routeros", rules().driver("routeros"))
    assert words_of("{version} {arp}\n{version}") == ("version", "arp")


@pytest.mark.parametrize("body", ["", "  \n", "@ios\n", "show\x1bclock", "x\n" * 501])
def test_a_body_that_asks_nothing_or_hides_something_is_refused(body: str) -> None:
    with pytest.raises(Invalid):
        check(body)


def test_a_body_is_kept_without_what_nobody_sees() -> None:
    assert check("\r\n show clock  \r\n\r\n") == "show clock"
