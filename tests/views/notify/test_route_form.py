from __future__ import annotations

from datetime import time

from noc_console.services.alarms.model import Severity
from noc_console.services.notify.model import (
    Channel,
    ChannelId,
    Contact,
    ContactId,
    Group,
    GroupId,
    Match,
    Route,
    RouteId,
    Turn,
)
from noc_console.services.notify.settings import ChannelKind
from noc_console.views.notify.route_form import RouteForm

MAIL = Channel(ChannelId(1), "mail", ChannelKind.EMAIL)
ROUTE = Route(
    RouteId(4),
    "nights",
    2,
    Match(
        Severity.MINOR,
        Severity.MAJOR,
        ("Delft", "North*"),
        ("olt",),
        ("power*",),
        ("core-*",),
        10,
        frozenset({0, 6}),
        time(22),
        time(6),
        "Europe/Berlin",
    ),
    frozenset({Turn.RAISED, Turn.UNACKED}),
    7.5,
    (MAIL.id,),
    (ContactId(2),),
    (GroupId(3),),
    "core",
    15.0,
    True,
    False,
)


def form_of(route: Route) -> RouteForm:
    return RouteForm(
        None,
        route,
        channels=[MAIL],
        contacts=[Contact(ContactId(2), "Mira")],
        groups=[Group(GroupId(3), "noc")],
        policies=["core", "access"],
    )


async def test_a_route_comes_out_of_its_form_as_it_went_in():
    made = form_of(ROUTE).route()
    assert made == ROUTE and all(isinstance(each, Turn) for each in made.turns)


async def test_a_route_without_a_channel_is_refused_in_place():
    form = form_of(Route(RouteId(0), "new"))
    form.show()
    form.accept()
    assert form.isVisible() and "at least one channel" in form.problem.text()
    form.channels.tick(MAIL.id)
    form.accept()
    assert not form.isVisible()
