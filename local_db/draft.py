"""Drafts the next migration from what the code's tables have and the last revision has not.

    make migration NAME="vlans of a port"

The draft is made against an empty SQLite store; read it before you commit it, and let
`make test` run it on both databases.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config

from noc_console.app import paths
from noc_console.db.database import open_engine
from noc_console.db.migrate import migrate


def main(message: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{folder}/draft.db")
        migrate(engine, scripts=paths.migrations(), backups=Path(folder))
        number = len(list((paths.migrations() / "versions").glob("*.py"))) + 1
        config = Config()
        config.set_main_option("script_location", str(paths.migrations()).replace("%", "%%"))
        config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.revision(config, message=message, rev_id=f"{number:04}", autogenerate=True)
        engine.dispose()


if __name__ == "__main__":
    main(" ".join(sys.argv[1:]))
