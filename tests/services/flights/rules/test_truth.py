from noc_console.services.flights.rules import forecast, truth
from tests.services.flights.conftest import WAYS

IOS = WAYS["ios"]


def tree(text):
    return forecast.configured(text, IOS)


def test_what_came_as_foreseen_is_no_surprise():
    one = tree("hostname a\ninterface x1\n shutdown\n")
    assert truth.surprise(one, one) == ""


def test_a_hidden_secret_is_no_surprise():
    wanted, came = tree("username bob secret hunter2\n"), tree("username bob secret 9 $9$a$b\n")
    assert truth.surprise(wanted, came) == ""


def test_what_came_otherwise_is_told_with_its_section_and_without_secrets():
    wanted = tree("interface x1\n desc hello\nrouter ospf 1\n area 0 authentication-key hunter3\n")
    came = tree("interface x1\n description hello\n")
    told = truth.surprise(wanted, came)
    assert "“interface x1 / desc hello” is missing" in told
    assert "“interface x1 / description hello” came instead" in told
    assert "hunter3" not in told


def test_surprises_of_one_kind_differ_in_numbers_only():
    one = truth.kind("“interface Gi1/0/1 / desc x” is missing")
    assert one == truth.kind("“interface Gi1/0/22 / desc x” is missing")
    assert one != truth.kind("“interface Gi1/0/1 / shut” is missing")


def test_a_surprise_too_long_to_be_told_is_like_no_other():
    wanted = tree("\n".join(f"ntp server 192.0.2.{n}" for n in range(20)))
    told = truth.surprise(wanted, {})
    assert told.endswith("and 14 more") and truth.kind(told) == ""


def test_the_diff_of_a_surprise_holds_what_was_previewed_against_what_came():
    before, wanted, came = tree("hostname a\n"), tree("hostname b\n"), tree("hostname c\n")
    told = truth.difference(before, came, wanted, surprised=True).splitlines()
    assert told[:2] == ["--- before", "+++ now"] and "--- previewed" in told
    assert {"-hostname a", "+hostname c", "-hostname b"} <= set(told)
    assert "--- previewed" not in truth.difference(before, came, wanted, surprised=False)


def test_what_is_left_in_a_section_of_ours_may_be_ours():
    before = tree("interface x1\n mtu 1500\ninterface x2\n mtu 1500\n")
    came = tree("interface x1\n mtu 1500\n shutdown\ninterface x2\n mtu 1500\n")
    in_ours = tree("interface x1\n mtu 1500\n load-interval 30\ninterface x2\n mtu 1500\n")
    elsewhere = tree("interface x1\n mtu 1500\ninterface x2\n mtu 9000\n")
    assert truth.meets(before, came, in_ours)
    assert not truth.meets(before, came, elsewhere)


def test_lines_in_no_section_meet_by_their_first_words():
    before, came = tree("hostname a\n"), tree("hostname a\nip route 10.0.0.0 255.0.0.0 Null0\n")
    assert truth.meets(before, came, tree("hostname a\nip route 10.0.0.0 255.0.0.0 Null0 250\n"))
    assert not truth.meets(before, came, tree("hostname a\nntp server 192.0.2.1\n"))


def test_what_is_other_than_before_is_told_in_a_sentence():
    before, now = tree("hostname a\nlldp run\n"), tree("hostname a\nusername b secret c3d4\n")
    assert truth.other(before, before) == ""
    assert truth.other(before, now) == "“username b secret ••••••” is new; “lldp run” is gone"
