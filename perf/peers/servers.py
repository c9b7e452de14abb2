# SPDX-License-Identifier: BSD-3-Clause
"""The servers that are compared: each configured as its users would, on the same interface.

A server is started in the lab's server namespace and answers as 10.99.0.1/16 on srv0. `with` starts
it, waits until it answers, and ends it. Leases and state live in a folder that goes with the lab.
"""

import json
import os
import pathlib
import time

SERVER = "10.99.0.1"
PREFIX = 16
POOL = ("10.99.16.0", "10.99.255.250")  # 61,435 addresses
BOOT_FILE = "loader"


class Server:
    """One process. Subclasses say how it is called."""

    name = ""
    serves = ()  # of "dhcp" and "tftp"
    package = None

    def __init__(self, context, lab, root):
        self.context, self.lab, self.root = context, lab, root
        self.folder = lab.folder / self.name
        self.folder.mkdir(exist_ok=True)

    def __enter__(self):
        self.log = open(self.folder / "log", "w", encoding="utf-8")
        # One core each, as stentord's worker has: the other one is the rig's.
        pinned = ["taskset", "--cpu-list", self.context.cores[-1]] if self.package else []
        self.process = self.lab.start(self.lab.srv, *pinned, *self.command(), stdout=self.log,
                                      stderr=self.log, env=self.environment())
        try:
            self.wait_until_ready()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.lab.end(self.process)
        self.log.close()

    def command(self):
        raise NotImplementedError

    def program(self, path):
        return self.context.peers / self.package / path

    def environment(self):
        """Each package brings its libraries, beside those of the host."""
        if not self.package:
            return None
        libraries = self.context.peers / self.package / "usr/lib/x86_64-linux-gnu"
        return {**os.environ, "LD_LIBRARY_PATH": str(libraries)}

    def wait_until_ready(self):
        ports = [{"dhcp": 67, "tftp": 69}[what] for what in self.serves]
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(f"{self.name} ended:\n{self.log_text()}")
            bound = self.lab.server("ss", "-ulnH").stdout
            if all(f":{port} " in bound for port in ports):
                return
            time.sleep(0.05)
        raise RuntimeError(f"{self.name} does not listen:\n{self.log_text()}")

    def log_text(self):
        return (self.folder / "log").read_text(errors="replace")[-2000:]


class Dnsmasq(Server):
    name, serves, package = "dnsmasq", ("dhcp", "tftp"), "dnsmasq-base"

    def command(self):
        return [self.program("usr/sbin/dnsmasq"), "--keep-in-foreground", "--conf-file=/dev/null",
                "--port=0", "--interface=srv0", "--bind-interfaces", "--user=root",
                f"--dhcp-range={POOL[0]},{POOL[1]},255.255.0.0,1h", "--dhcp-lease-max=100000",
                f"--dhcp-boot={BOOT_FILE}", "--dhcp-authoritative", "--no-ping",
                f"--dhcp-leasefile={self.folder}/leases", "--enable-tftp",
                f"--tftp-root={self.root}", "--tftp-max=2000", "--quiet-dhcp",
                "--quiet-tftp"]


class TftpdHpa(Server):
    name, serves, package = "tftpd-hpa", ("tftp",), "tftpd-hpa"

    def command(self):
        return [self.program("usr/sbin/in.tftpd"), "--foreground", "--user", "root", "--address",
                f"{SERVER}:69", "--secure", self.root]


class Atftpd(Server):
    name, serves, package = "atftpd", ("tftp",), "atftpd"

    def command(self):
        return [self.program("usr/sbin/atftpd"), "--daemon", "--no-fork", "--user", "root.root",
                "--bind-address", SERVER, "--maxthread", "2000", "--verbose=1", self.root]


class Kea(Server):
    name, serves, package = "kea", ("dhcp",), "kea-dhcp4-server"

    def command(self):
        config = {"Dhcp4": {
            "interfaces-config": {"interfaces": ["srv0"], "dhcp-socket-type": "raw"},
            "lease-database": {"type": "memfile", "persist": True,
                               "name": f"{self.folder}/leases.csv", "lfc-interval": 0},
            "valid-lifetime": 3600, "authoritative": True,
            "multi-threading": {"enable-multi-threading": True},
            "subnet4": [{"subnet": f"10.99.0.0/{PREFIX}",
                         "pools": [{"pool": f"{POOL[0]} - {POOL[1]}"}],
                         "next-server": SERVER, "boot-file-name": BOOT_FILE}],
            "loggers": [{"name": "kea-dhcp4", "severity": "ERROR",
                         "output_options": [{"output": "stderr"}]}]}}
        path = self.folder / "kea.json"
        path.write_text(json.dumps(config))
        return [self.program("usr/sbin/kea-dhcp4"), "-c", path]

    def environment(self):
        environment = {**super().environment(), "KEA_PIDFILE_DIR": str(self.folder),
                       "KEA_LOCKFILE_DIR": str(self.folder)}
        helper = self.program("usr/sbin/kea-lfc")
        if helper.exists():  # else the host has the package that it is of
            environment["KEA_LFC_EXECUTABLE"] = str(helper)
        return environment


class IscDhcpd(Server):
    name, serves, package = "isc-dhcpd", ("dhcp",), "isc-dhcp-server"

    def command(self):
        config, leases = self.folder / "dhcpd.conf", self.folder / "leases"
        leases.write_text("")
        config.write_text(
            f"authoritative; ping-check false; default-lease-time 3600;\n"
            f"subnet 10.99.0.0 netmask 255.255.0.0 {{\n  range {POOL[0]} {POOL[1]};\n"
            f"  next-server {SERVER}; filename \"{BOOT_FILE}\";\n}}\n")
        return [self.program("usr/sbin/dhcpd"), "-4", "-f", "-q", "-cf", config, "-lf", leases,
                "-pf", self.folder / "pid", "srv0"]


class Stentor(Server):
    name, serves = "stentord", ("dhcp", "tftp")

    def __init__(self, context, lab, root):
        super().__init__(context, lab, root)
        self.package = None

    def command(self):
        config = self.folder / "stentor.yaml"
        config.write_text(
            f"ports:\n  - name: boot0\n    device: \"interface:srv0\"\n"
            f"    networks: [{{address: {SERVER}/{PREFIX}}}]\n"
            f"dhcp:\n  authoritative: true\n  subnets:\n"
            f"    - {{subnet: 10.99.0.0/{PREFIX}, pools: [{POOL[0]}-{POOL[1]}]}}\n"
            f"boot: {{rules: [{{file: {BOOT_FILE}}}]}}\nimages: {{root: {self.root}}}\n")
        return [self.context.build / "app/stentord/stentord", "--config", config]

    def wait_until_ready(self):
        deadline = time.monotonic() + 60
        while "serving," not in self.log_text():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"stentord does not serve:\n{self.log_text()}")
            time.sleep(0.05)


DHCP = (Kea, IscDhcpd, Dnsmasq)
TFTP = (Dnsmasq, TftpdHpa, Atftpd)


def write_images(root: pathlib.Path, sizes):
    """Files of random bytes: name -> size."""
    root.mkdir(parents=True, exist_ok=True)
    for name, size in sizes.items():
        (root / name).write_bytes(os.urandom(size))
