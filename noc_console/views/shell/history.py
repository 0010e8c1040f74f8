"""Where the operator has been: back and forward, as in a browser."""

from __future__ import annotations

from dataclasses import dataclass, field

from noc_console.views.kit.desk import Route

LIMIT = 100


@dataclass(slots=True)
class History:
    """Places in order; going somewhere new forgets what lay ahead."""

    places: list[Route] = field(default_factory=list)
    at: int = -1

    def went(self, route: Route) -> None:
        if 0 <= self.at < len(self.places) and self.places[self.at] == route:
            return
        del self.places[self.at + 1 :]
        self.places.append(route)
        del self.places[:-LIMIT]
        self.at = len(self.places) - 1

    @property
    def can_back(self) -> bool:
        return self.at > 0

    @property
    def can_forward(self) -> bool:
        return self.at < len(self.places) - 1

    def back(self) -> Route | None:
        if not self.can_back:
            return None
        self.at -= 1
        return self.places[self.at]

    def forward(self) -> Route | None:
        if not self.can_forward:
            return None
        self.at += 1
        return self.places[self.at]
