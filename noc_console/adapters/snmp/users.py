"""SNMPv3 users out of credentials."""

from __future__ import annotations

from noc_console.kernel.errors import Invalid
from noc_console.services.credentials.model import SnmpCredential
from noc_console.wire import usm


def user_of(credential: SnmpCredential) -> usm.User:
    """The user with its master keys: about 3 ms, so once per credential and off the loop.

    Invalid when the credential cannot work anywhere.
    """
    try:
        return usm.make_user(
            credential.user,
            usm.AuthProtocol[credential.auth_protocol],
            credential.auth_secret.reveal().encode(),
            usm.PrivProtocol[credential.priv_protocol],
            credential.priv_secret.reveal().encode(),
        )
    except KeyError as error:
        raise Invalid(f"no SNMPv3 protocol is called {error}", field="protocol") from None
    except ValueError as error:
        raise Invalid(f"SNMPv3 user {credential.user}: {error}", field="credential") from None
