"""A tile looks as far back as its board, or as it was told."""

from __future__ import annotations

from noc_console.services.boards.model import SPANS, TileKind
from noc_console.services.top.model import TopSpan
from noc_console.views.boards.content import SECONDS


async def test_a_tile_has_the_span_of_its_board_or_its_own(content) -> None:
    as_board = content(TileKind.GRAPH, curves="device:1/cpu").content
    own = content(TileKind.GRAPH, span="7d", curves="device:1/cpu").content
    assert as_board.span().seconds == 6 * 3600
    assert own.span().seconds == 7 * 86_400
    assert as_board.top_span is TopSpan.DAY
    assert own.top_span is TopSpan.WEEK


def test_every_span_of_a_board_is_known_in_seconds() -> None:
    assert set(SECONDS) == set(SPANS)
