# SPDX-License-Identifier: BSD-3-Clause
"""dpdk-testpmd as the yardstick: what the device carries when nobody thinks."""

import os
import pty
import re
import select
import time

from measure.process import end, start

PROMPT = "testpmd> "
PATIENCE = 30


class Testpmd:
    """One process. `with` starts it forwarding; rate() says what it does meanwhile.

    It forwards on `core`. Its prompt sleeps on another one, which the EAL would choose by itself if
    it were not told, as it would choose the core of whoever forwards at the other end.
    """

    def __init__(self, vdevs, mode, arguments=(), *, core, prompt_core, prefix="stentor-perf",
                 wrapper=()):
        eal = ["-l", f"{core},{prompt_core}", f"--main-lcore={prompt_core}", "--in-memory",
               "--single-file-segments", "--no-pci", "--no-telemetry", f"--file-prefix={prefix}",
               *(f"--vdev={vdev}" for vdev in vdevs)]
        self.command = [*wrapper, "dpdk-testpmd", *eal, "--", "-i", f"--forward-mode={mode}",
                        "--nb-cores=1", *arguments]
        self.process = None

    def __enter__(self):
        # On a terminal it prints line by line; into a pipe, when a buffer is full.
        self.terminal, theirs = pty.openpty()
        self.process = start(self.command, stdin=theirs, stdout=theirs, stderr=theirs)
        os.close(theirs)
        try:
            self._read_to_prompt()
            self.say("start")
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.say("stop")
            os.write(self.terminal, b"quit\n")
            deadline = time.monotonic() + 10
            while self.process.poll() is None and time.monotonic() < deadline:
                self._read(0.1)
        self._close()

    def _close(self):
        end(self.process)
        os.close(self.terminal)

    def say(self, command):
        """Sends one command, returns what it prints."""
        os.write(self.terminal, command.encode() + b"\n")
        self._read_until(command)
        return self._read_to_prompt()

    def rate(self, seconds, direction="Tx", port=0):
        """Frames a second, as testpmd itself counts between two looks."""
        self.say(f"show port stats {port}")
        time.sleep(seconds)
        text = self.say(f"show port stats {port}")
        return float(re.search(rf"{direction}-pps:\s+(\d+)", text)[1])

    def _read_to_prompt(self):
        return self._read_until(PROMPT)

    def _read_until(self, end_text):
        text = ""
        deadline = time.monotonic() + PATIENCE
        while not text.endswith(end_text):
            piece = self._read(deadline - time.monotonic(), 1)
            if piece == "":
                raise RuntimeError(f"`{' '.join(map(str, self.command))}` did not answer:\n{text}")
            text += piece
        return text

    def _read(self, seconds, most=4096):
        """What has been printed; empty when nothing comes in time, or it has ended."""
        ready, _, _ = select.select([self.terminal], [], [], max(seconds, 0))
        try:
            return os.read(self.terminal, most).decode(errors="replace") if ready else ""
        except OSError:
            return ""
