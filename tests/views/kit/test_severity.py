"""Severity: told by shape, letter and word as well as by colour."""

from __future__ import annotations

from itertools import combinations

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage

from noc_console.services.alarms.model import Severity
from noc_console.services.inventory.model import Reachability
from noc_console.views.kit.severity import (
    LETTERS,
    SeveritySign,
    severity_pixmap,
    severity_word,
    shape,
    state_icon,
)
from noc_console.views.kit.theme import THEMES, look

# Linear RGB matrices of Viénot, Brettel & Mollon 1999 / Machado 2009, severity 1.0.
SIGHT = {
    "protan": ((0.152, 1.053, -0.205), (0.115, 0.786, 0.099), (-0.004, -0.048, 1.052)),
    "deutan": ((0.367, 0.861, -0.228), (0.280, 0.673, 0.047), (-0.012, 0.043, 0.969)),
    "tritan": ((1.256, -0.077, -0.179), (-0.078, 0.931, 0.148), (0.005, 0.691, 0.304)),
    "grey": ((0.299, 0.587, 0.114),) * 3,
}
Pixels = list[tuple[float, float, float]]


def seen(severity: Severity, sight: str, *, quiet: bool) -> Pixels:
    image = severity_pixmap(severity, 16, quiet=quiet, ratio=1.0).toImage()
    ground = look().color("surface.field")
    matrix = SIGHT[sight]
    pixels = []
    for y in range(16):
        for x in range(16):
            color = image.pixelColor(x, y)
            a = color.alphaF()
            rgb = [
                c * a + g * (1 - a)
                for c, g in zip(color.getRgbF()[:3], ground.getRgbF()[:3], strict=True)
            ]
            pixels.append(
                tuple(sum(m * c for m, c in zip(row, rgb, strict=True)) for row in matrix)
            )
    return pixels  # type: ignore[return-value]


def difference(one: Pixels, other: Pixels) -> int:
    """How many pixels a glance can tell apart."""
    return sum(
        max(abs(a - b) for a, b in zip(p, q, strict=True)) > 0.2
        for p, q in zip(one, other, strict=True)
    )


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("quiet", [False, True])
def test_all_signs_differ_for_every_kind_of_sight(theme: str, sight: str, quiet: bool) -> None:
    look().use(theme)
    signs = {severity: seen(severity, sight, quiet=quiet) for severity in Severity}
    for one, other in combinations(Severity, 2):
        assert difference(signs[one], signs[other]) >= 12, (one, other)


def test_acknowledged_signs_are_outlines() -> None:
    for severity in (Severity.CRITICAL, Severity.MAJOR, Severity.MINOR, Severity.WARNING):
        assert seen(severity, "grey", quiet=True) != seen(severity, "grey", quiet=False)


def test_every_severity_has_a_word_and_its_letter() -> None:
    assert {severity_word(severity) for severity in Severity} >= {"Critical", "Major", "Minor"}
    assert [LETTERS[s] for s in sorted(Severity, reverse=True)] == ["C", "M", "m", "W", "?", ""]


def test_shapes_have_their_corners() -> None:
    box = QRectF(0, 0, 16, 16)
    corners = {s: shape(s, box).elementCount() for s in (Severity.CRITICAL, Severity.MAJOR)}
    assert corners[Severity.CRITICAL] - 1 == 8
    assert corners[Severity.MAJOR] - 1 == 3


def image_of(reachability: Reachability, worst: Severity = Severity.CLEARED) -> QImage:
    return state_icon(reachability, worst).pixmap(14, 14).toImage()


def test_the_ring_of_a_healthy_device_has_no_colour() -> None:
    image = image_of(Reachability.UP)
    for y in range(image.height()):
        for x in range(image.width()):
            color = image.pixelColor(x, y)
            assert color.alpha() < 128 or color.saturationF() < 0.25


def test_up_down_and_unknown_differ_without_colour() -> None:
    up, down, unknown = map(image_of, (Reachability.UP, Reachability.DOWN, Reachability.UNKNOWN))
    assert up != unknown
    middle = up.width() // 2, up.height() // 4
    assert up.pixelColor(*middle).alpha() == 0
    assert down.pixelColor(*middle).alpha() == 255


def test_the_ring_takes_the_colour_of_the_worst_alarm() -> None:
    assert image_of(Reachability.UP, Severity.MAJOR) != image_of(Reachability.UP)


def test_a_sign_says_its_word_to_a_screen_reader() -> None:
    sign = SeveritySign()
    sign.show_sign(Severity.MAJOR)
    assert sign.accessibleName() == "Major"
    assert not sign.grab().isNull()


def test_where_no_alarm_is_of_a_severity_its_sign_has_no_colour() -> None:
    sign = SeveritySign()
    sign.show_sign(Severity.CRITICAL, absent=True)

    def most_saturated() -> int:
        image = QImage(sign.size(), QImage.Format.Format_ARGB32)
        image.fill(0)
        sign.render(image)
        dots = (image.pixelColor(x, y) for x in range(18) for y in range(18))
        return max(dot.saturation() for dot in dots if dot.alpha() > 100)

    grey = most_saturated()
    sign.show_sign(Severity.CRITICAL)
    assert grey < 100 < most_saturated()
