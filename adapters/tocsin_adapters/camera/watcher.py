"""The process that watches one group of cameras; a supervisor starts it, or a person by hand.

    python -m tocsin_adapters.camera --group tunnels --config order.json

Without `--config` the order is read from the standard input, which then stays open: its end means
that the supervisor is gone. Accounts and passwords never stand on the command line.
"""

import argparse
import contextlib
import logging
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from tocsin.contract.watch import BEAT, WatchOrder
from tocsin_adapters.camera.group import Group

EXIT_REFUSED = 2
log = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when told to stop, 2 for an order that cannot be carried out."""
    parser = argparse.ArgumentParser(prog="tocsin_adapters.camera", description=__doc__)
    parser.add_argument("--group", required=True, help="the group, for whoever lists processes")
    parser.add_argument("--config", type=Path, help="the order as a file")
    parser.add_argument("--log-level", default="WARNING")
    given = parser.parse_args(arguments)
    logging.basicConfig(
        level=given.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    try:
        written = given.config.read_text("utf-8") if given.config else sys.stdin.readline()
        order = WatchOrder.model_validate_json(written)
        group = Group(order)
    except ValidationError as trouble:
        # Values stay out: they may hold an account.
        places = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in trouble.errors())
        return _refuse(given.group, places)
    except (ValueError, OSError) as trouble:
        return _refuse(given.group, getattr(trouble, "strerror", None) or str(trouble))
    if given.config is None:
        threading.Thread(target=_until_alone, args=(stop,), daemon=True).start()
        group.run(stop, _beat)
    else:
        group.run(stop)
    return 0


def _refuse(group: str, why: str) -> int:
    log.error("group %s cannot be watched: %s", group, why)
    return EXIT_REFUSED


def _until_alone(stop: threading.Event) -> None:
    while sys.stdin.readline():
        pass
    stop.set()


def _beat() -> None:
    with contextlib.suppress(OSError):  # nobody listens any more: the input's end tells us to go
        os.write(sys.stdout.fileno(), BEAT)


if __name__ == "__main__":
    sys.exit(main())
