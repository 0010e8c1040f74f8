"""Tries a login over SSH (asyncssh) and leaves at once: no command, no terminal."""

from __future__ import annotations

import asyncio
from typing import Any

from noc_console.adapters.command_line import SshCommandLine
from noc_console.kernel.errors import AuthRejected, Invalid, Unreachable
from noc_console.kernel.text import visible
from noc_console.services.credentials.model import SshLogin
from noc_console.services.hostkeys.model import HostKey

WHOLE_S = 20.0


class SshLoginTester:
    """See `services.vault.ports.LoginTester`."""

    async def host_key(self, host: str, port: int) -> HostKey:
        return await SshCommandLine().host_key(host, port)

    async def log_in(self, host: str, port: int, login: SshLogin, key: HostKey) -> str:
        # Only who tests a login waits for the library.
        import asyncssh

        trusted = asyncssh.import_public_key(key.key)
        kind = trusted.get_algorithm()
        kinds = ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"] if kind == "ssh-rsa" else [kind]
        try:
            async with (
                asyncio.timeout(WHOLE_S),
                asyncssh.connect(
                    host,
                    port,
                    username=login.user,
                    password=login.password.reveal() or None,
                    client_keys=_client_keys(login),
                    known_hosts=([trusted], [], []),
                    agent_path=None,
                    config=None,
                    connect_timeout=WHOLE_S / 2,
                    login_timeout=WHOLE_S / 2,
                    kex_algs="+diffie-hellman-group14-sha1",
                    server_host_key_algs=kinds,
                ) as connection,
            ):
                said = str(connection.get_extra_info("server_version") or "no version told")
                return visible(said, limit=100)
        except asyncssh.PermissionDenied:
            # Not "from": the library's error is no news, and may tell what was tried.
            raise AuthRejected(f"{host} refused the login {login.user}", peer=host) from None
        except (OSError, asyncssh.Error, TimeoutError) as error:
            said = visible(str(error), limit=200) or type(error).__name__
            raise Unreachable(f"{host}: {said}", peer=host) from error


def _client_keys(login: SshLogin) -> list[Any] | None:
    if not login.key:
        return None
    import asyncssh

    try:
        key = asyncssh.import_private_key(
            login.key.reveal(), login.passphrase.reveal() if login.passphrase else None
        )
        if not login.certificate:
            return [key]
        return [(key, asyncssh.import_certificate(login.certificate))]
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError):
        raise Invalid(
            f"the private key of {login.name} does not open: it is damaged, or its pass phrase is "
            "another",
            field="key",
        ) from None
