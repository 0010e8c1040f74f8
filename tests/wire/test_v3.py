import random

import pytest

from noc_console.wire import ber, snmp, usm, v3
from noc_console.wire.ber import Malformed
from tests.wire.decoders import broken, walk_of

ENGINE = b"\x80\x00\x1f\x88\x01\x0a\x00\x00\x01"
USER = usm.make_user("noc", usm.AuthProtocol.SHA256, b"a" * 8, usm.PrivProtocol.AES128, b"p" * 8)
OPEN = usm.make_user("noc", usm.AuthProtocol.SHA1, b"a" * 8)


def answers(user, *, seed=1):
    """Messages as one agent sends them, with contents and clocks of many sizes."""
    rng = random.Random(seed)
    keys = usm.Localized(user, ENGINE)
    while True:
        pdu = snmp.encode_pdu(snmp.Pdu(snmp.RESPONSE, rng.getrandbits(31), 0, 0, walk_of(rng)))
        yield v3.encode_v3(
            message_id=rng.getrandbits(29) | 0x40000000,
            flags=user.level,
            engine_id=ENGINE,
            boots=rng.choice((1, 1, 1, 200)),
            time=rng.choice((5, 99_999, 100_000, 8_388_607, 8_388_608)),
            user=b"noc",
            scoped=v3.encode_scoped(ENGINE, b"", pdu),
            keys=keys,
        )


@pytest.mark.parametrize("user", [USER, OPEN])
def test_n5_what_fits_a_form_is_read_as_strictly_as_without(user):
    """N5: 20,000 messages, most of them broken: the quick way believes none the strict refuses."""
    rng = random.Random(7)
    stream = answers(user)
    form, fitting = None, 0
    for _ in range(1000):
        good = next(stream)
        like = v3.decode_v3(good)
        for data in (good, *(broken(rng, good) for _ in range(20))):
            read = form.read(data) if form else None
            if read is not None:
                fitting += 1
                assert read == v3.decode_v3(data)
        form = v3.Form.of(good, like)
    assert fitting > 1000


def test_messages_alike_in_all_but_id_time_digest_salt_and_contents_fit():
    stream = answers(USER, seed=3)
    first = next(stream)
    form = v3.Form.of(first, v3.decode_v3(first))
    assert form is not None and form.read(first) == v3.decode_v3(first)
    assert form.read(first[:-1]) is None and form.read(b"") is None
    assert form.read(b"\x31" + first[1:]) is None


def test_an_id_in_fewer_octets_makes_no_form():
    data = v3.encode_v3(
        message_id=5,
        flags=0,
        engine_id=ENGINE,
        boots=1,
        time=1,
        user=b"noc",
        scoped=v3.encode_scoped(ENGINE, b"", b"\xa2\x00"),
        keys=None,
    )
    assert v3.Form.of(data, v3.decode_v3(data)) is None


def test_privacy_without_authentication_is_refused():
    data = v3.encode_v3(
        message_id=5,
        flags=0,
        engine_id=ENGINE,
        boots=1,
        time=1,
        user=b"",
        scoped=v3.encode_scoped(ENGINE, b"", b"\xa2\x00"),
        keys=None,
    )
    at = data.index(b"\x04\x01\x00\x02\x01\x03") + 2
    with pytest.raises(Malformed):
        v3.decode_v3(data[:at] + bytes((v3.PRIV,)) + data[at + 1 :])


def test_padding_is_forgiven_only_where_a_cipher_made_it():
    scoped = v3.encode_scoped(ENGINE, b"ctx", b"\xa2\x00")
    for padded in (False, True):
        engine, context, start, stop = v3.open_scoped(scoped, 0, len(scoped), padded=padded)
        assert (engine, context, scoped[start:stop]) == (ENGINE, b"ctx", b"\xa2\x00")
    assert v3.open_scoped(scoped + b"\x00" * 7, 0, len(scoped) + 7, padded=True)[3] == len(scoped)
    for wrong in (False, True):
        with pytest.raises(Malformed):
            v3.open_scoped(scoped + bytes(8), 0, len(scoped) + 8, padded=wrong)
    assert ber.header(scoped, 0, len(scoped))[0] == ber.SEQUENCE
