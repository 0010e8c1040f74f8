"""What people draw on a map, and the pictures behind it."""

from __future__ import annotations

import asyncio

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Invalid
from noc_console.kernel.operation import operation
from noc_console.services.maps import store
from noc_console.services.maps.model import MAIN, Drawing, DrawingsChanged, Image
from noc_console.services.maps.rules import check, pictures


class DrawingService:
    """Notes, areas, lines and backgrounds. A deed is one write, whole or not at all."""

    def __init__(self, db: Database) -> None:
        self._db = db

    @operation("maps.drawings", right="topology.graph")
    async def drawings(self, actor: Actor, *, map_id: int = MAIN) -> tuple[Drawing, ...]:
        """What is drawn on a map, the lowest first."""
        async with self._db.read(actor) as tx:
            if map_id != MAIN:
                await store.get(tx, map_id)
            return await store.drawings_of(tx, map_id)

    @operation("maps.draw", right="maps.edit")
    async def draw(
        self,
        actor: Actor,
        *,
        map_id: int,
        put: tuple[Drawing, ...] = (),
        remove: tuple[str, ...] = (),
        what: str = "drawn",
    ) -> None:
        """Draw, change or take away notes, areas, lines and images, all in one go."""
        if not put and not remove:
            return
        for each in put:
            check.drawing(each)
        async with self._db.begin(actor) as tx:
            if map_id != MAIN:
                await store.get(tx, map_id)
            if not await store.has_images(tx, [each.image for each in put if each.image]):
                raise Invalid("the picture is not kept: add the image again", field="image")
            await store.draw(tx, map_id, put, remove)
            if await store.count_drawings(tx, map_id) > check.MOST_DRAWINGS:
                raise Invalid(f"a map has at most {check.MOST_DRAWINGS} drawings")
            tx.record(DrawingsChanged(map_id=map_id, put=len(put), removed=len(remove), what=what))

    async def keep_image(self, actor: Actor, *, content: bytes) -> Image:
        """Keep a picture for use as a background; Invalid when it is none, or too large."""
        actor.require("maps.edit")
        found = await asyncio.to_thread(pictures.read, content)
        async with self._db.begin(actor) as tx:
            await store.keep_image(tx, found)
            tx.record(DrawingsChanged(map_id=MAIN, put=0, removed=0, what="image"))
        return found

    @staticmethod
    def clean(text: str) -> str:
        """Typed or pasted words as a drawing may have them."""
        return check.clean(text)

    async def image(self, actor: Actor, *, hash: str) -> Image:
        """A kept picture with its bytes."""
        actor.require("topology.graph")
        async with self._db.read(actor) as tx:
            return await store.image(tx, hash)
