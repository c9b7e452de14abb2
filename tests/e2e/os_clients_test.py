#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: dhcpcd and systemd-networkd, as distributions ship them, get what the configuration says,
renew it by unicast, and give it back.
"""

import re
import signal

from appliance import RESERVED_ADDRESS, RESERVED_MAC, ROUTER, serving, write_images
from boot_server import FOLDER, environment_of, unpack, version_of
from dhcp_log import ACK, RELEASE, REQUEST, DhcpLog
from dhcp_test import check_in_pool
from lab import SERVER, Lab, end, run
from suite import check, check_equal, main, program_under_test, wait_for

POOL_MAC = "52:54:00:99:00:41"
LEASE_SECONDS = 10
# By each client's own account, and no more than what it was told.
EXPECTED = {"mask": "255.255.255.0", "router": ROUTER, "dns": "10.99.0.253", "server": SERVER,
            "lease": str(LEASE_SECONDS)}
# Their state is their own: nothing of the host's is written, its name included. Where systemd is
# not installed, the user that networkd becomes is not there.
PRIVATE = """\
mount --make-rprivate /
mount -t tmpfs none /run
mount -t tmpfs none /var/lib
mkdir -p /run/systemd/network /var/lib/dhcpcd
mount -o remount,bind,ro /sys
getent passwd systemd-network > /run/user || {
  echo systemd-network:x:998:998::/:/bin/false | cat /etc/passwd - > /run/passwd
  mount --bind /run/passwd /etc/passwd
}
test -z "$1" || cp "$1" /run/systemd/network/
shift
exec "$@"
"""


class Client:
    """One process on cli0. `with` starts it, and ends it."""

    name = package = ""
    gives_back = signal.SIGTERM  # its lease, and ends

    def __init__(self, lab, packages):
        self.lab, self.packages = lab, packages
        self.log_path = lab.folder / f"{self.name}.log"
        self.process = None

    def __enter__(self):
        network, *command = self.command()
        with open(self.log_path, "w", encoding="utf-8") as log:
            self.process = self.lab.start_client(
                "unshare", "--uts", "sh", "-ec", PRIVATE, "sh", network, *command, stdout=log,
                stderr=log, env=self.environment())
        return self

    def __exit__(self, *_):
        end(self.process)
        run("ip", "-n", self.lab.cli, "address", "flush", "dev", "cli0")

    def command(self):
        """The .network file, or "", and what to run."""
        raise NotImplementedError

    def environment(self):
        return environment_of(self.packages, self.package)

    def told(self):
        """What it has been told, of EXPECTED, `address` and `host`; {} before its lease."""
        raise NotImplementedError

    def wait_until_bound(self):
        def bound():
            check(self.process.poll() is None, f"{self.name} ended:\n{self.log_path.read_text()}")
            return self.told()
        return wait_for(bound, 30, f"{self.name} has an address")

    def give_back(self):
        self.process.send_signal(self.gives_back)
        self.process.wait(timeout=10)


class Dhcpcd(Client):
    """With Debian's configuration, and a script in the place of its own, which sets up the host."""

    name, package = "dhcpcd", "dhcpcd-base"
    gives_back = signal.SIGALRM  # what `dhcpcd --release` sends

    def command(self):
        package = self.packages / self.package
        self.events = self.lab.folder / "dhcpcd.events"
        self.events.write_text("")
        script = self.lab.folder / "dhcpcd.script"
        script.write_text(
            "#!/bin/sh\n"
            f'echo "$reason address=$new_ip_address mask=$new_subnet_mask router=$new_routers '
            f'dns=$new_domain_name_servers server=$new_dhcp_server_identifier '
            f'lease=$new_dhcp_lease_time host=$new_host_name" >> {self.events}\n')
        script.chmod(0o755)
        return ["", package / "usr/sbin/dhcpcd", "--nobackground", "--ipv4only", "--config",
                package / "etc/dhcpcd.conf", "--script", script, "--option", "host_name", "cli0"]

    def told(self):
        bound = re.findall(r"^(?:BOUND|REBOOT|RENEW) (.*)$", self.events.read_text(), re.MULTILINE)
        return dict(re.findall(r"(\w+)=(\S*)", bound[-1])) if bound else {}


class Networkd(Client):
    """Without D-Bus and udev, as in a container."""

    name, package = "systemd-networkd", "systemd"
    NETWORK = "[Match]\nName=cli0\n[Network]\nDHCP=ipv4\nIPv6AcceptRA=no\n"
    NAMES = {"ADDRESS": "address", "NETMASK": "mask", "ROUTER": "router", "DNS": "dns",
             "SERVER_ADDRESS": "server", "LIFETIME": "lease", "HOSTNAME": "host"}

    def command(self):
        network = self.lab.folder / "10-cli0.network"
        network.write_text(self.NETWORK)
        network.chmod(0o644)
        return [network, self.packages / self.package / "lib/systemd/systemd-networkd"]

    def environment(self):
        environment = super().environment()
        libraries = environment["LD_LIBRARY_PATH"]
        return {**environment, "LD_LIBRARY_PATH": f"{libraries}:{libraries}/systemd"}

    def told(self):
        index = self.lab.client("cat", "/sys/class/net/cli0/ifindex").stdout.strip()
        its_root = f"/proc/{self.process.pid}/root"
        lease = self.lab.client("cat", f"{its_root}/run/systemd/netif/leases/{index}", ok=False)
        rows = dict(re.findall(r"^(\w+)=(.*)$", lease.stdout, re.MULTILINE))
        return {ours: rows[name] for name, ours in self.NAMES.items() if name in rows}


CLIENTS = (Dhcpcd, Networkd)


def set_mac(lab, mac):
    run("ip", "-n", lab.cli, "link", "set", "cli0", "address", mac)


# Feature: dora, release
def binds_renews_and_releases(lab, packages, kind, log):
    set_mac(lab, RESERVED_MAC)
    log.messages.clear()
    with kind(lab, packages) as client:
        told = client.wait_until_bound()
        check_equal(told, {**EXPECTED, "address": RESERVED_ADDRESS, "host": "node9"},
                    f"what {client.name} was told")
        wait_for(lambda: renewals(log), 2 * LEASE_SECONDS, f"{client.name} renews")
        renewal = renewals(log)[0]
        wait_for(lambda: log.of(ACK, xid=renewal.xid, target=RESERVED_ADDRESS), 5,
                 f"its ACK, by unicast, in {log.messages}")
        check_equal(client.told()["address"], RESERVED_ADDRESS, "address after the renewal")
        client.give_back()
    releases = log.of(RELEASE)
    check_equal([(message.ciaddr, message.target) for message in releases],
                [(RESERVED_ADDRESS, SERVER)], "what was released, and to whom")


def renewals(log):
    """RFC 2131 section 4.3.2, RENEWING."""
    return log.of(REQUEST, ciaddr=RESERVED_ADDRESS, source=RESERVED_ADDRESS, target=SERVER)


# Feature: identify-by-hardware, client-id
def one_machine_keeps_one_address(lab, packages):
    """Each has a client identifier of its own, and takes the other's place without a word."""
    set_mac(lab, POOL_MAC)
    addresses = set()
    for kind in CLIENTS:
        with kind(lab, packages) as client:
            told = client.wait_until_bound()
            client.process.kill()
            client.process.wait()
        check_in_pool(told["address"])
        check(not told.get("host"), f"{client.name} was told a host name that nobody gave: {told}")
        addresses.add(told["address"])
    check_equal(len(addresses), 1, f"addresses of one machine, {addresses}")


def releases_are_counted(stentord):
    stentord.stop()
    counters = stentord.counters()
    check_equal(counters.get("dropped dhcp_released"), len(CLIENTS), f"RELEASEs in {counters}")


def group(program):
    packages = unpack(FOLDER, "parties")
    with Lab() as lab:
        write_images(lab.folder / "images")
        with serving(lab, program) as stentord, DhcpLog(lab) as log:
            for kind in CLIENTS:
                yield (f"{kind.name} {version_of(packages, kind.package)} binds, renews and "
                       "releases", lambda: binds_renews_and_releases(lab, packages, kind, log))
            yield ("one machine keeps one address", lambda:
                   one_machine_keeps_one_address(lab, packages))
            yield "releases are counted", lambda: releases_are_counted(stentord)


if __name__ == "__main__":
    main([group(program_under_test())])
