"""`python -m noc_console` is `noc-console`."""

import sys

from noc_console.app.cli import main

sys.exit(main())
