"""Notes, areas and pictures, on a real database."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from noc_console.kernel.actor import ALL_RIGHTS, Actor
from noc_console.kernel.errors import Invalid, NotAllowed, NotFound
from noc_console.services.maps.drawings import DrawingService
from noc_console.services.maps.model import Drawing, DrawingKind
from noc_console.services.maps.rules import check
from noc_console.services.maps.service import MapService
from tests.services.maps.rules.test_pictures import png

JAN = Actor("jan", "acme", frozenset({ALL_RIGHTS}))


@pytest.fixture
def store_url(tmp_path: Path) -> str:
    """Which database it is does not matter here: `test_store.py` asks both."""
    return f"sqlite:///{tmp_path}/noc.db"


def note(text: str = "hello", z: int = 0) -> Drawing:
    return Drawing(uuid4().hex, DrawingKind.NOTE, 10.0, 20.0, 160.0, 60.0, text, z=z)


async def test_what_is_drawn_comes_back_lowest_first(
    drawings: DrawingService, operator: Actor
) -> None:
    low, high = note("low", 1), note("high", 5)
    await drawings.draw(operator, map_id=0, put=(high, low))
    assert await drawings.drawings(operator) == (low, high)
    moved = replace(low, x=99.0, z=9)
    await drawings.draw(operator, map_id=0, put=(moved,), remove=(high.id,))
    assert await drawings.drawings(operator) == (moved,)


async def test_a_deed_is_done_whole_or_not_at_all(
    drawings: DrawingService, operator: Actor
) -> None:
    good, bad = note(), replace(note(), width=float("nan"))
    with pytest.raises(Invalid):
        await drawings.draw(operator, map_id=0, put=(good, bad))
    assert await drawings.drawings(operator) == ()


async def test_a_map_nobody_shared_is_drawn_on_by_its_owner_only(
    maps: MapService, drawings: DrawingService, operator: Actor
) -> None:
    made = await maps.create(operator, name="Core")
    with pytest.raises(NotFound):
        await drawings.draw(JAN, map_id=made.id, put=(note(),))
    await maps.share(operator, map_id=made.id)
    await drawings.draw(JAN, map_id=made.id, put=(note(),))
    assert len(await drawings.drawings(operator, map_id=made.id)) == 1
    looker = Actor("lea", "acme", frozenset({"topology.graph"}))
    with pytest.raises(NotAllowed):
        await drawings.draw(looker, map_id=made.id, put=(note(),))


async def test_a_copy_takes_the_drawings_along(
    maps: MapService, drawings: DrawingService, operator: Actor
) -> None:
    drawn = note()
    await drawings.draw(operator, map_id=0, put=(drawn,))
    made = await maps.copy(operator)
    assert await drawings.drawings(operator, map_id=made.id) == (drawn,)
    await maps.remove(operator, map_id=made.id)
    assert await drawings.drawings(operator) == (drawn,)


async def test_an_image_is_kept_once_and_must_be_kept_to_be_drawn(
    drawings: DrawingService, operator: Actor
) -> None:
    kept = await drawings.keep_image(operator, content=png(40, 30))
    again = await drawings.keep_image(operator, content=png(40, 30))
    assert kept == again and (kept.width, kept.height) == (40, 30)
    assert (await drawings.image(operator, hash=kept.hash)).content == png(40, 30)
    drawn = Drawing(uuid4().hex, DrawingKind.IMAGE, 0.0, 0.0, 400.0, 300.0, image=kept.hash)
    await drawings.draw(operator, map_id=0, put=(drawn,))
    with pytest.raises(Invalid, match="not kept"):
        await drawings.draw(operator, map_id=0, put=(replace(drawn, image="0" * 64),))


async def test_a_map_has_so_many_drawings_and_no_more(
    drawings: DrawingService, operator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check, "MOST_DRAWINGS", 3)
    await drawings.draw(operator, map_id=0, put=(note(), note(), note()))
    with pytest.raises(Invalid, match="at most 3"):
        await drawings.draw(operator, map_id=0, put=(note(),))
    assert len(await drawings.drawings(operator)) == 3
