"""Whether a job makes sense, and when it is due."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from noc_console.kernel.errors import Invalid
from noc_console.kernel.text import visible
from noc_console.services.jobs.model import IN_CLEAR, Job, JobKind, is_in_clear
from noc_console.services.jobs.rules import lines
from noc_console.services.maintenance import repeating

_TITLE = 200
MOST_TARGETS = 5_000
LONGEST_SCRIPT = 200_000
LATE = timedelta(hours=1)
"""A time that nobody was there for is made up for within this; later it is left out."""


def checked(job: Job, *, now: datetime) -> Job:
    """The job as it will be kept. Raises Invalid, naming what is wrong."""
    title = visible(job.title.strip(), limit=_TITLE)
    if not title:
        raise Invalid("say what the job is for", field="title")
    if not 1 <= job.parallel <= 64:
        raise Invalid("1 to 64 devices at a time", field="parallel")
    if not 5 <= job.timeout_s <= 86_400:
        raise Invalid("it waits 5 s to a day", field="timeout_s")
    if len(job.targets) > MOST_TARGETS:
        raise Invalid(f"choose up to {MOST_TARGETS:,} objects", field="targets")
    if not job.targets and job.kind is not JobKind.AWX:
        raise Invalid("choose the devices", field="targets")
    made = replace(job, title=title, variables=_object(job.variables))
    if job.kind is JobKind.COMMANDS:
        made = replace(made, body=lines.check(job.body))
    elif job.kind is JobKind.PLAYBOOK:
        if not job.body.strip():
            raise Invalid("a playbook has at least one play", field="body")
        if len(job.body) > 1_000_000:
            raise Invalid("the playbook is longer than 1 MB", field="body")
    elif job.kind is JobKind.SCRIPT:
        if not job.body.strip():
            raise Invalid("the script is empty", field="body")
        if "\0" in job.body or len(job.body) > LONGEST_SCRIPT:
            raise Invalid("a script is a text of at most 200,000 characters", field="body")
        made = replace(made, body=job.body.replace("\r\n", "\n"))
    else:
        made = replace(made, server=server(job.server))
        if job.template_id <= 0:
            raise Invalid("choose a job template", field="template_id")
    return _timed(made, now)


def _object(text: str) -> str:
    if not text.strip():
        return ""
    try:
        made = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Invalid("the variables are no JSON object", field="variables") from error
    if not isinstance(made, dict):
        raise Invalid("the variables are no JSON object", field="variables")
    return text.strip()


def server(text: str) -> str:
    """The address of an AWX as it is kept. Raises Invalid."""
    parts = urlsplit(text.strip())
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
        raise Invalid("the address of AWX is https://HOST without a login", field="server")
    if is_in_clear(text.strip()):
        raise Invalid(IN_CLEAR, field="server")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def _timed(job: Job, now: datetime) -> Job:
    repeat = repeating.checked(job.repeat, job.zone)
    if job.starts_at is None:
        if repeat:
            raise Invalid("say when it begins for the first time", field="starts_at")
        return job
    if not repeat:
        if job.starts_at < now - timedelta(minutes=1):
            raise Invalid("that time is over", field="starts_at")
        return job
    made = replace(job, repeat=repeat)
    if next(times(made, after=now, before=now + repeating.FURTHEST), None) is None:
        raise Invalid("so repeated it never happens", field="repeat")
    return made


def times(job: Job, *, after: datetime, before: datetime) -> Iterator[datetime]:
    """When it begins, from `after` on and before `before`."""
    if job.starts_at is None or job.is_paused:
        return
    if not job.repeat:
        if after <= job.starts_at < before:
            yield job.starts_at
        return
    yield from repeating.times(
        job.repeat, job.zone, first=job.starts_at, after=after, before=before
    )


def due(job: Job, *, now: datetime) -> datetime | None:
    """The time of it that should have begun by now: the newest not too late."""
    found = tuple(times(job, after=now - LATE, before=now + timedelta(microseconds=1)))
    since = job.created_at
    fresh = [each for each in found if since is None or each >= since - timedelta(minutes=1)]
    return fresh[-1] if fresh else None


def said(job: Job) -> str:
    """How it is repeated, in words; "" for once."""
    return repeating.said(job.repeat, job.zone)
