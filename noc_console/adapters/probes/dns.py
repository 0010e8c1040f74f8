"""One question to one name server: its code, its answer, the serial of a zone."""

from __future__ import annotations

import asyncio
import time

import dns.asyncquery
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype

from noc_console.adapters.probes.connecting import elapsed_us, explained
from noc_console.kernel.text import visible
from noc_console.services.probes.model import ProbeState, Round
from noc_console.services.probes.settings import DnsSettings

MOST_SHOWN = 8
GAP_S = 0.05


async def ask(host: str, settings: DnsSettings) -> Round:
    """Ask as often as told, one question after the other; UDP, and TCP for what was cut."""
    rtts: list[int] = []
    words, reason = "", ""
    last: dns.message.Message | None = None
    try:
        name = dns.name.from_text(settings.name)
    except dns.exception.DNSException:
        told = f"{settings.name} is no name of DNS"
        return Round(ProbeState.WRONG, settings.count, error=told, reason="unexpected")
    for attempt in range(settings.count):
        if attempt:
            await asyncio.sleep(GAP_S)
        began = time.perf_counter()
        try:
            last = await _ask(host, name, settings)
            rtts.append(elapsed_us(began))
        except (OSError, TimeoutError) as error:
            words, reason = explained(error)
        except dns.exception.Timeout:
            words, reason = "no answer in time", "timeout"
        except dns.exception.DNSException as error:
            words, reason = f"the answer cannot be read: {type(error).__name__}", "malformed"
    if last is None:
        return Round(ProbeState.SILENT, settings.count, error=words, reason=reason)
    wrong = _wrong(last, settings)
    return Round(
        state=ProbeState.WRONG if wrong else ProbeState.WELL,
        sent=settings.count,
        rtts_us=tuple(rtts),
        error=wrong,
        reason="unexpected" if wrong else "",
        facts=_facts(last),
    )


async def _ask(host: str, name: dns.name.Name, settings: DnsSettings) -> dns.message.Message:
    question = dns.message.make_query(name, settings.type, use_edns=0)
    async with asyncio.timeout(settings.timeout_s):
        answer, _ = await dns.asyncquery.udp_with_fallback(
            question,
            host,
            timeout=settings.timeout_s,
            port=settings.port,
            # A forger's answer must not end the waiting for the true one.
            ignore_unexpected=True,
            ignore_errors=True,
        )
    return answer


def _wrong(answer: dns.message.Message, settings: DnsSettings) -> str:
    code = dns.rcode.to_text(answer.rcode())
    if code != settings.rcode:
        return f"the server says {code}"
    if not settings.expected:
        return ""
    found = _answers(answer)
    if any(settings.expected in each for each in found):
        return ""
    return f"the answer is {visible(', '.join(found) or 'empty', limit=200)}"


def _answers(answer: dns.message.Message) -> list[str]:
    return [data.to_text() for rrset in answer.answer for data in rrset]


def _facts(answer: dns.message.Message) -> tuple[tuple[str, str], ...]:
    """The code, the answers and, of a SOA, the serial. Time to live is left out: it counts down."""
    found = sorted(_answers(answer))
    facts = [("Code", dns.rcode.to_text(answer.rcode()))]
    if found:
        more = f" and {len(found) - MOST_SHOWN} more" if len(found) > MOST_SHOWN else ""
        facts.append(("Answer", visible(", ".join(found[:MOST_SHOWN]), limit=400) + more))
    facts.append(("Authoritative", "yes" if answer.flags & dns.flags.AA else "no"))
    for rrset in (*answer.answer, *answer.authority):
        if rrset.rdtype == dns.rdatatype.SOA:
            facts.append(("Serial", str(rrset[0].serial)))
            break
    return tuple(facts)
