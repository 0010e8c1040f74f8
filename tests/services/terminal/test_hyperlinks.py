import pytest

from noc_console.services.terminal.hyperlinks import LONGEST, safe_link


@pytest.mark.parametrize(
    "target", ["http://a.b", "https://a.b/c?d=e#f", "ssh://noc@core-1", "mailto:noc@example.net"]
)
def test_links_that_people_may_follow_stay(target) -> None:
    assert safe_link(target) == target


@pytest.mark.parametrize(
    "target",
    [
        "",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http:///no-host",
        "http://a.b/with space",
        "http://a.b/\x1b[31m",
        "http://аpple.com",
        "http://a.b:99999",
        "http://[::1",
        "http://a.b/" + "x" * LONGEST,
        "//a.b/c",
        "smb://a.b/share",
    ],
)
def test_everything_else_is_no_link(target) -> None:
    assert safe_link(target) == ""
