import random

import pytest

from noc_console.wire import ber, oid, snmp, usm
from noc_console.wire.ber import Malformed
from noc_console.wire.usm import AuthProtocol, PrivProtocol, make_user

ENGINE = b"\x80\x00\x1f\x88\x01agent"
NAME = oid.encode("1.3.6.1.2.1.1.3.0")
LEVELS = [
    ("noAuthNoPriv", make_user("open")),
    ("authNoPriv", make_user("auth", AuthProtocol.SHA1, b"lab-auth-pass")),
    (
        "authPriv",
        make_user(
            "noc", AuthProtocol.SHA256, b"lab-auth-pass", PrivProtocol.AES128, b"lab-priv-pass"
        ),
    ),
    (
        "authPriv-DES",
        make_user("des", AuthProtocol.MD5, b"lab-auth-pass", PrivProtocol.DES, b"lab-priv-pass"),
    ),
]
USERS = [user for _, user in LEVELS]
NOC = USERS[2]


@pytest.fixture
def agent():
    return usm.Authoritative(ENGINE, 7, USERS, started=-1000.0)


def request(request_id=5):
    return snmp.encode_request(snmp.GET, request_id, 0, 0, [NAME])


def response(request_id=5, uptime=b"\x01"):
    return snmp.Pdu(snmp.RESPONSE, request_id, 0, 0, [(NAME, ber.TIMETICKS, uptime)])


def discovered(agent, user, now=0.0):
    session = usm.Session(user)
    report = agent.receive(session.discovery(1), now)
    assert isinstance(report, usm.Report) and report.cause == usm.UNKNOWN_ENGINE
    assert session.unwrap(report.data, now).report == usm.UNKNOWN_ENGINE
    return session


def answered(agent, session, now=0.0):
    incoming = agent.receive(session.wrap(9, request(), now), now)
    assert isinstance(incoming, usm.Incoming), incoming
    return agent.reply(incoming, response())


@pytest.mark.parametrize("user", USERS, ids=[name for name, _ in LEVELS])
def test_a_question_and_its_answer_at_every_level(agent, user):
    session = discovered(agent, user)
    incoming = agent.receive(session.wrap(9, request(), 0.0), 0.0)
    assert (incoming.user.name, incoming.level) == (user.name, user.level)
    assert incoming.pdu.varbinds == [(NAME, ber.NULL, b"")]
    data = agent.reply(incoming, response())
    assert snmp.peek(data) == 9
    reply = session.unwrap(data, 0.0)
    assert reply.report is None
    assert snmp.decode_pdu(reply.data[reply.start : reply.stop]) == response()


@pytest.mark.parametrize("user", USERS[1:], ids=[name for name, _ in LEVELS[1:]])
def test_any_flipped_bit_of_a_signed_answer_is_refused(agent, user):
    session = discovered(agent, user)
    data = answered(agent, session)
    rng = random.Random(1)
    for bit in rng.sample(range(len(data) * 8), 300):
        forged = bytearray(data)
        forged[bit // 8] ^= 1 << bit % 8
        with pytest.raises(Malformed):
            session.unwrap(bytes(forged), 0.0)
    session.unwrap(data, 0.0)


@pytest.mark.parametrize("user", USERS, ids=[name for name, _ in LEVELS])
def test_every_truncation_is_refused(agent, user):
    session = discovered(agent, user)
    data = answered(agent, session)
    for cut in range(len(data)):
        with pytest.raises(Malformed):
            session.unwrap(data[:cut], 0.0)


def test_an_unsigned_answer_to_a_signed_question_is_refused(agent):
    session = discovered(agent, NOC)
    forged = usm.encode_v3(
        message_id=9,
        flags=0,
        engine_id=ENGINE,
        boots=7,
        time=1000,
        user=b"noc",
        scoped=usm.encode_scoped(ENGINE, b"", snmp.encode_pdu(response())),
        keys=None,
    )
    with pytest.raises(usm.Unauthentic, match="without a signature"):
        session.unwrap(forged, 0.0)


def test_an_answer_signed_but_not_encrypted_is_refused(agent):
    session = discovered(agent, NOC)
    lower = usm.encode_v3(
        message_id=9,
        flags=usm.AUTH,
        engine_id=ENGINE,
        boots=7,
        time=1000,
        user=b"noc",
        scoped=usm.encode_scoped(ENGINE, b"", snmp.encode_pdu(response())),
        keys=usm.Localized(NOC, ENGINE),
    )
    with pytest.raises(usm.Unauthentic, match="lower security level"):
        session.unwrap(lower, 0.0)


def test_an_old_answer_is_refused_and_a_new_boot_believed(agent):
    session = discovered(agent, NOC)
    old = answered(agent, session, 0.0)
    session.unwrap(answered(agent, session, 100.0), 100.0)
    session.unwrap(old, 140.0)  # 140 s late: still inside the window
    with pytest.raises(usm.Unauthentic, match="time window"):
        session.unwrap(old, 260.0)
    reborn = usm.Authoritative(ENGINE, 8, USERS, started=300.0)
    report = reborn.receive(session.wrap(9, request(), 310.0), 310.0)
    assert report.cause == usm.NOT_IN_WINDOW
    assert session.unwrap(report.data, 310.0).report == usm.NOT_IN_WINDOW
    session.unwrap(answered(reborn, session, 310.0), 310.0)
    with pytest.raises(usm.Unauthentic, match="time window"):
        session.unwrap(answered_by(agent, session, old), 310.0)


def answered_by(agent, session, data):
    return data


def test_a_clock_in_an_unsigned_report_is_not_believed(agent):
    session = discovered(agent, NOC)
    session.unwrap(answered(agent, session), 0.0)
    pdu = snmp.Pdu(snmp.REPORT, 0, 0, 0, [(usm.NOT_IN_WINDOW, ber.COUNTER32, b"\x01")])
    forged = usm.encode_v3(
        message_id=9,
        flags=0,
        engine_id=ENGINE,
        boots=9999,
        time=0,
        user=b"noc",
        scoped=usm.encode_scoped(ENGINE, b"", snmp.encode_pdu(pdu)),
        keys=None,
    )
    with pytest.raises(usm.Unauthentic, match="clock"):
        session.unwrap(forged, 0.0)


def test_another_engine_behind_the_address_is_learned_after_its_report(agent):
    session = discovered(agent, NOC)
    other = usm.Authoritative(b"\x80\x00\x1f\x88\x01other", 1, USERS)
    report = other.receive(session.wrap(9, request(), 0.0), 0.0)
    assert report.cause == usm.UNKNOWN_ENGINE
    session.unwrap(report.data, 0.0)
    assert session.engine_id == other.engine_id
    session.unwrap(answered(other, session), 0.0)


def test_an_agent_says_why_it_does_not_answer(agent):
    stranger = discovered(agent, make_user("nobody", AuthProtocol.SHA1, b"lab-auth-pass"))
    mistaken = discovered(agent, make_user("auth", AuthProtocol.SHA1, b"another pass"))
    timid = discovered(agent, make_user("noc", AuthProtocol.SHA256, b"lab-auth-pass"))
    causes = [
        agent.receive(session.wrap(9, request(), 0.0), 0.0).cause
        for session in (stranger, mistaken, timid)
    ]
    assert causes == [usm.UNKNOWN_USER, usm.WRONG_DIGEST, usm.UNSUPPORTED_LEVEL]


def test_a_wrong_privacy_key_is_reported_as_such(agent):
    wrong = make_user(
        "noc", AuthProtocol.SHA256, b"lab-auth-pass", PrivProtocol.AES128, b"another pass"
    )
    session = discovered(agent, wrong)
    assert agent.receive(session.wrap(9, request(), 0.0), 0.0).cause == usm.DECRYPTION_ERROR


def test_reports_count_up(agent):
    session = usm.Session(NOC)
    counts = []
    for _ in range(3):
        reply = session.unwrap(agent.receive(session.discovery(1), 0.0).data, 0.0)
        pdu = snmp.decode_pdu(reply.data[reply.start : reply.stop])
        counts.append(snmp.value(*pdu.varbinds[0][1:]))
        session.forget()
    assert counts == [1, 2, 3]


def test_privacy_without_authentication_is_no_message():
    data = usm.encode_v3(
        message_id=1,
        flags=0,
        engine_id=ENGINE,
        boots=0,
        time=0,
        user=b"",
        scoped=usm.encode_scoped(ENGINE, b"", request()),
        keys=None,
    )
    at = data.index(b"\x04\x01\x00\x02\x01\x03") + 2
    with pytest.raises(Malformed, match="privacy without"):
        usm.decode_v3(data[:at] + b"\x02" + data[at + 1 :])


def test_traps_are_read_and_their_replays_are_not():
    receiver = usm.Notifications(usm.Authoritative(b"\x80\x00\x00\x00\x05self", 1, USERS), USERS)
    sender = usm.Authoritative(ENGINE, 3, USERS)
    trap = snmp.Pdu(snmp.TRAP_V2, 1, 0, 0, [(NAME, ber.TIMETICKS, b"\x05")])
    first = sender.notify(NOC, 1, trap, 10.0)
    assert receiver.receive(first, 500.0).pdu == trap
    assert receiver.receive(sender.notify(NOC, 2, trap, 300.0), 790.0).pdu == trap
    with pytest.raises(usm.Unauthentic, match="time window"):
        receiver.receive(first, 790.0)
    reborn = usm.Authoritative(ENGINE, 4, USERS)
    assert receiver.receive(reborn.notify(NOC, 1, trap, 1.0), 800.0).pdu == trap
    with pytest.raises(usm.Unauthentic, match="time window"):
        receiver.receive(sender.notify(NOC, 3, trap, 400.0), 890.0)


def test_traps_of_strangers_forgers_and_the_careless_are_refused():
    receiver = usm.Notifications(usm.Authoritative(b"\x80\x00\x00\x00\x05self", 1, USERS), USERS)
    trap = snmp.Pdu(snmp.TRAP_V2, 1, 0, 0, [(NAME, ber.TIMETICKS, b"\x05")])
    for sender_user, why in (
        (make_user("nobody", AuthProtocol.SHA1, b"lab-auth-pass"), "unknown user"),
        (make_user("auth", AuthProtocol.SHA1, b"another pass"), "digest"),
        (make_user("noc"), "security level"),
    ):
        sender = usm.Authoritative(ENGINE, 3, [sender_user])
        with pytest.raises(usm.Unauthentic, match=why):
            receiver.receive(sender.notify(sender_user, 1, trap, 0.0), 0.0)


def test_only_so_many_senders_are_remembered():
    receiver = usm.Notifications(
        usm.Authoritative(b"\x80\x00\x00\x00\x05self", 1, USERS), USERS, engines=3
    )
    trap = snmp.Pdu(snmp.TRAP_V2, 1, 0, 0, [(NAME, ber.TIMETICKS, b"\x05")])
    for n in range(10):
        sender = usm.Authoritative(ENGINE + bytes((n,)), 3, USERS)
        receiver.receive(sender.notify(NOC, 1, trap, 0.0), 0.0)
    assert len(receiver._known) == 3


def test_ten_thousand_mutated_v3_messages_never_pass_and_never_break(agent):
    session = discovered(agent, NOC)
    data = answered(agent, session)
    question = session.wrap(10, request(), 0.0)
    rng = random.Random(20261121)
    for n in range(10_000):
        mutated = bytearray(data if n % 2 else question)
        for _ in range(rng.randint(1, 4)):
            at = rng.randrange(len(mutated))
            if rng.random() < 0.6:
                mutated[at] = (mutated[at] + rng.randint(1, 255)) % 256
            else:
                del mutated[at : at + rng.randint(1, 5)]
                mutated = mutated or bytearray(b"0")
        if bytes(mutated) in (data, question):
            continue
        try:
            result = (
                session.unwrap(bytes(mutated), 0.0) if n % 2 else agent.receive(bytes(mutated), 0.0)
            )
        except Malformed:
            continue
        assert isinstance(result, usm.Report)
