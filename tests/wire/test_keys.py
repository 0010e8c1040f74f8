import hashlib

# First of them: pysnmp's cipher modules cannot be imported on their own.
import pysnmp.proto.secmod.rfc3414.service  # noqa: F401
import pytest
from pyasn1.type.univ import OctetString
from pysnmp.proto.secmod.eso.priv import aes256
from pysnmp.proto.secmod.rfc3414.auth import hmacmd5, hmacsha
from pysnmp.proto.secmod.rfc7860.auth import hmacsha2

from noc_console.wire.ber import Malformed
from noc_console.wire.keys import (
    AuthProtocol,
    Localized,
    PrivProtocol,
    User,
    localize,
    localize_privacy,
    make_user,
    master_key,
)

ENGINE = bytes.fromhex("000000000000000000000002")
CIPHERS = [each for each in PrivProtocol if each is not PrivProtocol.NONE]
HASHES = [each for each in AuthProtocol if each is not AuthProtocol.NONE]


def test_the_keys_of_rfc_3414_appendix_a():
    md5 = master_key(AuthProtocol.MD5, b"maplesyrup")
    assert md5.hex() == "9faf3283884e92834ebc9847d8edd963"
    assert localize(AuthProtocol.MD5, md5, ENGINE).hex() == "526f5eed9fcce26f8964c2930787d82b"
    sha = master_key(AuthProtocol.SHA1, b"maplesyrup")
    assert sha.hex() == "9fb5cc0381497b3793528939ff788d5d79145211"
    assert (
        localize(AuthProtocol.SHA1, sha, ENGINE).hex() == "6695febc9288e36282235fc7151f128497b38f3f"
    )


@pytest.mark.parametrize("auth", HASHES)
@pytest.mark.parametrize("priv", [PrivProtocol.AES256, PrivProtocol.AES256C])
def test_stretched_keys_are_those_of_pysnmp(auth, priv):

    ids = {
        AuthProtocol.MD5: hmacmd5.HmacMd5.SERVICE_ID,
        AuthProtocol.SHA1: hmacsha.HmacSha.SERVICE_ID,
        AuthProtocol.SHA224: hmacsha2.HmacSha2.SHA224_SERVICE_ID,
        AuthProtocol.SHA256: hmacsha2.HmacSha2.SHA256_SERVICE_ID,
        AuthProtocol.SHA384: hmacsha2.HmacSha2.SAH384_SERVICE_ID,
        AuthProtocol.SHA512: hmacsha2.HmacSha2.SHA512_SERVICE_ID,
    }
    peer = aes256.AesBlumenthal256() if priv is PrivProtocol.AES256 else aes256.Aes256()
    master = master_key(auth, b"lab-priv-pass")
    theirs = peer.localize_key(
        ids[auth], peer.hash_passphrase(ids[auth], b"lab-priv-pass"), OctetString(ENGINE)
    )
    assert localize_privacy(auth, priv, master, ENGINE) == bytes(theirs)


def test_a_key_is_the_hash_of_one_mebibyte_of_the_pass_phrase():
    text = (b"maplesyrup" * 104_858)[: 1 << 20]
    assert master_key(AuthProtocol.SHA256, b"maplesyrup") == hashlib.sha256(text).digest()


@pytest.mark.parametrize("priv", CIPHERS)
@pytest.mark.parametrize("size", [0, 1, 7, 8, 9, 1400])
def test_what_is_encrypted_is_decrypted_by_the_same_user_elsewhere(priv, size):
    user = make_user("noc", AuthProtocol.SHA256, b"lab-auth-pass", priv, b"lab-priv-pass")
    here, there = Localized(user, ENGINE), Localized(user, ENGINE)
    plain = bytes(range(256)) * 6
    cipher_text, salt = here.encrypt(plain[:size], 3, 77)
    decrypted = there.decrypt(cipher_text, 3, 77, salt)
    assert decrypted[:size] == plain[:size]
    assert len(decrypted) - size < 8
    if size > 16:
        assert cipher_text != plain[:size]
        assert there.decrypt(cipher_text, 3, 78, salt) != plain[:size] or priv is PrivProtocol.DES


@pytest.mark.parametrize("priv", CIPHERS)
def test_no_salt_comes_twice(priv):
    keys = Localized(make_user("noc", AuthProtocol.SHA1, b"a" * 8, priv, b"b" * 8), ENGINE)
    assert len({keys.encrypt(b"x", 1, 1)[1] for _ in range(100)}) == 100


def test_a_digest_is_wrong_as_soon_as_one_bit_is():
    keys = Localized(make_user("noc", AuthProtocol.SHA256, b"lab-auth-pass"), ENGINE)
    message = b"head" + bytes(24) + b"tail"
    signed = message[:4] + keys.sign(message) + message[28:]
    assert keys.verify(signed, 4, 24)
    for bit in range(len(signed) * 8):
        forged = bytearray(signed)
        forged[bit // 8] ^= 1 << bit % 8
        assert not keys.verify(bytes(forged), 4, 24)
    assert not keys.verify(signed, 4, 12)


def test_keys_do_not_show():
    user = make_user("noc", AuthProtocol.SHA256, b"lab-auth-pass", PrivProtocol.AES128, b"b" * 8)
    shown = repr(user) + repr(Localized(user, ENGINE))
    assert user.auth_master.hex() not in shown
    assert repr(user.auth_master) not in shown


def test_users_that_cannot_be_are_refused():
    with pytest.raises(ValueError, match="privacy needs authentication"):
        User("noc", priv_protocol=PrivProtocol.DES)
    with pytest.raises(ValueError):
        User("n" * 33)
    with pytest.raises(ValueError):
        master_key(AuthProtocol.MD5, b"")


def test_cipher_text_cut_short_is_refused():
    user = make_user("noc", AuthProtocol.SHA1, b"a" * 8, PrivProtocol.DES, b"b" * 8)
    keys = Localized(user, ENGINE)
    with pytest.raises(Malformed):
        keys.decrypt(b"1234567", 1, 1, bytes(8))
    with pytest.raises(Malformed):
        keys.decrypt(b"12345678", 1, 1, bytes(7))
    with pytest.raises(Malformed):
        Localized(User("open"), ENGINE).decrypt(b"12345678", 1, 1, bytes(8))


def test_deciphering_by_blocks_is_cfb_whatever_the_length():
    for priv in (PrivProtocol.AES128, PrivProtocol.AES192, PrivProtocol.AES256):
        keys = Localized(make_user("u", AuthProtocol.SHA256, b"a" * 8, priv, b"p" * 8), b"engine")
        for size in (0, 1, 15, 16, 17, 31, 32, 33, 1400):
            plain = bytes(n % 251 for n in range(size))
            cipher_text, salt = keys.encrypt(plain, 7, 9)
            assert keys.decrypt(cipher_text, 7, 9, salt) == plain
