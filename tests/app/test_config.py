from __future__ import annotations

from pathlib import Path

import pytest

from noc_console.app.config import load
from noc_console.kernel.errors import Broken


def test_a_first_start_needs_no_file_and_no_question(tmp_path: Path) -> None:
    config = load(environment={"NOC_DATA": str(tmp_path)}, file=tmp_path / "none.toml")
    assert config.store == f"sqlite:///{tmp_path}/noc.db"
    assert config.poll_interval_s == 60


def test_the_command_line_wins_over_the_environment_and_that_over_the_file(
    tmp_path: Path,
) -> None:
    file = tmp_path / "config.toml"
    file.write_text('store = "sqlite:////file.db"\npoll_interval_s = 30\nname = "pop-1"\n')
    env = {"NOC_DATA": str(tmp_path)}
    assert load(environment=env, file=file).store == "sqlite:////file.db"
    assert load(environment=env, file=file).name == "pop-1"
    env["NOC_STORE"] = "sqlite:////env.db"
    env["NOC_POLL_INTERVAL"] = "5"
    assert load(environment=env, file=file).store == "sqlite:////env.db"
    assert load(environment=env, file=file).poll_interval_s == 5
    assert load(store="sqlite:////cli.db", environment=env, file=file).store == "sqlite:////cli.db"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("colour = 1", "does not know: colour"),
        ("trap_port = 'x'", "trap_port has the wrong type"),
        ("trap_port = true", "wrong type"),
        ("= broken", "cannot be read"),
        ("vault = 'cellar'", "`file` or `system`"),
    ],
)
def test_a_wrong_file_is_named_with_what_is_wrong(
    tmp_path: Path, text: str, complaint: str
) -> None:
    file = tmp_path / "config.toml"
    file.write_text(text)
    with pytest.raises(Broken, match=complaint):
        load(environment={"NOC_DATA": str(tmp_path)}, file=file)


@pytest.mark.parametrize("interval", ["soon", "0", "-1", "1e9"])
def test_an_interval_is_a_sane_number(tmp_path: Path, interval: str) -> None:
    env = {"NOC_DATA": str(tmp_path), "NOC_POLL_INTERVAL": interval}
    with pytest.raises(Broken, match="NOC_POLL_INTERVAL"):
        load(environment=env, file=tmp_path / "none.toml")


def test_measurements_elsewhere_are_named_by_url_and_opened_by_the_environment_alone(
    tmp_path: Path,
) -> None:
    file = tmp_path / "config.toml"
    file.write_text('samples = "victoriametrics+http://vm:8428"\n')
    env = {"NOC_DATA": str(tmp_path)}
    assert load(environment=env, file=file).samples == "victoriametrics+http://vm:8428"
    env |= {"NOC_SAMPLES": "mimir+https://m?tenant=a", "NOC_SAMPLES_TOKEN": "s3cret"}
    config = load(environment=env, file=file)
    assert config.samples == "mimir+https://m?tenant=a"
    assert config.samples_token.reveal() == "s3cret"
    assert "s3cret" not in repr(config)
    file.write_text('samples_token = "s3cret"\n')
    with pytest.raises(Broken, match="does not know: samples_token"):
        load(environment=env, file=file)


def test_where_a_collector_tells_its_figures_and_traces_is_said_by_file_or_environment(
    tmp_path: Path,
) -> None:
    file = tmp_path / "config.toml"
    env = {"NOC_DATA": str(tmp_path)}
    assert load(environment=env, file=file).metrics == "localhost:9464"
    assert load(environment=env, file=file).traces == ""
    file.write_text('metrics = "127.0.0.1:9500"\ntraces = "http://127.0.0.1:4318"\n')
    config = load(environment=env, file=file)
    assert (config.metrics, config.traces) == ("127.0.0.1:9500", "http://127.0.0.1:4318")
    env |= {"NOC_METRICS": "", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://[::1]:4318"}
    config = load(environment=env, file=file)
    assert (config.metrics, config.traces) == ("", "http://[::1]:4318")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("vault_secrets = 'cellar'", "vault_secrets is"),
        ("vault_secrets = 'openbao'", "needs vault_address"),
        ("vault_address = 'https://bao:8200'", "needs vault_address"),
        ("vault_idle_min = -1", "vault_idle_min"),
    ],
)
def test_a_vault_that_is_told_by_halves_is_refused(
    tmp_path: Path, text: str, complaint: str
) -> None:
    file = tmp_path / "config.toml"
    file.write_text(text)
    with pytest.raises(Broken, match=complaint):
        load(environment={"NOC_DATA": str(tmp_path)}, file=file)
