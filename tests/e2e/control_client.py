# SPDX-License-Identifier: BSD-3-Clause
"""Who asks a stentord by its control socket: curl, stentorctl, and whoever asks time and again."""

import http.client
import json
import socket
import subprocess

from appliance import serving
from suite import check, check_equal


def socket_of(lab):
    return lab.folder / "control" / "stentord.sock"


def serving_control(lab, program, **how):
    """An appliance with a control socket of its own; more of `control` comes behind it."""
    control = f"socket: {{path: {socket_of(lab)}}}" + how.pop("control", "")
    return serving(lab, program, control=control, **how)


def curl(lab, path, *more):
    """(status, body)."""
    result = subprocess.run(["curl", "--silent", "--show-error", "--max-time", "10",
                             "--unix-socket", socket_of(lab), "--write-out", "\n%{http_code}",
                             *more, f"http://stentor{path}"], capture_output=True, text=True)
    check_equal(result.returncode, 0, f"curl's exit status for {path} ({result.stderr.strip()})")
    body, status = result.stdout.rsplit("\n", 1)
    return int(status), body


def get(lab, path):
    """What the API says, as objects."""
    status, body = curl(lab, path)
    check_equal(status, 200, f"HTTP status of {path} ({body.strip()})")
    return json.loads(body)


class Connection(http.client.HTTPConnection):
    """One that stays open, for what is asked often."""

    def __init__(self, lab):
        super().__init__("stentor")
        self.path = socket_of(lab)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(str(self.path))

    def ask(self, method, path):
        """(status, body)."""
        self.request(method, path)
        answer = self.getresponse()
        return answer.status, answer.read()


class Command:
    """stentorctl, on this lab's socket."""

    def __init__(self, lab, program):
        self.lab = lab
        self.program = program

    def run(self, *words):
        return subprocess.run([self.program, *words, "--socket", socket_of(self.lab)],
                              capture_output=True, text=True, timeout=30)

    def says(self, *words):
        result = self.run(*words)
        check_equal(result.returncode, 0,
                    f"exit status of `stentorctl {' '.join(words)}` ({result.stderr.strip()})")
        check_equal(result.stderr, "", f"stderr of `stentorctl {' '.join(words)}`")
        return result.stdout

    def json(self, *words):
        return json.loads(self.says(*words, "--json"))

    def fails(self, *words):
        """(exit status, the one line that says why)."""
        result = self.run(*words)
        lines = result.stderr.splitlines()
        check(result.returncode != 0 and len(lines) == 1 and not result.stdout,
              f"`stentorctl {' '.join(words)}` ended with {result.returncode}, and said "
              f"{result.stdout!r} and {result.stderr!r}")
        return result.returncode, lines[0]
