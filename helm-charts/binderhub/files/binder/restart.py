"""A new start when settings change.

Helm starts a pod anew when its own values change, but those of the parent chart are in a ConfigMap of their own. The
kubelet brings a changed one into the running pod within about a minute; the program then ends, and Kubernetes starts it
with the new settings.
"""

import logging
import os
import signal
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

log = logging.getLogger("binder")
INTERVAL = 15.0


def end_program() -> None:
    """Ends this program as Kubernetes would."""
    os.kill(os.getpid(), signal.SIGTERM)


def on_change(
    paths: Sequence[Path], then: Callable[[], None] = end_program, interval: float = INTERVAL
) -> threading.Thread:
    """Watches files in the background, and acts once when one of them has other contents than now."""
    known = {path: path.read_bytes() for path in paths}

    def watch() -> None:
        while not (changed := _changed(known)):
            pause.wait(interval)
        log.warning("%s changed: starting anew", changed)
        then()

    pause = threading.Event()
    thread = threading.Thread(target=watch, name="binder-settings", daemon=True)
    thread.start()
    return thread


def _changed(known: dict[Path, bytes]) -> Path | None:
    for path, contents in known.items():
        try:
            if path.read_bytes() != contents:
                return path
        except OSError:
            # The kubelet is about to put a new one into place.
            continue
    return None
