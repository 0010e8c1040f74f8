"""The MIBs of the console for tests: the index is built once a run, vendor MIBs are small texts."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from noc_console.adapters.mibs import PysmiCompiler, Shelf, SqliteMibIndex
from noc_console.db.database import Database
from noc_console.services.mibs.service import MibService

SHIPPED = Path(__file__).resolve().parents[2] / "resources" / "mibs"


@cache
def _built() -> Path:
    """An index of what ships, to be copied: building one takes half a second."""
    folder = Path(mkdtemp(prefix="noc-mibs-"))
    index = SqliteMibIndex(Shelf(SHIPPED, folder), folder / "index.db")
    index.open()
    index.close()
    return folder / "index.db"


def open_index(folder: Path) -> SqliteMibIndex:
    """An index of what ships, in a folder of the test's own."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(_built(), folder / "index.db")
    return SqliteMibIndex(Shelf(SHIPPED, folder), folder / "index.db")


def mib_service(db: Database, folder: Path) -> MibService:
    return MibService(db, open_index(folder), PysmiCompiler(Shelf(SHIPPED, folder)))


ACME_SMI = """
ACME-SMI DEFINITIONS ::= BEGIN
IMPORTS MODULE-IDENTITY, OBJECT-IDENTITY, enterprises FROM SNMPv2-SMI;
acme MODULE-IDENTITY
    LAST-UPDATED "202601010000Z" ORGANIZATION "Acme" CONTACT-INFO "noc@acme.example"
    DESCRIPTION "The root of Acme's objects."
    ::= { enterprises 61234 }
acmeProducts OBJECT IDENTIFIER ::= { acme 1 }
acmeMgmt OBJECT IDENTIFIER ::= { acme 2 }
END
"""

ACME_LIGHT = """
ACME-LIGHT-MIB DEFINITIONS ::= BEGIN
IMPORTS
    MODULE-IDENTITY, OBJECT-TYPE, NOTIFICATION-TYPE, Integer32, Unsigned32 FROM SNMPv2-SMI
    TEXTUAL-CONVENTION, MacAddress, DisplayString FROM SNMPv2-TC
    ifIndex FROM IF-MIB
    InetAddressType, InetAddress FROM INET-ADDRESS-MIB
    acmeMgmt FROM ACME-SMI;

acmeLightMIB MODULE-IDENTITY
    LAST-UPDATED "202601010000Z" ORGANIZATION "Acme" CONTACT-INFO "noc@acme.example"
    DESCRIPTION "Lamps of the front panel."
    ::= { acmeMgmt 7 }

LampState ::= TEXTUAL-CONVENTION
    STATUS current
    DESCRIPTION "What a lamp does."
    SYNTAX INTEGER { dark(0), lit(1), blinking(2) }

TenthsOfWatt ::= TEXTUAL-CONVENTION
    DISPLAY-HINT "d-1"
    STATUS current
    DESCRIPTION "A tenth of a watt."
    SYNTAX Unsigned32

acmeLightObjects OBJECT IDENTIFIER ::= { acmeLightMIB 1 }
acmeLightEvents OBJECT IDENTIFIER ::= { acmeLightMIB 0 }

acmeLampMode OBJECT-TYPE
    SYNTAX LampState
    MAX-ACCESS read-write
    STATUS current
    DESCRIPTION "What all lamps do.

        Setting dark saves    power."
    ::= { acmeLightObjects 1 }

acmeLampTable OBJECT-TYPE
    SYNTAX SEQUENCE OF AcmeLampEntry
    MAX-ACCESS not-accessible
    STATUS current
    DESCRIPTION "A lamp a row."
    ::= { acmeLightObjects 2 }

acmeLampEntry OBJECT-TYPE
    SYNTAX AcmeLampEntry
    MAX-ACCESS not-accessible
    STATUS current
    DESCRIPTION "A lamp of a port, as one viewer sees it."
    INDEX { ifIndex, acmeLampViewerType, IMPLIED acmeLampViewer }
    ::= { acmeLampTable 1 }

AcmeLampEntry ::= SEQUENCE {
    acmeLampViewerType InetAddressType,
    acmeLampViewer InetAddress,
    acmeLampState LampState,
    acmeLampPower TenthsOfWatt,
    acmeLampMac MacAddress }

acmeLampViewerType OBJECT-TYPE
    SYNTAX InetAddressType MAX-ACCESS not-accessible STATUS current
    DESCRIPTION "Of acmeLampViewer." ::= { acmeLampEntry 1 }
acmeLampViewer OBJECT-TYPE
    SYNTAX InetAddress (SIZE (4|16)) MAX-ACCESS not-accessible STATUS current
    DESCRIPTION "Who looks." ::= { acmeLampEntry 2 }
acmeLampState OBJECT-TYPE
    SYNTAX LampState MAX-ACCESS read-only STATUS current
    DESCRIPTION "What it does." ::= { acmeLampEntry 3 }
acmeLampPower OBJECT-TYPE
    SYNTAX TenthsOfWatt UNITS "W" MAX-ACCESS read-only STATUS current
    DESCRIPTION "What it takes." ::= { acmeLampEntry 4 }
acmeLampMac OBJECT-TYPE
    SYNTAX MacAddress MAX-ACCESS read-create STATUS deprecated
    DESCRIPTION "What it is called." ::= { acmeLampEntry 5 }

acmeLampBroken NOTIFICATION-TYPE
    OBJECTS { acmeLampState, acmeLampPower }
    STATUS current
    DESCRIPTION "A lamp gave up."
    ::= { acmeLightEvents 1 }
END
"""
