"""A small AWX for tests: its HTTP interface, written from the published reference of version 2.

No AWX can run here (it wants Kubernetes), so this answers the calls that we make the way the "AWX
API Guide" says: paging, launch with `ignored_fields`, 201 and 202, `stdout` by lines as JSON,
`job_host_summaries`, bearer tokens. What it cannot prove is that a real one agrees with its guide.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "awx-token-one"


class Awx:
    """Its state: templates, jobs, and what each job will print before it ends."""

    def __init__(self) -> None:
        self.templates = [_template(n, f"Template {n:03}") for n in range(1, 231)]
        self.jobs: dict[int, dict[str, Any]] = {}
        self.url = ""
        self.steps = 3
        """How often a job is asked for its state before it is over."""
        self.outcome = "successful"

    def launch(self, template_id: int, given: dict[str, Any]) -> dict[str, Any]:
        template = self.templates[template_id - 1]
        ignored = {}
        if "limit" in given and not template["ask_limit_on_launch"]:
            ignored["limit"] = given["limit"]
        number = 40 + len(self.jobs)
        hosts = [name for name in str(given.get("limit", "")).split(",") if name] or ["localhost"]
        self.jobs[number] = {
            "id": number,
            "type": "job",
            "status": "pending",
            "extra_vars": json.dumps(given.get("extra_vars", {})),
            "hosts": hosts,
            "asked": 0,
            "job_explanation": "",
        }
        return {**self.jobs[number], "job": number, "ignored_fields": ignored}

    def advance(self, job: dict[str, Any]) -> None:
        if job["status"] == "canceled" or job["status"] == self.outcome:
            return
        job["asked"] += 1
        job["status"] = "running" if job["asked"] < self.steps else self.outcome


def _template(number: int, name: str) -> dict[str, Any]:
    return {
        "id": number,
        "name": name,
        "description": "",
        "playbook": "site.yml",
        "ask_limit_on_launch": number != 2,
        "ask_variables_on_launch": number != 3,
        "survey_enabled": False,
    }


@contextmanager
def awx() -> Iterator[Awx]:
    """One that listens on loopback until the test is over."""
    state = Awx()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            self._answer(None)

        def do_POST(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            self._answer(json.loads(self.rfile.read(size) or b"{}"))

        def _answer(self, given: dict[str, Any] | None) -> None:
            if self.headers.get("Authorization") != f"Bearer {TOKEN}":
                return self._send(401, {"detail": "Authentication credentials were not provided."})
            parts = urlsplit(self.path)
            status, body = _route(state, parts.path, parse_qs(parts.query), given)
            return self._send(status, body)

        def _send(self, status: int, body: Any) -> None:
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=lambda: server.serve_forever(0.02), daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _route(
    state: Awx, path: str, query: dict[str, list[str]], given: dict[str, Any] | None
) -> tuple[int, Any]:
    words = [word for word in path.split("/") if word][2:]
    if words == ["job_templates"]:
        return 200, _page(state.templates, path, query)
    if words[:1] == ["job_templates"] and words[2:] == ["launch"]:
        number = int(words[1])
        if not 1 <= number <= len(state.templates):
            return 404, {"detail": "Not found."}
        if given is None:
            return 200, state.templates[number - 1]
        return 201, state.launch(number, given)
    job = state.jobs.get(int(words[1])) if words[:1] == ["jobs"] and len(words) > 1 else None
    if job is None:
        return 404, {"detail": "Not found."}
    return _of_job(state, job, words[2:], path, query)


def _of_job(
    state: Awx, job: dict[str, Any], words: list[str], path: str, query: dict[str, list[str]]
) -> tuple[int, Any]:
    if not words:
        state.advance(job)
        return 200, job
    if words == ["stdout"]:
        lines = [f"line {n}\n" for n in range(job["asked"] * 2)]
        start = int(query.get("start_line", ["0"])[0])
        content = "".join(lines[start:])
        span = {"start": start, "end": len(lines), "absolute_end": len(lines)}
        return 200, {"range": span, "content": content}
    if words == ["cancel"]:
        if job["status"] in {"successful", "failed", "canceled"}:
            return 405, {"detail": 'Method "POST" not allowed.'}
        job["status"] = "canceled"
        return 202, {}
    rows = [
        {"id": n, "host_name": name, "ok": 3, "changed": int(n == 0), "failures": 0, "dark": 0,
         "skipped": 0, "rescued": 0, "ignored": 0, "failed": n == 1}
        for n, name in enumerate(job["hosts"])
    ]  # fmt: skip
    return 200, _page(rows, path, query)


def _page(rows: list[Any], path: str, query: dict[str, list[str]]) -> dict[str, Any]:
    size, number = int(query.get("page_size", ["25"])[0]), int(query.get("page", ["1"])[0])
    size = min(size, 200)
    part = rows[(number - 1) * size : number * size]
    more = number * size < len(rows)
    following = f"{path}?page={number + 1}&page_size={size}" if more else None
    return {"count": len(rows), "next": following, "previous": None, "results": part}
