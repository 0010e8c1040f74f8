"""What snmpd asks (`pass_persist`) about CISCO-CONFIG-COPY-MIB: a device that really sends.

    python config_copy.py PORT FILE [CAUSE]

PORT is where the TFTP server listens, FILE what is sent; with CAUSE it only fails for it. Rows
that were removed are noted beside the file.
"""

from __future__ import annotations

import socket
import sys
from pathlib import Path

ENTRY = ".1.3.6.1.4.1.9.9.96.1.1.1.1."


class Device:
    """The table, and the sending."""

    def __init__(self, port: int, file: Path, cause: int) -> None:
        self.port, self.file, self.cause = port, file, cause
        self.rows: dict[str, dict[int, str]] = {}

    def set(self, oid: str, value: str) -> str:
        column, _, row = oid.removeprefix(ENTRY).partition(".")
        told = value.partition(" ")[2].strip('"')
        if column == "14" and told == "6":
            self.rows.pop(row, None)
            with self.file.with_suffix(".removed").open("a") as removed:
                removed.write(row + "\n")
            return "DONE"
        if column == "14" and row in self.rows and 14 in self.rows[row]:
            return "inconsistent-value"
        self.rows.setdefault(row, {})[int(column)] = told
        if column == "14":
            self._go(self.rows[row])
        return "DONE"

    def get(self, oid: str) -> str:
        column, _, row = oid.removeprefix(ENTRY).partition(".")
        # snmpd looks before it sets, and sets only what is there: also rows that are not, yet.
        value = self.rows.get(row, {}).get(int(column), "0")
        return f"{oid}\ninteger\n{value}"

    def _go(self, row: dict[int, str]) -> None:
        wanted = {2: "1", 3: "4", 4: "1", 14: "4"}
        is_right = all(row.get(column) == value for column, value in wanted.items())
        cause = self.cause or (0 if is_right else 1)
        if not cause and not self._send(row[5], row[6]):
            cause = 3
        row[10], row[13] = ("4", str(cause)) if cause else ("3", "1")

    def _send(self, server: str, name: str) -> bool:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.settimeout(2)
            sock.connect((server, self.port))
            body = self.file.read_bytes()
            packet = b"\0\2" + name.encode() + b"\0octet\0"
            try:
                for number in range(len(body) // 512 + 2):
                    sock.send(packet)
                    if sock.recv(100) != b"\0\4" + number.to_bytes(2, "big"):
                        return False
                    part = body[number * 512 : number * 512 + 512]
                    packet = b"\0\3" + (number + 1).to_bytes(2, "big") + part
            except OSError:
                return False
        return True


def main() -> None:
    cause = int(sys.argv[3]) if len(sys.argv) > 3 else 0
    device = Device(int(sys.argv[1]), Path(sys.argv[2]), cause)
    lines = iter(sys.stdin.readline, "")
    for line in lines:
        match line.strip():
            case "PING":
                print("PONG", flush=True)
            case "get":
                print(device.get(next(lines).strip()), flush=True)
            case "set":
                oid = next(lines).strip()
                print(device.set(oid, next(lines).strip()), flush=True)
            case "getnext":
                next(lines)
                print("NONE", flush=True)
            case _:
                pass  # an empty line follows what is set


if __name__ == "__main__":
    main()
