"""`quartier`, from the first moment: what holds while there are no commands yet."""

from __future__ import annotations

import gc
import os


def main() -> None:
    """Import the commands, and run what was asked for.

    What is imported stays, so looking through it for garbage, which would happen six times, finds nothing and takes a
    quarter of the time until there is a command. Ctrl-C ends us at once, for nothing has been begun.
    """
    gc.disable()
    try:
        from quartier import cli
    except KeyboardInterrupt:
        os._exit(130)
    gc.freeze()
    gc.enable()
    cli.main()
