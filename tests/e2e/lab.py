# SPDX-License-Identifier: BSD-3-Clause
"""A lab: two network namespaces with a veth pair between them, and the processes inside.

    srv (srv0, 10.99.0.1/24: stentord) ---- (cli0: real clients) cli

The server's kernel holds the address that stentord serves, as on a real machine. Everything that a
lab makes goes when it is left, whatever happened inside: processes by their pid, namespaces, files.
A lab whose own process was killed outright is removed by the next one.
"""

import contextlib
import ctypes
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile

from suite import check

SERVER = "10.99.0.1"
CLIENT = "10.99.0.2"
NETWORK = "10.99.0.0/24"
POOL = "10.99.0.100-10.99.0.150"

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET = 0x40000000
PR_SET_PDEATHSIG = 1


class Lab:
    def __init__(self, mtu=1500, queues=1, prefix=24):
        self.mtu = mtu
        self.queues = queues
        self.prefix = prefix
        self.srv = f"stentor-e2e-{os.getpid()}-srv"
        self.cli = f"stentor-e2e-{os.getpid()}-cli"
        self.folder = None
        self.processes = []

    def __enter__(self):
        remove_dead_labs()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix=f"stentor-e2e-{os.getpid()}-"))
        try:
            self._make()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def _make(self):
        run("ip", "netns", "add", self.srv)
        run("ip", "netns", "add", self.cli)
        shape = ("mtu", self.mtu, "numrxqueues", self.queues, "numtxqueues", self.queues)
        run("ip", "link", "add", "srv0", "netns", self.srv, *shape, "type", "veth",
            "peer", "name", "cli0", "netns", self.cli, *shape)
        # A veth's sender leaves checksum and VLAN tag to a NIC that is not there.
        self.client("ethtool", "-K", "cli0", "tx", "off", "txvlan", "off")
        for namespace, interface in ((self.srv, "srv0"), (self.cli, "cli0")):
            in_namespace = ("ip", "-n", namespace)
            run(*in_namespace, "link", "set", "lo", "up")
            run(*in_namespace, "link", "set", interface, "up")
        run("ip", "-n", self.srv, "address", "add", f"{SERVER}/{self.prefix}", "dev", "srv0")

    def __exit__(self, *_):
        for process in reversed(self.processes):
            end(process)
        for namespace in (self.srv, self.cli):
            subprocess.run(["ip", "netns", "delete", namespace], stderr=subprocess.DEVNULL)
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    def give_client_addresses(self, count=1):
        """10.99.0.2 and the next ones, for tests that are not about DHCP."""
        for last in range(2, 2 + count):
            run("ip", "-n", self.cli, "address", "add", f"10.99.0.{last}/24", "dev", "cli0")

    def server(self, *command, **how):
        return run("ip", "netns", "exec", self.srv, *command, **how)

    def client(self, *command, **how):
        return run("ip", "netns", "exec", self.cli, *command, **how)

    def start_client(self, *command, **how):
        return self.start(self.cli, *command, **how)

    def start(self, namespace, *command, **how):
        """Starts a process that the lab ends. `ip netns exec` becomes the command: one pid."""
        process = subprocess.Popen(["ip", "netns", "exec", namespace, *map(str, command)],
                                   stdin=subprocess.DEVNULL, preexec_fn=die_with_the_test, **how)
        self.processes.append(process)
        return process

    def server_mac(self):
        link = json.loads(run("ip", "-n", self.srv, "-j", "link", "show", "srv0").stdout)[0]
        return bytes.fromhex(link["address"].replace(":", ""))

    def interface_state(self):
        """All that stentord may change on its interface: name -> text."""
        return {"link": run("ip", "-n", self.srv, "-d", "link", "show", "srv0").stdout,
                "address": run("ip", "-n", self.srv, "-4", "address", "show", "srv0").stdout,
                "qdisc": self.server("tc", "qdisc", "show", "dev", "srv0").stdout,
                "filter": self.server("tc", "filter", "show", "dev", "srv0", "ingress").stdout,
                "offloads": self.server("ethtool", "-k", "srv0").stdout,
                "channels": self.server("ethtool", "-l", "srv0", ok=False).stdout}

    @contextlib.contextmanager
    def inside(self, namespace):
        """Sockets made here belong to the namespace, also afterwards."""
        with open("/proc/self/ns/net") as home, open(f"/run/netns/{namespace}") as other:
            check(LIBC.setns(other.fileno(), CLONE_NEWNET) == 0, f"setns to {namespace} failed")
            try:
                yield
            finally:
                check(LIBC.setns(home.fileno(), CLONE_NEWNET) == 0, "setns back home failed")


def run(*command, ok=True, seconds=60, **how):
    """Runs a command to its end. With ok, an exit status that is not 0 fails the test."""
    result = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                            errors="replace", timeout=seconds, **how)
    if ok:
        check(result.returncode == 0, f"`{' '.join(map(str, command))}` ended with "
              f"{result.returncode}: {result.stdout.strip()}")
    return result


def end(process):
    """Asks, waits a little, then insists. A process that is gone already is fine."""
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def die_with_the_test():
    """prctl(2): a process does not outlive the test that was killed outright."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def remove_dead_labs():
    """Those whose own process is gone."""
    for path in (*pathlib.Path("/run/netns").glob("stentor-e2e-*"),
                 *pathlib.Path(tempfile.gettempdir()).glob("stentor-e2e-*")):
        match = re.match(r"stentor-e2e-(\d+)-", path.name)
        if not match or os.path.exists(f"/proc/{match[1]}"):
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            subprocess.run(["ip", "netns", "delete", path.name], stderr=subprocess.DEVNULL)
