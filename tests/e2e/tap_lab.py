# SPDX-License-Identifier: BSD-3-Clause
"""A lab whose clients sit on the kernel's end of a TAP device, in the namespace of who made it."""

import json
import re

from lab import POOL, SERVER, Lab, run
from suite import check

INTERFACE = "tap0"


class TapLab(Lab):
    """One namespace, without a wire: stentord makes it."""

    def _make(self):
        self.srv = self.cli
        run("ip", "netns", "add", self.cli)
        run("ip", "-n", self.cli, "link", "set", "lo", "up")

    def keep_interface(self):
        """Makes it before anybody else does, so that it outlives who opens it."""
        run("ip", "-n", self.cli, "tuntap", "add", INTERFACE, "mode", "tap", "multi_queue")

    def interfaces(self):
        links = json.loads(run("ip", "-n", self.cli, "-j", "link").stdout)
        return [link["ifname"] for link in links]

    def give_client_addresses(self, count=1):
        for last in range(2, 2 + count):
            run("ip", "-n", self.cli, "address", "add", f"10.99.0.{last}/24", "dev", INTERFACE)


def udhcpc_gets_an_address(lab):
    lease = lab.client("udhcpc", "-i", INTERFACE, "-n", "-q", "-f", "-t", "5", "-T", "1", "-s",
                       "/bin/true", seconds=30).stdout
    address = re.search(rf"lease of (\S+) obtained from {re.escape(SERVER)}", lease)
    check(address and POOL.startswith(address[1]), f"not the first address of {POOL}:\n{lease}")
