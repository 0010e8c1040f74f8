import pytest

from noc_console.lab import setting as form
from noc_console.lab.setting import Setting, image


def test_sections_are_read_and_written_as_they_were():
    text = "hostname a\ninterface Gi1\n description x\n no ip address\n!\nlldp run"
    tree = form.read_indented(f"Building configuration...\n\n!\n{text}\nend\n")
    assert "\n".join(form.write_indented(tree)) == text


def test_what_is_said_once_takes_the_place_of_what_was_said_before():
    section = form.read_indented("description old\nno ip address\nshutdown")
    form.type_line(section, "description new")
    form.type_line(section, "ip address 192.0.2.1/24")
    form.type_line(section, "no shutdown")
    assert list(section) == ["description new", "ip address 192.0.2.1/24"]
    form.type_line(section, "no ip address")
    assert list(section) == ["description new", "no ip address"]


def test_no_takes_a_whole_section_away():
    tree = form.read_indented("vlan 7\n name red\nvlan 70\n name blue")
    form.type_line(tree, "no vlan 7")
    assert list(tree) == ["vlan 70"]


def test_a_line_that_opens_a_section_gives_it():
    tree: form.Tree = {}
    assert form.type_line(tree, "interface Gi1") is tree["interface Gi1"]
    assert form.type_line(tree, "hostname b") is None


def test_set_lines_come_and_go():
    tree = form.read_set(['set interfaces a description "one two"', "set interfaces a disable"])
    form.set_line(tree, 'interfaces a description "three"')
    assert list(form.write_set(tree)) == [
        'set interfaces a description "three"', "set interfaces a disable",
    ]  # fmt: skip
    assert form.delete_line(tree, "interfaces a disable")
    assert not form.delete_line(tree, "interfaces a disable")
    assert form.delete_line(tree, "interfaces a description")
    assert tree == {}


def test_a_second_server_stands_beside_the_first_as_on_the_real_thing():
    tree = form.read_set(["system ntp server 10.0.0.1", "system ntp server 10.0.0.2"])
    lines = ["set system ntp server 10.0.0.1", "set system ntp server 10.0.0.2"]
    assert list(form.write_set(tree)) == lines
    assert form.delete_line(tree, "system ntp server 10.0.0.1")
    assert list(form.write_set(tree)) == lines[1:]


def test_braces_say_the_same():
    tree = form.read_set(
        ["system host-name a", "interfaces x unit 0 family inet address 1.2.3.4/5"]
    )
    said = " ".join("\n".join(form.write_braces(tree)).split())
    inet = "family inet { address 1.2.3.4/5; }"
    assert said == f"system {{ host-name a; }} interfaces {{ x {{ unit 0 {{ {inet} }} }} }}"


@pytest.fixture
def known():
    made = Setting("iosxe", "17.9", form.read_indented("hostname a"), image="iosxe-17.9.bin")
    made.save()
    return made


def test_a_reload_forgets_what_was_not_saved(known):
    known.running["hostname b"] = {}
    known.boot()
    assert list(known.running) == ["hostname a"]


def test_an_image_is_booted_and_the_former_kept(known):
    known.files["new.bin"] = image("iosxe", "17.12")
    known.boots = "new.bin"
    known.boot()
    assert (known.software, known.former) == ("17.12", ("iosxe-17.9.bin", "17.9"))
    known.boots = "iosxe-17.9.bin"
    known.boot()
    assert known.software == "17.9"


@pytest.mark.parametrize("content", [b"", b"garbage", image("junos", "22.4")])
def test_what_is_no_image_of_the_family_is_not_booted(known, content):
    known.files["new.bin"] = content
    known.boots = "new.bin"
    known.boot()
    assert (known.software, known.image) == ("17.9", "iosxe-17.9.bin")
