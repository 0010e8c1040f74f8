"""Sites on the map."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter

from noc_console.views.topology.camera import Camera
from noc_console.views.topology.hulls import SiteShape, shapes
from noc_console.views.topology.ink import ink
from noc_console.views.topology.scene import Scene
from noc_console.views.topology.sites import Paper, SiteArtist, bubble_radius, words
from tests.views.topology.drawn import graph, places

PAPER = Paper(900, 500, 1.0)


def sites(*, trouble: bool = False) -> tuple[SiteShape, ...]:
    scene = Scene()
    scene.show(graph(trouble=trouble), places())
    return shapes(scene)


@pytest.fixture
def artist() -> SiteArtist:
    return SiteArtist(ink(), 1.0)


def test_a_place_and_its_street_are_two_lines() -> None:
    site = sites()[0]
    assert words(site) == ("Delft", "4 devices")
    assert words(replace(site, name="Paris, Rue Monge 5, rack 2")) == (
        "Paris",
        "Rue Monge 5, rack 2",
    )


def test_titles_stand_above_and_never_over_each_other(artist: SiteArtist) -> None:
    titles = artist.place_titles(sites(), Camera(1.0, 200, 200), PAPER)
    assert [title.name for title in titles] == ["Delft", "Gouda"]
    for title in titles:
        assert title.bottom < 200 + title.site.outline[:, 1].min()
    crowded = tuple(replace(site, outline=sites()[0].outline) for site in sites() * 3)
    placed = artist.place_titles(crowded, Camera(1.0, 200, 200), PAPER)
    assert len(placed) == 2, "one above, one below, the others keep their name to themselves"
    assert not placed[0].overlaps(placed[1])


def test_the_troubled_are_named_first(artist: SiteArtist) -> None:
    troubled = sites(trouble=True)
    same = tuple(replace(site, outline=troubled[0].outline) for site in troubled)
    placed = artist.place_titles(same, Camera(1.0, 200, 200), PAPER)
    assert placed[0].site.worst == max(site.worst for site in same)


def test_small_or_unseen_sites_have_no_title(artist: SiteArtist) -> None:
    assert artist.place_titles(sites(), Camera(0.05, 400, 200), PAPER) == ()
    assert artist.place_titles(sites(), Camera(1.0, 5000, 200), PAPER) == ()


def test_bubbles_grow_with_their_devices_and_stand_in_the_middle(artist: SiteArtist) -> None:
    assert bubble_radius(1) < bubble_radius(20) < bubble_radius(5000)
    centres, radii = artist.bubbles(sites(), 2, Camera(2.0, 10, 20), Paper(900, 500, 1.5))
    assert centres[0] == pytest.approx((sites()[0].centre * 2.0 + (10, 20)) * 1.5)
    assert (radii > 0).all()


def test_outlines_and_bubbles_are_drawn(artist: SiteArtist) -> None:
    for draw in ("hulls", "bubbles"):
        image = QImage(900, 500, QImage.Format.Format_RGB32)
        image.fill(ink().ground)
        painter = QPainter(image)
        camera = Camera(1.0, 200, 200)
        if draw == "hulls":
            artist.paint_hulls(painter, sites(), camera, PAPER)
            artist.paint_titles(painter, artist.place_titles(sites(), camera, PAPER), PAPER)
        else:
            centres, radii = artist.bubbles(sites(), 2, camera, PAPER)
            artist.paint_bubbles(painter, sites(), centres, radii, PAPER)
        painter.end()
        bits = np.frombuffer(image.constBits(), np.uint8).reshape(500, 900, 4)
        assert bits.std() > 1
