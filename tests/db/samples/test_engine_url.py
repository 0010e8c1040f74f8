import pytest

from noc_console.db.samples.engine_url import read_url
from noc_console.kernel.errors import Broken
from noc_console.kernel.secret import Secret


@pytest.mark.parametrize(
    ("url", "write", "query"),
    [
        (
            "victoriametrics+http://127.0.0.1:8428",
            "http://127.0.0.1:8428/api/v1/write",
            "http://127.0.0.1:8428/api/v1/query",
        ),
        (
            "prometheus+https://metrics.example/prom/",
            "https://metrics.example:443/prom/api/v1/write",
            "https://metrics.example:443/prom/api/v1/query",
        ),
        (
            "mimir+http://[2001:db8::1]:9009?tenant=acme",
            "http://[2001:db8::1]:9009/api/v1/push",
            "http://[2001:db8::1]:9009/prometheus/api/v1/query",
        ),
    ],
)
def test_each_maker_has_its_own_paths(url: str, write: str, query: str):
    found = read_url(url)
    assert (found.write, found.query, found.query_range) == (write, query, f"{query}_range")


def test_secrets_are_in_the_header_and_nowhere_else():
    found = read_url("mimir+https://noc:p%40ss-word@metrics.example?tenant=acme")
    assert found.headers()["Authorization"] == "Basic bm9jOnBAc3Mtd29yZA=="
    assert found.headers()["X-Scope-OrgID"] == "acme"
    told = f"{found!r} {found.base} {found.write} {found.peer}"
    for secret in ("p%40ss-word", "p@ss-word", "bm9jOnBAc3Mtd29yZA"):
        assert secret not in told


def test_a_token_goes_before_a_password_and_cannot_add_a_header():
    found = read_url("mimir+https://u:p@metrics.example", Secret("s3cret\r\nX-Evil: 1\n"))
    assert found.headers()["Authorization"] == "Bearer s3cretX-Evil: 1"


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8428",
        "influx+http://hunter2@127.0.0.1",
        "victoriametrics+ftp://hunter2@host",
        "victoriametrics+http://",
        "victoriametrics+http://hunter2@host:port",
        "victoriametrics+http://hunter2@host?tenants=1",
        "victoriametrics+http://hunter2@host?tenant=%C3%A4",
        "victoriametrics+http://[hunter2",
    ],
)
def test_what_is_no_engine_is_refused_without_being_quoted(url: str):
    with pytest.raises(Broken) as refused:
        read_url(url)
    assert "hunter2" not in str(refused.value)
