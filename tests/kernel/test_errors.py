from __future__ import annotations

import pytest

from noc_console.kernel import errors


@pytest.mark.parametrize(
    ("error", "move"),
    [
        (errors.Invalid("no", field="name"), errors.Refused),
        (errors.NotFound("no"), errors.Refused),
        (errors.Conflict("no"), errors.Refused),
        (errors.NotAllowed("no"), errors.Refused),
        (errors.AuthRejected("no", peer="r1"), errors.Unreachable),
    ],
)
def test_every_error_says_whose_move_it_is(error: Exception, move: type[Exception]) -> None:
    assert isinstance(error, move)
    assert isinstance(error, errors.NocError)
    assert str(error) == "no"


def test_the_network_s_errors_name_peer_and_class() -> None:
    late = errors.Unreachable("r1 is silent", peer="r1", reason="timeout")
    assert (late.peer, late.reason) == ("r1", "timeout")
    assert errors.AuthRejected("no", peer="r1").reason == "auth"
