"""The poller's clock: it only goes forward, at its own pace, and counts sleep."""

from __future__ import annotations

from noc_console.kernel.clock import steady_s

__all__ = ["steady_s"]
