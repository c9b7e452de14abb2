#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: `stentorctl hosts` asks for what it was told and for nothing else, and says what it hears,
problems and refusals too."""

import fcntl
import http.server
import json
import os
import pathlib
import pty
import socketserver
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import unittest

PROGRAM = sys.argv.pop(1)
MAC = "52:54:00:12:34:56"
PATH = "/v1/hosts/52%3a54%3a00%3a12%3a34%3a56"
OTHER = "52:54:00:12:34:57"
FIRST_PAGE = "/v1/hosts?limit=1000"
NOTHING = {"mac": MAC, "address": None, "hostname": None, "classes": [], "boot_file": None,
           "local": False, "boot_once": None, "boot_once_for": None, "problems": []}
PROBLEM = "class 'guest': dhcp.classes has no class of this name; add it there, or leave it out"


def host(**fields):
    return {**NOTHING, **fields}


ALL = host(address="10.20.1.9", hostname="node9", classes=["trusted", "guest"],
           boot_file="{mac}/x.efi", boot_once="install.ipxe", boot_once_for="ipxe",
           problems=[PROBLEM])


class Asked(http.server.BaseHTTPRequestHandler):
    def answer(self):
        self.server.asked.append(f"{self.command} {self.path}")
        status, said = self.server.answers.pop(0)
        body = said.encode() if isinstance(said, str) else json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_PATCH = do_PUT = do_DELETE = do_POST = answer

    def log_message(self, *_):
        pass


class Appliance(socketserver.ThreadingUnixStreamServer):
    """Gives the answers that it has, one after the other."""

    daemon_threads = True

    def __init__(self, path):
        super().__init__(path, Asked)
        self.asked, self.answers = [], []


class Hosts(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.socket = str(pathlib.Path(folder.name, "s"))
        self.appliance = Appliance(self.socket)
        self.addCleanup(self.appliance.server_close)
        threading.Thread(target=self.appliance.serve_forever, args=(0.01,), daemon=True).start()
        self.addCleanup(self.appliance.shutdown)

    def run_hosts(self, *words, answers=()):
        """What it did, and was told: the answers are given in turn."""
        self.appliance.asked.clear()
        self.appliance.answers[:] = answers
        result = subprocess.run([PROGRAM, "hosts", *words, "--socket", self.socket],
                                capture_output=True, text=True, timeout=30, check=False)
        self.assertEqual(self.appliance.answers, [], "all answers are taken")
        return result

    def says(self, *words, answers, asked, stderr=""):
        result = self.run_hosts(*words, answers=[(200, each) for each in answers])
        self.assertEqual(self.appliance.asked, asked)
        self.assertEqual((result.returncode, result.stderr), (0, stderr))
        return result.stdout

    def fails(self, *words, status, said, stderr, returncode=1):
        result = self.run_hosts(*words, answers=[(status, said)])
        self.assertEqual((result.returncode, result.stdout, result.stderr),
                         (returncode, "", stderr))

    def is_refused(self, *words, because):
        """On the command line: nobody is asked."""
        result = self.run_hosts(*words)
        self.assertEqual((result.returncode, result.stdout), (2, ""), words)
        self.assertIn(because, result.stderr.splitlines()[0])
        self.assertEqual(self.appliance.asked, [])


class List(Hosts):
    def test_it_is_a_table_with_problems_behind_it(self):
        local = host(mac=OTHER, local=True, boot_file="x.efi", boot_once="once.efi",
                     boot_once_for="all", problems=["it is odd", "and\x1b[2J even"])
        said = self.says("list", answers=[{"hosts": [ALL, local], "next": None}],
                         asked=[f"GET {FIRST_PAGE}"])
        self.assertEqual(said, (
            "MAC                ADDRESS    HOSTNAME  CLASSES        BOOT         ONCE\n"
            "52:54:00:12:34:56  10.20.1.9  node9     trusted,guest  {mac}/x.efi  "
            "install.ipxe (iPXE)\n"
            "52:54:00:12:34:57  -          -         -              local        once.efi\n"
            f"{MAC}: {PROBLEM}\n"
            f"{OTHER}: it is odd\n"
            f"{OTHER}: and?[2J even\n"))

    def test_it_fetches_all_pages(self):
        pages = [{"hosts": [host()], "next": MAC},
                 {"hosts": [host(mac=OTHER, hostname="last")], "next": None}]
        asked = [f"GET {FIRST_PAGE}", f"GET {FIRST_PAGE}&after=52%3a54%3a00%3a12%3a34%3a56"]
        said = self.says("list", answers=pages, asked=asked)
        self.assertEqual(said.splitlines()[1:], [
            "52:54:00:12:34:56  -        -         -        -     -",
            "52:54:00:12:34:57  -        last      -        -     -"])
        said = self.says("list", "--json", answers=pages, asked=asked)
        self.assertEqual(json.loads(said),
                         {"hosts": pages[0]["hosts"] + pages[1]["hosts"], "next": None})

    def test_it_shows_one_alone(self):
        said = self.says("list", MAC, answers=[ALL], asked=[f"GET {PATH}"])
        self.assertEqual([line.split()[0] for line in said.splitlines()], ["MAC", MAC, f"{MAC}:"])
        said = self.says("list", MAC, "--json", answers=[ALL], asked=[f"GET {PATH}"])
        self.assertEqual(json.loads(said), ALL)

    def test_it_says_that_there_is_none(self):
        empty = {"hosts": [], "next": None}
        self.assertEqual(self.says("list", answers=[empty], asked=[f"GET {FIRST_PAGE}"]),
                         "Nothing is set for any machine.\n")
        said = self.says("list", "--json", answers=[empty], asked=[f"GET {FIRST_PAGE}"])
        self.assertEqual(json.loads(said), empty)
        self.fails("list", MAC, status=404, said={"error": f"nothing is set for {MAC}"},
                   stderr=f"stentorctl: nothing is set for {MAC}\n")

    def test_it_fits_the_terminal(self):
        self.appliance.answers.append((200, {"hosts": [ALL], "next": None}))
        ours, its = pty.openpty()
        fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        with os.fdopen(ours, "rb", buffering=0) as terminal:
            subprocess.run([PROGRAM, "hosts", "list", "--socket", self.socket], stdout=its,
                           timeout=30, check=True)
            os.close(its)
            lines = terminal.read(4096).decode().splitlines()
        self.assertEqual(lines[1], "52:54:00:12:34:56  10.20.1.9  node9     trusted,guest  "
                                   "{mac}/x.efi  install.i...")


class Set(Hosts):
    def test_it_sends_what_is_given_alone(self):
        for words, sent in (
                (("--address", "10.20.1.9"), "address=10.20.1.9"),
                (("--hostname", "node9"), "hostname=node9"),
                (("--classes", "trusted,guest"), "classes=trusted%2cguest"),
                (("--boot-file", "{mac}/a&b.efi"), "boot-file=%7bmac%7d%2fa%26b.efi"),
                (("--boot-file=[x]",), "boot-file=%5bx%5d"),
                (("--local", "yes"), "local=true"),
                (("--local", "no"), "local=false"),
                (("--boot-once", "install.ipxe"), "boot-once=install.ipxe"),
                (("--boot-once-for", "ipxe"), "boot-once-for=ipxe"),
                (("--boot-once-for", "all"), "boot-once-for=all"),
                (("--hostname", "n", "--address", "10.0.0.1"), "address=10.0.0.1&hostname=n")):
            self.says("set", MAC, *words, answers=[host()], asked=[f"PATCH {PATH}?{sent}"])

    def test_it_takes_away_what_is_empty(self):
        for name in ("address", "hostname", "classes", "boot-file", "local", "boot-once",
                     "boot-once-for"):
            for empty in ((f"--{name}", ""), (f"--{name}=",)):
                self.says("set", *empty, MAC, answers=[host()], asked=[f"PATCH {PATH}?{name}="])
        self.says("set", MAC, "--hostname=", "--local", "no", "--json", answers=[host()],
                  asked=[f"PATCH {PATH}?hostname=&local=false"])

    def test_it_shows_the_host_as_it_is_now(self):
        asked = [f"PATCH {PATH}?hostname=node9"]
        said = self.says("set", MAC, "--hostname", "node9", answers=[ALL], asked=asked,
                         stderr=f"warning: {PROBLEM}\n")
        self.assertEqual([line.split()[:2] for line in said.splitlines()],
                         [["MAC", "ADDRESS"], [MAC, "10.20.1.9"]])
        said = self.says("set", MAC, "--hostname", "node9", "--json", answers=[ALL], asked=asked)
        self.assertEqual(json.loads(said), ALL)

    def test_it_says_why_it_is_refused(self):
        for status in (400, 422, 500, 503):
            self.fails("set", MAC, "--address", "224.0.0.1", status=status,
                       said={"error": "address '224.0.0.1': no machine can have this address"},
                       stderr="stentorctl: address '224.0.0.1': no machine can have this "
                              "address\n")
        self.fails("set", MAC, "--local", "yes", status=200, said="<html>",
                   stderr=f"stentorctl: what {self.socket} answers is no stentord's: is it an "
                          "older one?\n")

    def test_it_wants_something_to_set(self):
        self.is_refused("set", MAC, because="An option that says what to set is required")
        self.is_refused("set", MAC, "--json", because="An option that says what to set")
        self.is_refused("set", "--hostname", "node9", because="MAC is required")
        self.is_refused("set", MAC, "--local", "maybe", because="'maybe' is not yes or no")
        self.is_refused("set", MAC, "--boot-once-for", "disk",
                        because="'disk' is not all or ipxe")
        self.is_refused("set", MAC, "--hostname", "a", "--hostname", "b", because="--hostname")


class BootOnce(Hosts):
    def test_it_says_what_will_happen(self):
        for words, whom, who in (((), "all", ""), (("--ipxe",), "ipxe", "iPXE of ")):
            set_now = host(boot_once="a/install.ipxe", boot_once_for=whom, problems=["it is odd"])
            asked = [f"PATCH {PATH}?boot-once=a%2finstall.ipxe&boot-once-for={whom}"]
            said = self.says("boot-once", MAC, "a/install.ipxe", *words, answers=[set_now],
                             asked=asked, stderr="warning: it is odd\n")
            self.assertEqual(said, f"{who}{MAC} is told a/install.ipxe in place of all else, "
                                   "until it has fetched it once.\n")
            said = self.says("boot-once", MAC, "a/install.ipxe", *words, "--json",
                             answers=[set_now], asked=asked)
            self.assertEqual(json.loads(said), set_now)

    def test_it_is_called_off(self):
        asked = [f"PATCH {PATH}?boot-once="]
        said = self.says("boot-once", MAC, "--cancel", answers=[host()], asked=asked)
        self.assertEqual(said, f"{MAC} is told no file for one boot: it is called off.\n")
        said = self.says("boot-once", MAC, "--cancel", "--json", answers=[host()], asked=asked)
        self.assertEqual(json.loads(said), host())

    def test_it_says_why_it_is_refused(self):
        sentence = "boot-once: '{mac}': no word in braces stands for anything here; name one file"
        self.fails("boot-once", MAC, "{mac}", status=422, said={"error": sentence},
                   stderr=f"stentorctl: {sentence}\n")

    def test_it_wants_one_of_a_file_and_its_end(self):
        self.is_refused("boot-once", MAC, because="FILE or --cancel is required")
        self.is_refused("boot-once", MAC, "--ipxe", because="FILE or --cancel is required")
        self.is_refused("boot-once", MAC, "", because="it is empty: --cancel calls off")
        self.is_refused("boot-once", MAC, "a", "--cancel", because="excludes")
        self.is_refused("boot-once", MAC, "--ipxe", "--cancel", because="excludes")


class Remove(Hosts):
    def test_it_says_that_it_is_done(self):
        gone, asked = {"mac": MAC, "removed": True}, [f"DELETE {PATH}"]
        self.assertEqual(self.says("remove", MAC, answers=[gone], asked=asked),
                         f"Nothing is set for {MAC} any more.\n")
        said = self.says("remove", MAC, "--json", answers=[gone], asked=asked)
        self.assertEqual(json.loads(said), gone)

    def test_it_says_that_there_was_nothing(self):
        self.fails("remove", MAC, status=404, said={"error": f"nothing is set for {MAC}"},
                   stderr=f"stentorctl: nothing is set for {MAC}\n")
        self.is_refused("remove", because="MAC is required")


class AnyOfThem(Hosts):
    commands = (("list",), ("set", "--local", "yes"), ("boot-once", "--cancel"), ("remove",))

    def test_takes_no_other_name_for_a_machine(self):
        for command in self.commands:
            for name in ("node9", "10.20.1.9", "52:54:00:12:34", "52:54:00:*", f"{MAC}/x", ""):
                self.is_refused(*command, name,
                                because=f"'{name}' is no MAC address like 52:54:00:12:34:56")

    def test_takes_a_mac_address_as_it_is_written(self):
        self.says("remove", "52-54-00-AB-cd-ef", answers=[{"mac": MAC, "removed": True}],
                  asked=["DELETE /v1/hosts/52-54-00-AB-cd-ef"])

    def test_says_that_nobody_answers(self):
        self.appliance.server_close()
        os.unlink(self.socket)
        for command in self.commands:
            result = self.run_hosts(*command, MAC)
            self.assertEqual((result.returncode, result.stdout), (3, ""))
            self.assertIn("no stentord answers", result.stderr)


if __name__ == "__main__":
    unittest.main()
