"""Two texts beside each other, masked for the eye and whole for the comparison."""

from __future__ import annotations

from noc_console.services.configs.comparison import Side, side_by_side

LEFT = Side("a", ["user x", "enable secret 5 one", "end"])
RIGHT = Side("b", ["user x", "enable secret 5 two", "end"])


def test_what_differs_is_found_in_what_nobody_sees() -> None:
    found = side_by_side(LEFT, RIGHT)
    assert found.left == found.right == ("user x", "enable secret 5 ••••••", "end")
    assert found.diff.added == found.diff.removed == 1
    assert "--- a\n+++ b\n@@ -1,3 +1,3 @@" in found.unified()


def test_who_may_see_it_sees_it_and_equals_tell_nothing() -> None:
    assert side_by_side(LEFT, RIGHT, with_secrets=True).right[1].endswith("two")
    assert side_by_side(LEFT, LEFT).unified() == ""
