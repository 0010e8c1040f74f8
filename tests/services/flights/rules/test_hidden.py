import pytest

from noc_console.services.flights.rules import forecast, hidden
from tests.services.flights.conftest import WAYS


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("username bob secret hunter2", "username bob secret 9 $9$abc$def"),
        ("username bob secret 0 hunter2", "username bob secret 5 $1$abc$def"),
        ("neighbor 192.0.2.9 password hunter2", "neighbor 192.0.2.9 password 7 0822455D0A16"),
        ("ntp authentication-key 1 md5 hunter2", "ntp authentication-key 1 md5 0822455D0A16 7"),
        ("username bob secret hunter2", "username bob secret sha512 $6$abc$def"),
        (
            "set snmp v3 usm local-engine user u authentication-sha authentication-password a1b2",
            'set snmp v3 usm local-engine user u authentication-sha authentication-key "$9$abcd"',
        ),
        ("enable secret hunter2", "enable secret 9 $9$abc$def"),
        (
            'set system login user bob authentication plain-text-password-value "hunter2"',
            'set system login user bob authentication encrypted-password "$6$abc$def"',
        ),
        ("ip ospf message-digest-key 1 md5 hunter2", "ip ospf message-digest-key 1 md5 7 08224"),
    ],
)
def test_a_line_is_known_again_when_its_secret_is_hidden(typed, printed):
    assert hidden.head(typed) and hidden.head(typed) == hidden.head(printed)


def test_other_users_and_neighbours_are_others():
    assert hidden.head("username bob secret a1b2") != hidden.head("username eve secret a1b2")


@pytest.mark.parametrize(
    "line", ["hostname a", "snmp-server community hunter2 RO", "description my secret"]
)
def test_lines_without_a_secret_that_is_hidden_have_no_head(line):
    assert hidden.head(line) == ""


def test_a_new_password_takes_the_place_of_the_old_one():
    ios = WAYS["ios"]
    before = forecast.configured("username bob secret 9 $9$old$old\nhostname a\n", ios)
    told = forecast.forecast(before, ("username bob secret hunter2",), ios)
    assert told.after == ("username bob secret hunter2", "hostname a")
    assert told.inverse == ("username bob secret 9 $9$old$old",) and not told.why_not


def test_the_name_of_a_community_of_routeros_is_masked():
    text = '+/snmp community set [ find default=yes ] name="top secret" read-access=yes'
    shown = hidden.told(f"/interface bridge add name=br1\n{text}\n/snmp community add name=other")
    assert "top" not in shown and "other" not in shown and "read-access=yes" in shown
    assert "name=br1" in shown and hidden.told(shown) == shown
