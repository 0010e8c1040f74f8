"""Fresh stores with every table, quickly: made once for each set of tables, then copied."""

from __future__ import annotations

import atexit
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import create_engine

from noc_console.db.database import metadata

_folder = TemporaryDirectory(prefix="noc-tables-")
atexit.register(_folder.cleanup)
_made: dict[frozenset[str], Path] = {}


def lay_down(store_url: str) -> bool:
    """Put a store with the tables of the modules imported so far where the URL says.

    False where that is no SQLite file, or there is something already.
    """
    file = Path(store_url.removeprefix("sqlite:///"))
    if not store_url.startswith("sqlite:///") or file.exists():
        return False
    tables = frozenset(metadata.tables)
    if tables not in _made:
        made = Path(_folder.name) / f"{len(_made)}.db"
        engine = create_engine(f"sqlite:///{made}")
        metadata.create_all(engine)
        engine.dispose()
        _made[tables] = made
    shutil.copyfile(_made[tables], file)
    return True
