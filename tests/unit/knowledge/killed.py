"""A child process for the tests that is killed, as by the system when memory runs out."""

import os
import signal

if __name__ == "__main__":
    os.kill(os.getpid(), signal.SIGKILL)
