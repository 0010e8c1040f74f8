import threading
import time

import psycopg
import pytest
from sqlalchemy import make_url

from noc_console.db.notify import CHANNEL, EVERY_S, MOST_BYTES, Notifier, Said, packed, unpacked
from tests.lab.impair import impaired_tcp

pytestmark = pytest.mark.postgres


def heard(connection: psycopg.Connection, count: int) -> int:
    """How many notifications come, of `count` at most, within some seconds."""
    return len(list(connection.notifies(timeout=5, stop_after=count)))


def test_every_wake_is_followed_by_a_notification(postgres_url: str):
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"LISTEN {CHANNEL}")
        notifier = Notifier(make_url(postgres_url))
        try:
            for _ in range(3):
                notifier.wake()
                assert heard(connection, 1) == 1
        finally:
            notifier.close()


def test_many_commits_at_once_are_told_in_few_notifications_and_the_last_is_told(
    postgres_url: str,
):
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"LISTEN {CHANNEL}")
        notifier = Notifier(make_url(postgres_url))
        began = time.monotonic()
        for _ in range(2_000):
            notifier.wake()
        spent = time.monotonic() - began
        notifier.close()
        told = len(list(connection.notifies(timeout=0.5)))
        assert 1 <= told <= 3 + spent / EVERY_S


def test_it_speaks_again_when_the_server_is_back(postgres_url: str):
    url = make_url(postgres_url)
    with (
        impaired_tcp(url.port) as proxy,
        psycopg.connect(postgres_url, autocommit=True) as connection,
    ):
        connection.execute(f"LISTEN {CHANNEL}")
        notifier = Notifier(url.set(port=proxy.port))
        waking = threading.Event()
        try:
            notifier.wake()
            assert heard(connection, 1) == 1
            proxy.cut()
            notifier.wake()
            time.sleep(0.1)
            proxy.mend()
            for _ in range(200):
                notifier.wake()
                if list(connection.notifies(timeout=0.05, stop_after=1)):
                    waking.set()
                    break
            assert waking.is_set()
        finally:
            notifier.close()


def test_one_that_never_spoke_closes_at_once():
    Notifier(make_url("postgresql://nobody@127.0.0.1:1/none")).close()


SAID = Said(7, 3, "here", "NoteWritten", {"note_id": 1, "text": "ü"})


def test_a_notification_says_what_was_recorded_when_that_fits(postgres_url: str):
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"LISTEN {CHANNEL}")
        notifier = Notifier(make_url(postgres_url))
        try:
            notifier.wake([SAID])
            (note,) = connection.notifies(timeout=5, stop_after=1)
            assert unpacked(note.payload) == (SAID,)
            time.sleep(2 * EVERY_S)
            notifier.wake([SAID._replace(facts={"text": "x" * MOST_BYTES})])
            (note,) = connection.notifies(timeout=5, stop_after=1)
            assert note.payload == ""
        finally:
            notifier.close()


def test_what_makes_no_sense_brings_nothing():
    assert unpacked(packed([SAID])) == (SAID,)
    for payload in ("", "look", "7", "[1]", '[[1,2,"a","b",null]]', '[["x",1,"a","b",{}]]'):
        assert unpacked(payload) == ()
