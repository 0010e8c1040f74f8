"""What hears devices speak unasked: traps and informs, log lines by UDP, TCP and TLS; accounts
by TACACS+ (`accounts`)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import structlog

from noc_console.adapters.syslog import open_syslog_receiver
from noc_console.adapters.syslog_stream import open_syslog_stream, tls_context
from noc_console.adapters.traps import open_trap_receiver
from noc_console.app.accounts import Accounts
from noc_console.app.compose import Services
from noc_console.app.supervise import PATIENCE_S, Supervisor
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Broken, NotFound, Unreachable
from noc_console.kernel.events import Event
from noc_console.services.alarms.aging import AgingService
from noc_console.services.credentials.model import CredentialChanged, SnmpCredential
from noc_console.services.detection.model import Family, RulesChanged
from noc_console.services.intake.judging import EventJudge
from noc_console.services.intake.workers import IntakeWorker, LinesKeeper
from noc_console.services.secrets.model import Locked

LEARN_AGAIN_S = 30.0
"""Until a vault that did not open is asked for the users of SNMPv3 again."""
_log = structlog.get_logger("hearing")


class _Counting(Protocol):
    def drops(self) -> dict[str, int]: ...


class Hearing:
    """The listeners of a process and the worker they feed."""

    def __init__(self, services: Services, actor: Actor) -> None:
        self._services = services
        self._actor = actor
        self.judge = EventJudge(
            services.events,
            alarms=services.alarms,
            aging=AgingService(services.db),
            inventory=services.inventory,
            intake=services.intake,
            clock=services.clock,
            actor=actor,
        )
        self.worker = IntakeWorker(
            services.intake,
            services.inventory,
            bus=services.bus,
            actor=actor,
            hint=services.samples.hint,
            name_of=services.mibs.name_of,
            book=services.events,
            judge=self.judge,
        )
        self.accounts = Accounts(services, actor)
        self._listeners: dict[str, _Counting] = {}
        self._places: dict[str, str] = {}

    def start(self, keeper: Supervisor) -> None:
        """Start every listener; each is started again by itself when it falls."""
        keeper.start("intake", self.worker.run, patience_s=PATIENCE_S)
        keeper.start("events", self.judge.run, patience_s=PATIENCE_S)
        keeper.start("event rules", self._follow_rules, is_endless=True)
        keeper.start("lines", LinesKeeper(self._services.intake).run, is_endless=True)
        keeper.start("traps", self._hear_traps, is_endless=True)
        keeper.start("syslog", self._hear_syslog, is_endless=True)
        keeper.start("syslog tcp", self._hear_stream, is_endless=True)
        self.accounts.start(keeper)
        if self._services.config.syslog_tls_certificate:
            keeper.start("syslog tls", self._hear_tls, is_endless=True)

    def health(self) -> Mapping[str, Any]:
        """For the pulse: what was heard, what was lost and why, and where is listened."""
        told = dict(self.worker.health())
        drops = {**told["drops"], **self.judge.dropped, **self.accounts.drops()}
        for name, listener in self._listeners.items():
            drops |= {f"{name}: {reason}": n for reason, n in listener.drops().items() if n}
        told |= {**self.judge.health(), **self.accounts.book.health()}
        places = {**self._places, **self.accounts.place}
        told |= {"drops": drops, "dropped": sum(drops.values()), "hearing": places}
        return told

    def _note(self, name: str, listener: _Counting, place: str) -> None:
        self._listeners[name] = listener
        self._places[name] = place

    async def _follow_rules(self) -> None:
        """Rules of operators come into force when they are kept."""
        services = self._services
        changed = asyncio.Event()

        def hear(events: Sequence[Event]) -> None:
            if any(isinstance(e, RulesChanged) and e.family == Family.EVENT for e in events):
                changed.set()

        stop = services.bus.listen(hear)
        try:
            while True:
                changed.clear()
                own = await services.detection.event_changes(self._actor)
                if wrong := services.events.adopt(own):
                    _log.warning("event rules that cannot be read", rules=wrong)
                await changed.wait()
        finally:
            stop()

    async def _hear_traps(self) -> None:
        """v3 users are those of the vault, learnt anew when it changes."""
        services, config = self._services, self._services.config
        changed = asyncio.Event()

        def hear(events: Sequence[Event]) -> None:
            if any(isinstance(event, CredentialChanged) for event in events):
                changed.set()

        async def learn() -> tuple[SnmpCredential, ...] | None:
            # A vault that does not open (yet) must not cost the traps of everybody else.
            try:
                opened = await services.credentials.opened(self._actor)
            except (Broken, Locked, NotFound, Unreachable) as error:
                _log.warning("SNMPv3 traps are not understood", why=str(error))
                return None
            return tuple(credential for _, credential in opened)

        stop = services.bus.listen(hear)
        try:
            async with open_trap_receiver(
                self.worker.take_trap,
                clock=services.clock,
                bind=config.listen,
                ports=ports(config.trap_port, config.trap_port_fallback),
            ) as receiver:
                assert receiver.listener is not None
                self._note("traps", receiver, f"UDP {receiver.listener.port}")
                while True:
                    changed.clear()
                    known = await learn()
                    if known is not None:
                        await receiver.admit(known, any_community=True)
                    try:
                        async with asyncio.timeout(LEARN_AGAIN_S if known is None else None):
                            await changed.wait()
                    except TimeoutError:
                        pass
        finally:
            stop()

    async def _hear_syslog(self) -> None:
        config = self._services.config
        async with open_syslog_receiver(
            self.worker.take_line,
            clock=self._services.clock,
            bind=config.listen,
            ports=ports(config.syslog_port, config.syslog_port_fallback),
        ) as receiver:
            assert receiver.listener is not None
            self._note("syslog", receiver, f"UDP {receiver.listener.port}")
            await asyncio.Event().wait()

    async def _hear_stream(self) -> None:
        config = self._services.config
        async with open_syslog_stream(
            self.worker.take_line,
            clock=self._services.clock,
            bind=config.listen,
            ports=ports(config.syslog_port, config.syslog_port_fallback),
        ) as listener:
            self._note("syslog tcp", listener, f"TCP {listener.port}")
            await asyncio.Event().wait()

    async def _hear_tls(self) -> None:
        config = self._services.config
        given = config.syslog_tls_authorities
        context = tls_context(
            Path(config.syslog_tls_certificate),
            Path(config.syslog_tls_key),
            Path(given) if given else None,
        )
        async with open_syslog_stream(
            self.worker.take_line,
            clock=self._services.clock,
            bind=config.listen,
            ports=(config.syslog_tls_port,),
            tls=context,
        ) as listener:
            self._note("syslog tls", listener, f"TCP {listener.port}")
            await asyncio.Event().wait()


def ports(*numbers: int) -> tuple[int, ...]:
    """The standard port, then the one that needs no privilege; each once."""
    return tuple(dict.fromkeys(numbers))
