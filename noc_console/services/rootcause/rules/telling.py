"""Verdicts in the operator's words: a sentence for the desk, the steps for who asks why."""

from __future__ import annotations

from noc_console.kernel.text import plural
from noc_console.services.alarms.model import Alarm, Condition
from noc_console.services.rootcause.rules.causes import Causes, Reason
from noc_console.services.rootcause.rules.known import Known
from noc_console.services.rootcause.rules.shade import BOX, CABLE

_SENTENCES = {
    "behind": "every known way to it passes {box}, which does not answer",
    "cut": "every known way to it passes the link {cable}, which is down",
    "neighbour": "the far end of the link is {box}, which does not answer",
    "other end": "the other end of the same link, {name}, tells of it as well",
    "flaps": "one of the ups and downs of {object}",
    "gasp": "its last word was that it lost its power",
    "power": "its site lost power: {name}",
    "supply": "the same supply said so already",
    "card": "the port sits on a card in trouble: {name}",
    "members": "every member of the LAG is down",
    "part": "it runs on the port {port}, which is down",
    "port": "it depends on the port {port}, which is down",
    "peer": "the other end of the session is {box}, which does not answer",
    "peer link": "the session runs over the link {cable}, which is down",
    "twin": "the other end of the same session tells of it as well",
    "asked": "{box} does not answer, so nothing that asks it gets an answer",
    "tree": "its PON port is in trouble: {name}",
    "feeder": "most ONUs of its PON port went dark: {name}",
    "powerless": "many ONUs of its PON port lost their power",
}


def sentence(engine: Known, causes: Causes, alarm_id: int) -> str:
    """Why an alarm is folded under its root, in one sentence."""
    reason, root = engine.reason_of(alarm_id), engine.root_of(alarm_id)
    if reason is None:
        return "everything on this device comes from the same root"
    text = _sentence(engine, causes, reason)
    parent = engine.alarm_at(causes, reason.ref)
    if root is None or (parent is not None and parent.id == root):
        return text
    return f"{text}; that comes from {named(engine.standing.alarms[root])}"


def _sentence(engine: Known, causes: Causes, reason: Reason) -> str:
    alarm = engine.alarm_at(causes, reason.ref)
    kind, number = reason.ref
    return _SENTENCES[reason.kind].format(
        box=engine.ground.boxes[number].name if kind == BOX else "",
        cable=cable_name(engine, number) if kind == CABLE else "",
        name="" if alarm is None else named(alarm),
        object="" if alarm is None else object_name(alarm),
        port="" if alarm is None else alarm.interface_name or alarm.device_name,
    )


def steps(engine: Known, causes: Causes, alarm_id: int) -> tuple[str, ...]:
    """The chain from an alarm to its root: each link of it with the facts it rests on."""
    told = []
    alarm = engine.standing.alarms[alarm_id]
    seen = set()
    told.append(f"{named(alarm)} stands since {_when(alarm)}.")
    while (reason := engine.reason_of(alarm.id)) is not None and alarm.id not in seen:
        seen.add(alarm.id)
        parent = engine.alarm_at(causes, reason.ref)
        if parent is None:
            break
        told.append(f"It comes from {named(parent)}: {_sentence(engine, causes, reason)}.")
        if reason.kind in ("behind", "cut") and (way := path(engine, alarm)):
            told.append(f"The way: {' → '.join(way)}.")
        told.append(f"{named(parent)} stands since {_when(parent)}.")
        alarm = parent
    if not seen and engine.root_of(alarm_id) is not None:
        told.append("Everything else on this device comes from the same root.")
    return tuple(told)


def own_steps(engine: Known, causes: Causes, alarm: Alarm) -> tuple[str, ...]:
    """Why an alarm stands for itself: what would have explained it, and does not."""
    told = [f"{named(alarm)} stands since {_when(alarm)}."]
    box = engine.ground.number.get(alarm.about.device_id)
    if box is None:
        told.append("It is about no device of the network, so nothing in the network explains it.")
        return tuple(told)
    if alarm is engine.standing.box(alarm.about.device_id):
        told += _doors(engine, box)
    elif alarm is engine.standing.line(alarm.about.interface_id):
        told += _far_ends(engine, alarm)
    elif alarm.condition in (Condition.UNREACHABLE, Condition.INTERFACE_DOWN):
        told.append("Nothing that would explain it stands on the desk.")
    else:
        told.append(
            "Nothing it depends on is in trouble: it has a cause of its own, whatever else "
            f"stands on {engine.ground.boxes[box].name}."
        )
    return (*told, *_behind(engine, alarm))


def _behind(engine: Known, alarm: Alarm) -> list[str]:
    """What a root is weighed by, as far as a number alone would be misread."""
    told = []
    if many := len(engine.behind.get(int(alarm.id), set()) & engine.lit):
        told.append(
            f"{plural(many, 'device')} behind it still answer, over a management network or a way "
            "nobody knows: they count as cut off, for the map has no other way to them."
        )
    if others := engine.shared.get(int(alarm.id)):
        names = sorted(named(engine.standing.alarms[one]) for one in others)
        told.append(f"Some of it is cut off only together with {', '.join(names[:5])}.")
    return told


def _doors(engine: Known, box: int) -> list[str]:
    """For a dead device: the neighbours through which it should have been reached."""
    ground, shade = engine.ground, engine.shade
    told = []
    for other, cable in ground.arcs[box]:
        name = ground.boxes[other].name
        far = ground.plug(cable, other)
        port = f" ({far.name})" if far.name else ""
        if not shade.is_lit(other):
            answers = "still answers, but by the map is" if other in engine.lit else "is"
            told.append(f"{name}{port} beside it {answers} cut off as well.")
        elif engine.standing.line(far.port) is not None:
            told.append(f"{name}{port} is reached, and alone says that its port to it is down.")
        else:
            told.append(f"{name}{port} is reached and its port to it is up: a way to its door.")
    if not ground.arcs[box]:
        told.append("No link of it is known, so nothing is known that it stands behind.")
    return told


def _far_ends(engine: Known, alarm: Alarm) -> list[str]:
    ground, told = engine.ground, []
    port = alarm.about.interface_id
    for cable in ground.by_port.get(port or 0, ()):
        box = ground.a[cable] if ground.cables[cable].a.port == port else ground.b[cable]
        far_box = ground.other(cable, box)
        far = ground.plug(cable, far_box)
        name = f"{ground.boxes[far_box].name} {far.name}".strip()
        if engine.standing.line(far.port) is not None:
            told.append(f"{name}, the far end, is down as well and folded under this end.")
        elif engine.standing.box(far.device_id) is not None:
            told.append(f"{name}, the far end, does not answer.")
        else:
            told.append(f"{name}, the far end, answers and does not say that its port is down.")
    return told or ["No link is known on this port: nothing beyond it can explain it."]


def path(engine: Known, alarm: Alarm) -> tuple[str, ...]:
    """The devices from an alarm's own to what stops the light."""
    at = engine.ground.number.get(alarm.about.device_id)
    names: list[str] = []
    while at is not None and len(names) <= len(engine.ground.boxes):
        names.append(engine.ground.boxes[at].name)
        step = engine.shade.via.get(at)
        at = None if step is None else step[0]
    return tuple(names)


def cable_name(engine: Known, cable: int) -> str:
    """A link by its ends."""
    ground = engine.ground
    ends = []
    for box, plug in (
        (ground.a[cable], ground.cables[cable].a),
        (ground.b[cable], ground.cables[cable].b),
    ):
        ends.append(f"{ground.boxes[box].name} {plug.name}".strip())
    return " – ".join(ends)


def object_name(alarm: Alarm) -> str:
    """What an alarm is about, for people."""
    return f"{alarm.device_name} {alarm.interface_name}".strip() or alarm.about.key


def named(alarm: Alarm) -> str:
    """An alarm for people: what is wrong with what."""
    return f"{alarm.condition.replace('-', ' ')} of {object_name(alarm)}"


def _when(alarm: Alarm) -> str:
    return f"{alarm.first_seen:%Y-%m-%d %H:%M:%S} UTC"
