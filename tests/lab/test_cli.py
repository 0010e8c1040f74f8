import pytest

from noc_console.lab.cli import MAX_LINE, Commands, Session


@pytest.fixture
def words():
    made = Commands(leave=("exit",))
    made.quiet("terminal length <n>")
    made.add("show version")(lambda _w, _d, _words: "version")
    made.add("show interfaces")(lambda _w, _d, _words: "all")
    made.add("show interfaces <port>")(lambda _w, _d, asked: f"port {asked[0]}")
    made.add("show interfaces description")(lambda _w, _d, _words: "texts")
    return made


def meaning(words, line):
    found = words.find(line)
    return None if found is None else found[0].run(None, None, found[1])


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("show version", "version"),
        ("sh ver", "version"),
        ("SHOW VERSION", "version"),
        ("show int", "all"),
        ("show interfaces Gi1/0/1", "port Gi1/0/1"),
        ("show interfaces description", "texts"),
        ("sh int desc", "texts"),
        ("terminal length 0", ""),
        ("show", None),
        ("show versions", None),
        ("version show", None),
    ],
)
def test_words_and_their_abbreviations_are_understood(words, line, answer):
    assert meaning(words, line) == answer


def test_some_vendors_do_not_abbreviate():
    strict = Commands(abbreviates=False)
    strict.add("/interface print")(lambda _w, _d, _words: "all")
    assert meaning(strict, "/interface print") == "all"
    assert meaning(strict, "/int pr") is None


@pytest.fixture
def session(small):
    return Session(small, small.plan.devices["ams-acc-1"])


def test_a_prompt_carries_the_name_of_the_device(session):
    assert session.prompt == "ams-acc-1#"


def test_an_unknown_word_is_answered_as_the_vendor_would(session):
    assert "% Invalid input detected" in session.run("make coffee")


def test_a_pipe_keeps_or_drops_lines(session):
    everything = session.run("show running-config")
    kept = session.run("show running-config | include snmp-server")
    assert kept.count("\n") == 2
    assert all("snmp-server" in line for line in kept.splitlines())
    dropped = session.run("show running-config | exclude snmp-server")
    assert "snmp-server" not in dropped
    assert len(dropped) < len(everything)


def test_an_unknown_filter_changes_nothing(session):
    assert session.run("show version | no-more") == session.run("show version")


@pytest.mark.parametrize("word", ["exit", "quit"])
def test_leaving_ends_the_session(session, word):
    session.run(word)
    assert session.is_over


def test_an_empty_line_and_an_endless_one_do_no_harm(session):
    assert session.run("   ") == ""
    assert "Invalid" in session.run("x" * MAX_LINE * 50)
    assert "Invalid" in session.run("(((((((a+)+)+)+ | include (((((")
