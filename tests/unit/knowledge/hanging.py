"""A child process for the tests: writes its number into the file it is given and then waits to be ended."""

import os
import signal
import sys
from pathlib import Path

if __name__ == "__main__":
    Path(sys.argv[1]).write_text(str(os.getpid()))
    signal.pause()
