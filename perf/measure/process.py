# SPDX-License-Identifier: BSD-3-Clause
"""Processes that end with the run that started them, whatever happens to it."""

import ctypes
import signal
import subprocess

LIBC = ctypes.CDLL(None, use_errno=True)
PR_SET_PDEATHSIG = 1


def start(command, **how):
    return subprocess.Popen([str(word) for word in command], preexec_fn=_die_with_us, **how)


def end(process, patience=10):
    """Asks, waits a little, then insists. A process that is gone already is fine."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def output_of(command, seconds=600):
    """Runs it to its end; an exit status that is not 0 is an error with what it said."""
    result = subprocess.run([str(word) for word in command], capture_output=True, text=True,
                            timeout=seconds)
    if result.returncode != 0:
        raise RuntimeError(f"`{' '.join(map(str, command))}` ended with {result.returncode}:\n"
                           f"{result.stdout}{result.stderr}")
    return result.stdout


def _die_with_us():
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
