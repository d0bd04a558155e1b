"""Where the command starts: whoever is asked to end, by Ctrl-C or by a scheduler, says what is true, from the first
moment on."""

from __future__ import annotations

import signal
import sys


def start() -> None:
    try:
        for name in ("SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            # Whoever started us with `nohup` wants to go on.
            if number is not None and signal.getsignal(number) == signal.SIG_DFL:
                signal.signal(number, signal.default_int_handler)
        from sim.command.cli import main
    except KeyboardInterrupt:
        sys.stderr.write("\nstopped; nothing was written, earlier results are untouched\n")
        sys.exit(2)
    main()


if __name__ == "__main__":
    start()
