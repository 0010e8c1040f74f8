"""Files of SecureCRT, PuTTY and CSV as those programs write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.kernel.errors import Invalid
from noc_console.services.sessiontree.importing import decoded, read_file, read_folder
from noc_console.services.sessiontree.model import Found, Problem

REG = r"""Windows Registry Editor Version 5.00

[HKEY_CURRENT_USER\Software\SimonTatham]

[HKEY_CURRENT_USER\Software\SimonTatham\PuTTY\Sessions]

[HKEY_CURRENT_USER\Software\SimonTatham\PuTTY\Sessions\par%20core1]
"Present"=dword:00000001
"HostName"="192.0.2.1"
"Protocol"="ssh"
"PortNumber"=dword:000008ae
"UserName"="mira"
"ProxyPassword"="hunter2-canary"

[HKEY_CURRENT_USER\Software\SimonTatham\PuTTY\Sessions\old]
"HostName"="noor@lyo-sw1"
"Protocol"="telnet"
"PortNumber"=dword:00000017

[HKEY_CURRENT_USER\Software\SimonTatham\PuTTY\Sessions\console]
"Protocol"="serial"
"SerialLine"="COM3"
"SerialSpeed"=dword:0001c200

[HKEY_CURRENT_USER\Software\SimonTatham\PuTTY\Sessions\Default%20Settings]
"HostName"=""
"Protocol"="ssh"

[HKEY_CURRENT_USER\Software\SimonTatham\PuTTY\Sessions\raw]
"HostName"="x"
"Protocol"="raw"

[HKEY_CURRENT_USER\Software\SimonTatham\PuTTY\SshHostKeys]
"rsa2@22:192.0.2.1"="0x10001,0x..."
"""

INI = """S:"Username"=noc
S:"Password V2"=02:hunter2-canary
S:"Hostname"=192.0.2.9
S:"Protocol Name"=SSH2
D:"[SSH2] Port"=00000016
D:"Port"=00000017
S:"Firewall Name"=None
Z:"Description"=00000000
"""

XML = """<?xml version="1.0" encoding="UTF-8"?>
<VanDyke version="3.0">
  <key name="Sessions">
    <key name="Default"><string name="Hostname"></string></key>
    <key name="Paris">
      <key name="Core">
        <key name="par-core1">
          <string name="Hostname">192.0.2.1</string>
          <string name="Protocol Name">SSH2</string>
          <dword name="[SSH2] Port">2222</dword>
          <string name="Password V2">hunter2-canary</string>
        </key>
      </key>
      <key name="switch">
        <string name="Hostname">2001:db8::1</string>
        <string name="Protocol Name">Telnet</string>
        <dword name="Port">23</dword>
      </key>
    </key>
    <key name="com">
      <string name="Protocol Name">Serial</string><string name="Com Port">COM1</string>
    </key>
  </key>
</VanDyke>
"""


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8", "utf-8-sig"])
def test_an_export_of_puttys_registry(encoding: str) -> None:
    reading = read_file("putty.reg", REG.encode(encoding))
    assert reading.source == "PuTTY"
    assert reading.found == (
        Found((), "par core1", "ssh:mira@192.0.2.1:2222"),
        Found((), "old", "telnet:lyo-sw1"),
        Found((), "console", "serial:COM3@115200"),
    )
    assert reading.problems == (
        Problem("Default Settings", "it has no host"),
        Problem("raw", "“raw” is not spoken here"),
    )
    assert "canary" not in repr(reading)


def test_puttys_folder_on_linux() -> None:
    files = [
        (("par%20core1",), b"HostName=192.0.2.1\nPortNumber=22\nProtocol=ssh\nUserName=\n"),
        (("notes.txt",), b"nothing"),
    ]
    assert read_folder(files).found == (Found((), "par core1", "ssh:192.0.2.1"),)


def test_securecrts_folder_keeps_its_folders() -> None:
    files = [
        (("Paris", "par-core1.ini"), INI.encode()),
        (("Paris", "__FolderData__.ini"), b'S:"Folder List"=x'),
        (("Default.ini",), INI.encode()),
    ]
    reading = read_folder(files)
    assert reading.found == (Found(("Paris",), "par-core1", "ssh:noc@192.0.2.9"),)
    assert reading.source == "SecureCRT"
    assert "canary" not in repr(reading)
    assert read_file("par-core1.ini", INI.encode()).found[0].name == "par-core1"


def test_securecrts_xml_export() -> None:
    reading = read_file("settings.xml", XML.encode())
    assert reading.found == (
        Found(("Paris", "Core"), "par-core1", "ssh:192.0.2.1:2222"),
        Found(("Paris",), "switch", "telnet:[2001:db8::1]"),
        Found((), "com", "serial:COM1@9600"),
    )
    assert reading.problems == ()
    assert "canary" not in repr(reading)


def test_a_csv_with_a_heading() -> None:
    text = (
        "Name;Site;IP Address;Port;Protocol;User\n"
        "par-core1;Paris/Core;192.0.2.1;;ssh;noc\n"
        ";;192.0.2.2;2323;telnet;\n"
        "\n"
        "bad;;not a host!;;ssh;\n"
        "jump;;ssh:gate>192.0.2.3;;;\n"
    )
    reading = read_file("x.csv", text.encode())
    assert reading.found == (
        Found(("Paris", "Core"), "par-core1", "ssh:noc@192.0.2.1"),
        Found((), "192.0.2.2", "telnet:192.0.2.2:2323"),
        Found((), "jump", "ssh:gate>192.0.2.3"),
    )
    assert [one.where for one in reading.problems] == ["bad"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "must name a column host"),
        (b"a,b,c\n1,2,3\n", "must name a column host"),
        (b"<VanDyke>", "cannot be read"),
        (b"<VanDyke/>", "no sessions"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><VanDyke/>', "document type"),
    ],
)
def test_what_nobody_knows_is_refused_in_words(content: bytes, why: str) -> None:
    with pytest.raises(Invalid, match=why):
        read_file("x", content)


def test_an_empty_folder_is_refused() -> None:
    with pytest.raises(Invalid, match="no sessions"):
        read_folder([(("readme",), b"hello")])


def test_names_of_strangers_are_made_harmless() -> None:
    reading = read_file("x.csv", b"name,host\n\x1b[31m<b>evil,192.0.2.1\n")
    assert "\x1b" not in reading.found[0].name


def test_old_files_are_read_as_they_are_encoded() -> None:
    assert decoded("größe".encode("latin-1")) == "größe"
    assert decoded("größe".encode("utf-16")) == "größe"


@given(st.binary(max_size=600))
def test_any_file_is_read_or_refused(content: bytes) -> None:
    for start in (b"", b'S:"Hostname"=', b"<VanDyke>", b"HostName=\nProtocol=", b"host,name\n"):
        try:
            read_file("x", start + content)
        except Invalid:
            continue
