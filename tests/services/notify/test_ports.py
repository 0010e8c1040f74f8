from __future__ import annotations

from noc_console.kernel.errors import NocError
from noc_console.services.notify.ports import NotSent


def test_what_is_gone_is_final():
    gone = NotSent("HTTP 410", is_gone=True)
    assert gone.is_final and gone.is_gone and isinstance(gone, NocError)
    later = NotSent("HTTP 500", retry_after_s=3)
    assert not later.is_final and later.retry_after_s == 3 and not later.is_ours
