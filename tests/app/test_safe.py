from __future__ import annotations

from dataclasses import replace

import pytest

from noc_console.adapters.keyring import KeyFile, SystemSafe
from noc_console.adapters.vault.credential import SystemCredential
from noc_console.adapters.vault.file_vault import FileVault
from noc_console.app.compose import Services
from noc_console.app.config import Config
from noc_console.app.safe import keyring_of, place_of
from noc_console.kernel.secret import Secret
from noc_console.services.notify.settings import ChannelKind
from noc_console.views.notify.forms import new_channel


def test_the_key_lies_where_the_configuration_says(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(config.data))
    kinds = {"file": KeyFile, "system": SystemSafe, "passphrase": FileVault}
    kinds["credential"] = SystemCredential
    for name, kind in kinds.items():
        assert type(keyring_of(replace(config, vault=name))) is kind


async def test_a_vault_elsewhere_is_opened_when_it_is_named(config: Config) -> None:
    assert place_of(config) is None
    told = replace(
        config,
        vault_address="https://bao.example.net:8200",
        vault_role_id="role",
        vault_secret_id_file=str(config.data / "secret-id"),
    )
    place = place_of(told)
    assert place is not None
    assert place.label == "OpenBao at bao.example.net:8200"
    await place.close()


async def test_what_has_secrets_beside_credentials_is_told_by_its_name(
    services: Services,
) -> None:
    actor = services.identity.operator()
    channel = replace(new_channel(ChannelKind.WEBHOOK), name="chat")
    hook = Secret("https://chat.example.net/hook")
    await services.notify.save_channel(actor, wanted=channel, secret=hook, key=Secret(""))
    [line] = await services.vault.entries(actor)
    assert (line.name, line.kind) == ("chat", "Channel")
