"""What may leave the house with a recording, and what may not."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from noc_console.services.inspection.redact import redacted
from noc_console.wire import ber, oid, snmp, snmprec
from noc_console.wire.snmp import Varbind
from tests.lab.rude_agent import varbind

KEY = b"the same every time"
SYSTEM = "1.3.6.1.2.1.1"
OWN_MAC, MAC = bytes.fromhex("0011220000aa"), bytes.fromhex("f0f0f0123456")


def text(name: str, words: str) -> Varbind:
    return varbind(name, ber.OCTETS, words.encode())


def mac_index(mac: bytes) -> str:
    return ".".join(map(str, mac))


RECORDING = [
    text(f"{SYSTEM}.1.0", "Linux bras-07 6.1.0 #1 SMP"),
    varbind(f"{SYSTEM}.2.0", ber.OID, "1.3.6.1.4.1.8072.3.2.10"),
    varbind(f"{SYSTEM}.3.0", ber.TIMETICKS, 12345),
    text(f"{SYSTEM}.4.0", "Olena Kovalenko <olena@isp.example>"),
    text(f"{SYSTEM}.5.0", "bras-07.kyiv.isp.example"),
    text(f"{SYSTEM}.6.0", "вул. Хрещатик 1"),
    text("1.3.6.1.2.1.2.2.1.2.1", "GigabitEthernet0/1"),
    varbind("1.3.6.1.2.1.2.2.1.6.1", ber.OCTETS, OWN_MAC),
    varbind("1.3.6.1.2.1.2.2.1.2.9", ber.OCTETS, b"<pppoe-kovalenko77>"),
    text("1.3.6.1.2.1.31.1.1.1.18.1", "Customer Kovalenko, contract 4711"),
    text("1.3.6.1.2.1.31.1.1.1.18.2", "GigabitEthernet0/2"),
    varbind("1.3.6.1.2.1.4.20.1.1.10.0.0.1", ber.IP, "10.0.0.1"),
    varbind("1.3.6.1.2.1.4.22.1.2.1.10.0.0.1", ber.OCTETS, OWN_MAC),
    varbind("1.3.6.1.2.1.4.22.1.2.1.10.0.0.77", ber.OCTETS, MAC),
    varbind("1.3.6.1.2.1.4.22.1.3.1.10.0.0.77", ber.IP, "10.0.0.77"),
    varbind(f"1.3.6.1.2.1.4.35.1.4.1.2.16.32.1.13.184.{'0.' * 11}9", ber.OCTETS, MAC),
    varbind(f"1.3.6.1.2.1.17.4.3.1.1.{mac_index(MAC)}", ber.OCTETS, MAC),
    varbind(f"1.3.6.1.2.1.17.4.3.1.2.{mac_index(MAC)}", ber.INTEGER, 7),
    varbind(f"1.3.6.1.2.1.17.7.1.2.2.1.2.100.{mac_index(MAC)}", ber.INTEGER, 7),
    text("1.3.6.1.2.1.47.1.1.1.1.11.1", "FOC1234ABCD"),
    text("1.3.6.1.2.1.47.1.1.1.1.13.1", "WS-C2960X-48"),
    text("1.3.6.1.2.1.47.1.2.1.1.4.1", "s3cret-word@100"),
    text("1.3.6.1.2.1.10.166.11.1.2.2.1.3.4.98.97.110.107", "the bank's"),
    varbind("1.3.6.1.2.1.6.13.1.1.10.0.0.1.22.10.0.0.77.4711", ber.INTEGER, 5),
    text("1.3.6.1.6.3.18.1.1.1.2.12.115.51.99.114.101.116", "s3cret-word"),
    text("1.3.6.1.6.3.15.1.2.2.1.3.5.1.2.3.4.5.4.114.111.111.116", "root"),
    text("1.3.6.1.4.1.9.9.150.1.1.3.1.2.1", "kovalenko77"),
    text("1.3.6.1.4.1.99999.1.1", "banner of bras-07:\r\nmail olena@isp.example, s3cret-word!"),
    text("1.3.6.1.4.1.8072.1.3.2.2.1.3.1.97", "--user=backup --password hunter22 -v"),
    varbind("1.3.6.1.4.1.99999.1.2", ber.OCTETS, b"\x00\xff\x10\x80"),
]


def run(recording: list[Varbind] = RECORDING, key: bytes = KEY) -> dict[str, snmp.Value]:
    found = redacted(recording, secrets=("s3cret-word",), key=key)
    assert found == sorted(found, key=lambda each: oid.sort_key(each[0]))
    return {oid.decode(name): snmp.value(tag, content) for name, tag, content in found}


def test_nothing_of_people_and_secrets_is_left() -> None:
    lines = "\n".join(map(snmprec.line_of, redacted(RECORDING, secrets=("s3cret-word",))))
    raw = lines + "".join(
        bytes.fromhex(each).decode("utf-8", "replace") for each in re.findall(r"x\|(.*)", lines)
    )
    for word in ("olena", "Olena", "ovalenko", "bras-07", "kyiv", "isp", "Хрещатик", "4711",
                 "s3cret", "bank", "root", MAC.hex(), mac_index(MAC), "10.0.0.77",
                 "98.97.110.107", "115.51.99", "hunter"):  # fmt: skip
        # A short one as a word of its own: made-up letters may spell it by chance.
        apart = r"(?<![^\W\d_]){}(?![^\W\d_])" if len(word) < 5 else "{}"
        assert not re.search(apart.format(re.escape(word)), raw), word


def test_what_the_maker_wrote_and_what_inspection_needs_stays() -> None:
    found = run()
    before = {oid.decode(name): snmp.value(tag, content) for name, tag, content in RECORDING}
    for name in (f"{SYSTEM}.2.0", f"{SYSTEM}.3.0", "1.3.6.1.2.1.2.2.1.2.1",
                 "1.3.6.1.2.1.2.2.1.6.1", "1.3.6.1.2.1.31.1.1.1.18.2",
                 "1.3.6.1.2.1.47.1.1.1.1.11.1", "1.3.6.1.2.1.47.1.1.1.1.13.1",
                 "1.3.6.1.2.1.4.22.1.2.1.10.0.0.1", "1.3.6.1.4.1.99999.1.2"):  # fmt: skip
        assert found[name] == before[name], name
    assert str(found[f"{SYSTEM}.1.0"]).startswith("b'Linux ")
    assert str(found[f"{SYSTEM}.1.0"]).endswith("6.1.0 #1 SMP'")


def test_lengths_and_shapes_stay() -> None:
    found = run()
    for name, tag, content in RECORDING:
        other = found.get(oid.decode(name))
        if tag == ber.OCTETS and isinstance(other, bytes):
            assert len(other) == len(content)
    contract = found["1.3.6.1.2.1.31.1.1.1.18.1"]
    assert isinstance(contract, bytes)
    assert re.fullmatch(rb"[A-Z][a-z]{7} [A-Z][a-z]{8}, [a-z]{8} \d{4}", contract)


def test_the_same_word_is_the_same_everywhere() -> None:
    found = run()
    alias = found["1.3.6.1.2.1.31.1.1.1.18.1"]
    contact = found[f"{SYSTEM}.4.0"]
    assert isinstance(alias, bytes) and isinstance(contact, bytes)
    assert alias.split()[1].strip(b",") == contact.split()[1]
    name = found[f"{SYSTEM}.5.0"]
    assert isinstance(name, bytes)
    assert name.split(b".")[0] in found["1.3.6.1.4.1.99999.1.1"]  # type: ignore[operator]
    (learned,) = {value for place, value in found.items() if "17.4.3.1.1." in place}
    assert isinstance(learned, bytes)
    assert learned[:3] == MAC[:3]
    assert f"1.3.6.1.2.1.17.7.1.2.2.1.2.100.{mac_index(learned)}" in found
    heard = [value for place, value in found.items() if ".4.22.1.2.1.10.0.0." in place]
    assert learned in heard and OWN_MAC in heard
    assert [place for place in found if ".4.35.1.4." in place and "32.1.13.184" in place]


def test_tables_of_secrets_and_sessions_are_left_out() -> None:
    left = run().keys()
    assert not [name for name in left if name.startswith(("1.3.6.1.6.3.18", "1.3.6.1.6.3.15"))]
    assert not [name for name in left if name.startswith("1.3.6.1.2.1.6.13")]


def test_two_recordings_do_not_tell_of_one_another() -> None:
    assert run(key=b"one") != run(key=b"two")
    assert redacted(RECORDING) != redacted(RECORDING)


def test_addresses_of_a_network_stay_apart() -> None:
    heard = [
        varbind(f"1.3.6.1.2.1.4.22.1.2.1.10.0.0.{host}", ber.OCTETS, bytes([2, 0, 0, 0, 0, host]))
        for host in range(2, 255)
    ]
    own = varbind("1.3.6.1.2.1.4.20.1.1.10.0.0.1", ber.IP, "10.0.0.1")
    found = run([own, *heard])
    assert len(found) == len(heard) + 1
    assert "1.3.6.1.2.1.4.22.1.2.1.10.0.0.1" not in found
    assert len(set(found.values())) == len(found)


def test_a_product_s_name_is_not_a_person_s() -> None:
    found = run([text(f"{SYSTEM}.1.0", "EdgeSwitch 24"), text(f"{SYSTEM}.5.0", "EdgeSwitch")])
    assert found[f"{SYSTEM}.1.0"] == b"EdgeSwitch 24"
    tomato = text(f"{SYSTEM}.1.0", "Linux TomatoWifi 2.6.22.19 mips")
    assert redacted([tomato], products=("tomato",)) == [tomato]
    assert redacted([tomato]) != [tomato]


def test_addresses_that_are_nobody_s_stay() -> None:
    rows = [
        varbind(f"1.3.6.1.2.1.4.22.1.2.1.{address}", ber.OCTETS, bytes.fromhex(mac))
        for address, mac in (
            ("127.0.0.1", "000000000000"),
            ("224.0.0.5", "01005e000005"),
            ("0.0.0.0", "ffffffffffff"),
        )
    ]
    assert redacted(rows) == sorted(rows)


ARCS = st.lists(st.one_of(st.integers(0, 300), st.integers(0, 2**32 - 1)), max_size=30)
PREFIXES = st.sampled_from(
    [(1, 3, 6, 1, 2, 1, 17, 4, 3, 1, 1), (1, 3, 6, 1, 2, 1, 4, 22, 1, 2),
     (1, 3, 6, 1, 2, 1, 4, 35, 1, 4), (1, 3, 6, 1, 2, 1, 4, 34, 1, 3),
     (1, 3, 6, 1, 2, 1, 10, 166, 11, 1, 2, 2, 1, 3), (1, 3)]
)  # fmt: skip
ANY = st.tuples(
    st.tuples(PREFIXES, ARCS).map(lambda each: oid.from_parts((*each[0], *each[1]))),
    st.sampled_from([ber.OCTETS, ber.IP, ber.INTEGER, ber.OID]),
    st.one_of(st.binary(max_size=20), st.text(max_size=20).map(lambda words: words.encode())),
)


@given(st.lists(ANY, max_size=20))
def test_whatever_was_recorded_is_redacted_without_a_crash(recording: list[Varbind]) -> None:
    for name, _, _ in redacted(recording, secrets=("a", "(", "secret")):
        oid.parts(name)
