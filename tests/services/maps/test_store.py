"""Maps, views and drawings in the database, on both kinds of it."""

from __future__ import annotations

from uuid import uuid4

from noc_console.kernel.actor import Actor
from noc_console.services.inventory.model import DeviceId, DeviceType, SiteId
from noc_console.services.maps.drawings import DrawingService
from noc_console.services.maps.model import (
    Drawing,
    DrawingKind,
    Selector,
    Shows,
    Tint,
)
from noc_console.services.maps.service import MapService
from noc_console.services.topology.model import Projection
from tests.services.maps.rules.test_pictures import png


async def test_everything_comes_back_as_it_was_put(
    maps: MapService, drawings: DrawingService, operator: Actor, ids: dict[str, DeviceId]
) -> None:
    chosen = await maps.create(
        operator,
        name="OLTs",
        shows=Shows.SELECTED,
        sites=(1,),
        types=(DeviceType.OLT,),
        words="prg -old",
    )
    assert chosen.selector == Selector((SiteId(1),), (DeviceType.OLT,), "prg -old")
    own = await maps.create(operator, name="Own", device_ids=tuple(ids.values())[:9])
    assert (await maps.maps(operator))[1:] == (chosen, own)
    view = await maps.save_view(
        operator,
        map_id=own.id,
        name="West",
        x=1.5,
        y=-2.0,
        scale=0.25,
        key=3,
        projection=Projection.LAYERED,
        layer="errors",
        folded=("site:1", "ring:2"),
    )
    assert await maps.views(operator, map_id=own.id) == (view,)
    image = await drawings.keep_image(operator, content=png(8, 8))
    put = (
        Drawing(
            uuid4().hex,
            DrawingKind.POLYGON,
            1.0,
            2.0,
            3.0,
            4.0,
            "Žižkov",
            Tint.TEAL,
            ((0.0, 0.0), (1.0, 0.5), (0.2, 1.0)),
            7,
            0.5,
            True,
        ),
        Drawing(uuid4().hex, DrawingKind.IMAGE, 0.0, 0.0, 8.0, 8.0, z=8, image=image.hash),
    )
    await drawings.draw(operator, map_id=own.id, put=put)
    assert await drawings.drawings(operator, map_id=own.id) == put
    assert (await drawings.image(operator, hash=image.hash)).content == png(8, 8)
    await maps.remove(operator, map_id=own.id)
    assert await maps.views(operator) == ()
