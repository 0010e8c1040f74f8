import socket

import pytest
from sqlalchemy.engine import make_url

from noc_console.db.samples.postgres import PostgresSession
from noc_console.kernel.errors import Unreachable

pytestmark = pytest.mark.postgres


def test_a_server_that_is_not_there_is_unreachable_and_no_password_is_told():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # bound, not listening: refuses
        port = held.getsockname()[1]
        url = make_url(f"postgresql+psycopg://noc:canary-9431@127.0.0.1:{port}/noc")
        with pytest.raises(Unreachable) as caught:
            PostgresSession(url)
    assert caught.value.peer == f"127.0.0.1:{port}/noc"
    assert "canary-9431" not in str(caught.value)


def test_a_connection_the_server_cut_is_unreachable(postgres_url):
    url = make_url(postgres_url)
    session, other = PostgresSession(url), PostgresSession(url)
    try:
        ((pid,),) = session.rows("SELECT pg_backend_pid()")
        other.rows("SELECT pg_terminate_backend(?::int)", (pid,))
        with pytest.raises(Unreachable), session.speaking():
            session.rows("SELECT 1")
    finally:
        session.close()
        other.close()


def test_settings_in_the_url_are_kept(postgres_url):
    url = make_url(postgres_url).update_query_dict({"application_name": "wall"})
    session = PostgresSession(url)
    assert session.rows("SHOW synchronous_commit") == [("off",)]
    session.close()
