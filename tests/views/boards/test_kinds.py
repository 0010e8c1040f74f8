"""Every kind of tile can be made, begins with something to show, and teaches what it is for."""

from __future__ import annotations

import pytest

from noc_console.services.boards import arranging
from noc_console.services.boards.model import Place, Tile, TileKind
from noc_console.views.boards.kinds import BY_KIND, SPECS, Ask, made


@pytest.mark.parametrize("kind", list(TileKind))
def test_a_kind_is_large_enough_and_explained(kind: TileKind) -> None:
    spec = BY_KIND[kind]
    width, height = arranging.least(kind)
    assert spec.size[0] >= width
    assert spec.size[1] >= height
    assert spec.teaches.endswith(".")
    names = {field.name for field in spec.fields}
    assert not spec.needs or spec.needs in names
    assert {name for name, _ in spec.starts} <= names
    for field in spec.fields:
        assert field.ask is not Ask.CHOICE or field.choices or field.depends


def test_the_gallery_has_each_kind_once() -> None:
    assert sorted(spec.kind for spec in SPECS) == sorted(TileKind)


async def test_every_kind_shows_something_without_any_option(context) -> None:
    for spec in SPECS:
        content = made(context, Tile(1, spec.kind, Place(0, 0, *spec.size)))
        content.resize(400, 200)
        content.show_loaded(await content.load())
        assert content.title()
        content.grab()
        content.deleteLater()
