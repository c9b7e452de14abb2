# SPDX-License-Identifier: BSD-3-Clause
"""The boot servers of the field as Debian packages them, started inside a lab and ended by it.

Each serves a folder by TFTP or a site's addresses by DHCP, or both, configured as its own
manual has it, and is otherwise unchanged: conflict checks off, so that an offer comes at once, and
no log line a message. The end-to-end tests and the measurements start them from here.
"""

import dataclasses
import gzip
import ipaddress
import json
import os
import pathlib
import re

from lab import end, run
from suite import check, wait_for

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = os.environ.get("STENTOR_PEERS") or ROOT / "build/peers"  # where packages are unpacked
PORTS = {"dhcp": 67, "tftp": 69}


@dataclasses.dataclass(frozen=True)
class Site:
    """What a server has to know of the lab."""
    server: str     # its own address
    network: str    # 10.99.0.0/24
    first: str      # of the addresses that it gives
    last: str
    boot_file: str  # that it names to everybody; "": none

    def mask(self):
        return str(ipaddress.ip_network(self.network).netmask)

    def addresses(self):
        """How many it gives."""
        return int(ipaddress.ip_address(self.last)) - int(ipaddress.ip_address(self.first)) + 1


def unpack(folder, group="peers"):
    """Every package of the group under this folder, fetched unless it is there. Returns the
    folder."""
    run(ROOT / "deploy/unpack-packages.sh", folder, group, seconds=300)
    return pathlib.Path(folder)


def environment_of(packages, package):
    """An unpacked program finds the libraries that came with its package, beside the host's."""
    return {**os.environ,
            "LD_LIBRARY_PATH": str(packages / package / "usr/lib/x86_64-linux-gnu")}


def version_of(packages, package):
    """Debian's, from the package as it was unpacked: the host's database does not know it."""
    path = packages / package / "usr/share/doc" / package / "changelog.Debian.gz"
    with gzip.open(path, "rt", encoding="utf-8") as file:
        match = re.match(r"\S+ \(([^)]+)\)", file.readline())
    check(match, f"{path} does not begin with a version")
    return match[1]


def versions(packages):
    """Of what is unpacked there, servers and perfdhcp: package -> version."""
    servers = (Dnsmasq, Kea, IscDhcpd, TftpdHpa, Atftpd)
    names = sorted({*(server.package for server in servers), "kea-admin"})
    return {name: version_of(packages, name) for name in names if (packages / name).is_dir()}


class PackagedProcess:
    """A program of an unpacked package. `with` starts it, waits until it is ready, and ends it."""

    name = package = ""

    def __init__(self, lab, packages, namespace, log_path, wrapper=()):
        """`wrapper`: what it is started by."""
        self.lab, self.packages, self.namespace = lab, packages, namespace
        self.log_path, self.wrapper = log_path, wrapper
        self.process = None

    def __enter__(self):
        with open(self.log_path, "w", encoding="utf-8") as log:
            self.process = self.lab.start(self.namespace, *self.wrapper, *self.command(),
                                          stdout=log, stderr=log, env=self.environment())
        try:
            self.wait_until_ready()
            check(not self.ended(), f"{self.name} ended:\n{self.log()}")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        end(self.process)

    def command(self):
        raise NotImplementedError

    def wait_until_ready(self):
        """Or until it has ended."""
        raise NotImplementedError

    def program(self, path):
        return self.packages / self.package / path

    def environment(self):
        return environment_of(self.packages, self.package)

    def ended(self):
        return self.process.poll() is not None

    def log(self):
        return self.log_path.read_text(errors="replace")


class BootServer(PackagedProcess):
    """Ready when it listens. Leases and state lie in a folder that goes with the lab."""

    serves = ()   # of PORTS

    def __init__(self, lab, site, root, packages, wrapper=(), namespace=None, interface="srv0"):
        """`namespace`: the server's, if none is named."""
        self.folder = lab.folder / self.name
        self.folder.mkdir(exist_ok=True)
        super().__init__(lab, packages, namespace or lab.srv, self.folder / "log", wrapper)
        self.site, self.root, self.interface = site, root, interface

    def wait_until_ready(self):
        for port in (PORTS[what] for what in self.serves):
            wait_for(lambda: self.ended() or self.listens(port), 20,
                     f"{self.name} listens on UDP port {port}")

    def listens(self, port):
        return f":{port} " in run("ip", "netns", "exec", self.namespace, "ss", "-Hlun").stdout


class Dnsmasq(BootServer):
    name, serves, package = "dnsmasq", ("dhcp", "tftp"), "dnsmasq-base"

    def command(self):
        site = self.site
        boot = [f"--dhcp-boot={site.boot_file}"] if site.boot_file else []
        return [self.program("usr/sbin/dnsmasq"), "--keep-in-foreground", "--conf-file=/dev/null",
                "--port=0", f"--interface={self.interface}", "--bind-interfaces", "--user=root",
                "--pid-file=", f"--dhcp-range={site.first},{site.last},{site.mask()},1h",
                f"--dhcp-lease-max={site.addresses()}", *boot,
                "--dhcp-authoritative", "--no-ping", f"--dhcp-leasefile={self.folder}/leases",
                "--quiet-dhcp", "--enable-tftp", f"--tftp-root={self.root}", "--tftp-max=2000",
                "--quiet-tftp"]


class Kea(BootServer):
    name, serves, package = "kea", ("dhcp",), "kea-dhcp4-server"

    def command(self):
        site = self.site
        boot = {"next-server": site.server, "boot-file-name": site.boot_file}
        config = {"Dhcp4": {
            "interfaces-config": {"interfaces": [self.interface], "dhcp-socket-type": "raw"},
            "lease-database": {"type": "memfile", "persist": True,
                               "name": f"{self.folder}/leases.csv", "lfc-interval": 0},
            "valid-lifetime": 3600, "authoritative": True,
            "multi-threading": {"enable-multi-threading": True},
            "subnet4": [{"id": 1, "subnet": site.network,
                         "pools": [{"pool": f"{site.first} - {site.last}"}],
                         **(boot if site.boot_file else {})}],
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


class IscDhcpd(BootServer):
    name, serves, package = "isc-dhcpd", ("dhcp",), "isc-dhcp-server"

    def command(self):
        site = self.site
        config, leases = self.folder / "dhcpd.conf", self.folder / "leases"
        leases.write_text("")
        config.write_text(
            "authoritative; ping-check false; default-lease-time 3600;\n"
            f"subnet {site.network.split('/')[0]} netmask {site.mask()} {{\n"
            f"  range {site.first} {site.last};\n"
            f"  next-server {site.server}; filename \"{site.boot_file}\";\n}}\n")
        return [self.program("usr/sbin/dhcpd"), "-4", "-f", "-q", "-cf", config, "-lf", leases,
                "-pf", self.folder / "pid", "srv0"]


class TftpdHpa(BootServer):
    name, serves, package = "tftpd-hpa", ("tftp",), "tftpd-hpa"

    def command(self):
        return [self.program("usr/sbin/in.tftpd"), "--foreground", "--user", "root", "--address",
                f"{self.site.server}:69", "--secure", self.root]


class Atftpd(BootServer):
    name, serves, package = "atftpd", ("tftp",), "atftpd"

    def command(self):
        return [self.program("usr/sbin/atftpd"), "--daemon", "--no-fork", "--user", "root.root",
                "--bind-address", self.site.server, "--maxthread", "2000", "--verbose=1", self.root]
