# SPDX-License-Identifier: BSD-3-Clause
"""The boot servers of the field as Debian packages them, started inside a lab and ended by it.

Each serves a folder by TFTP and a range of addresses by DHCP on srv0, configured as its own manual
has it, and is otherwise unchanged.
"""

import json
import os
import pathlib

from lab import NETWORK, SERVER, run
from suite import check, wait_for

# As many addresses as a /24 has beside the server and a few for clients of a test's own.
RANGE = ("10.99.0.16", "10.99.0.250")
BOOT_FILE = "pxelinux.0"


ROOT = pathlib.Path(__file__).resolve().parents[2]
# Where the packages are unpacked: the build folder says so.
FOLDER = pathlib.Path(os.environ.get("STENTOR_PEERS") or ROOT / "build/peers")


def program(package, path):
    """A daemon as its package has it, and the environment that it finds its libraries by."""
    run(ROOT / "deploy/unpack-packages.sh", FOLDER, "peers", seconds=300)
    libraries = FOLDER / package / "usr/lib/x86_64-linux-gnu"
    return FOLDER / package / path, {"LD_LIBRARY_PATH": str(libraries)}


class Peer:
    """`with` starts its daemons, waits until they listen, and ends them."""

    def __init__(self, lab, images):
        self.lab = lab
        self.images = images
        self.log_path = lab.folder / f"{type(self).__name__.lower()}.log"
        self.processes = []

    def __enter__(self):
        with open(self.log_path, "w") as log:
            for command, environment in self.commands():
                self.processes.append(self.lab.start(
                    self.lab.srv, *command, stdout=log, stderr=log,
                    env={**os.environ, **environment}))
        for port in (67, 69):
            wait_for(lambda: self.ended() or self.listens(port), 20,
                     f"{type(self).__name__} listens on UDP port {port}")
        check(not self.ended(), f"a daemon ended at once:\n{self.log()}")
        return self

    def __exit__(self, *_):
        for process in self.processes:
            if process.poll() is None:
                process.terminate()
        for process in self.processes:
            process.wait(timeout=10)

    def ended(self):
        return any(process.poll() is not None for process in self.processes)

    def listens(self, port):
        return f":{port} " in self.lab.server("ss", "-Hlun").stdout

    def log(self):
        return self.log_path.read_text(errors="replace")


class Dnsmasq(Peer):
    def commands(self):
        dnsmasq, environment = program("dnsmasq-base", "usr/sbin/dnsmasq")
        # --no-ping: an offer at once.
        yield ([dnsmasq, "--keep-in-foreground", "--conf-file=/dev/null", "--port=0",
                "--user=root", "--interface=srv0", "--bind-interfaces", "--no-ping",
                f"--dhcp-range={RANGE[0]},{RANGE[1]},255.255.255.0,1h",
                f"--dhcp-boot={BOOT_FILE}", "--dhcp-lease-max=1000", "--dhcp-authoritative",
                f"--dhcp-leasefile={self.lab.folder}/dnsmasq.leases", "--pid-file=",
                "--enable-tftp", f"--tftp-root={self.images}", "--tftp-max=1000"], environment)


class KeaAndTftpd(Peer):
    def commands(self):
        config = self.lab.folder / "kea.json"
        config.write_text(json.dumps({"Dhcp4": {
            "interfaces-config": {"interfaces": ["srv0"]},
            "lease-database": {"type": "memfile", "name": f"{self.lab.folder}/kea.csv"},
            "valid-lifetime": 3600,
            "next-server": SERVER,
            "boot-file-name": BOOT_FILE,
            "subnet4": [{"id": 1, "subnet": NETWORK,
                         "pools": [{"pool": f"{RANGE[0]} - {RANGE[1]}"}]}],
        }}))
        folder = str(self.lab.folder)
        kea, environment = program("kea-dhcp4-server", "usr/sbin/kea-dhcp4")
        helper = kea.parent / "kea-lfc"
        if helper.exists():  # else the host has the package that it is of
            environment["KEA_LFC_EXECUTABLE"] = str(helper)
        yield [kea, "-c", config], {**environment, "KEA_PIDFILE_DIR": folder,
                                    "KEA_LOCKFILE_DIR": folder}
        tftpd, environment = program("tftpd-hpa", "usr/sbin/in.tftpd")
        yield [tftpd, "--foreground", "--address", f"{SERVER}:69", "--user", "root",
               "--secure", self.images], environment
