#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: stock clients that got their address from stentord get the files that are theirs: of a
folder of their own, beside their boot file, under an access rule if their reservation says so."""

import subprocess

from appliance import BACKENDS, RESERVED_ADDRESS, RESERVED_MAC, Appliance, config_text, sha256
from dhcp_test import Clients
from lab import NETWORK, POOL, Lab
from suite import check_equal, main, program_under_test
from tftp_client import curl, tftp_hpa

OWN_MAC = "52:54:00:99:00:21"
OTHER_MAC = "52:54:00:99:00:22"
DHCP = f"""\
dhcp:
  classes:
    - {{name: trusted}}
    - name: small
      match: {{vendor-class: "udhcp*", not: {{mac: "{OWN_MAC}"}}}}
      tftp: {{blksize-max: 512}}
  subnets:
    - subnet: {NETWORK}
      pools: [{POOL}]
      reservations:
        - {{mac: "{RESERVED_MAC}", address: {RESERVED_ADDRESS}, classes: [trusted]}}
boot: {{rules: [{{file: efi/shimx64.efi}}]}}
"""
IMAGES = ("{folder}, client-directories: [\"{{mac}}\"], "
          "access: [{{files: \"secrets/*\", classes: [trusted]}}]")
OWN_CONFIG = OWN_MAC.replace(":", "-") + "/grub.cfg"
FILES = {"grub.cfg": 5_000, OWN_CONFIG: 4_000, "efi/shimx64.efi": 3_000, "efi/grubx64.efi": 7_000,
         "secrets/key": 6_000}
# curl's exit statuses for TFTP's ERROR 1 and 2.
CURL_NOT_FOUND = 68
CURL_NOT_ALLOWED = 69


class Site:
    """The lab with its clients, boot files, and what was fetched."""

    def __init__(self, lab):
        self.lab = lab
        self.images = lab.folder / "images"
        for number, (name, size) in enumerate(FILES.items()):
            path = self.images / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(bytes((number + i) % 251 for i in range(size)))
        self.clients = Clients(lab)
        self.blocks = 0

    def serving(self, program, backend):
        images = IMAGES.format(folder=self.images)
        return Appliance(self.lab, program, config_text(images, dhcp=DHCP),
                         wrapper=BACKENDS[backend])

    def machine(self, mac):
        """udhcpc on a machine with this address, bound."""
        self.clients.reset(mac)
        client = self.clients.start_udhcpc()
        self.clients.wait_for_event("bound")
        return client

    def fetch(self, remote, expected, blksize):
        """With curl, which asks for blocks of 1,428 bytes; `blksize` is what it is to get."""
        local = self.lab.folder / "fetched"
        self.lab.client(*curl(remote, local, "--tftp-blksize", "1428"))
        check_equal(sha256(local), sha256(self.images / expected), f"SHA-256 of {remote}")
        self.blocks += FILES[expected] // blksize + 1

    def status_of(self, remote):
        return self.lab.start_client(*curl(remote, self.lab.folder / "refused"),
                                     stderr=subprocess.DEVNULL).wait(timeout=30)


def a_folder_of_its_own_comes_before_the_root(site):
    client = site.machine(OWN_MAC)
    site.fetch("grub.cfg", OWN_CONFIG, 1428)
    site.fetch("/efi/shimx64.efi", "efi/shimx64.efi", 1428)
    site.clients.end_udhcpc(client)
    client = site.machine(OTHER_MAC)
    site.fetch("grub.cfg", "grub.cfg", 512)
    site.clients.end_udhcpc(client)


def what_lies_beside_the_boot_file_is_found(site):
    """As shim asks that was loaded from efi/."""
    client = site.machine(OTHER_MAC)
    site.fetch("grubx64.efi", "efi/grubx64.efi", 512)
    local = site.lab.folder / "hpa"
    site.lab.client(*tftp_hpa("grubx64.efi", local))
    check_equal(sha256(local), sha256(site.images / "efi/grubx64.efi"), "SHA-256 with tftp-hpa")
    site.blocks += FILES["efi/grubx64.efi"] // 512 + 1
    check_equal(site.status_of("mmx64.efi"), CURL_NOT_FOUND, "curl's status for what is nowhere")
    site.clients.end_udhcpc(client)


def an_access_rule_lets_the_reservation_in_alone(site):
    client = site.machine(OTHER_MAC)
    check_equal(site.status_of("secrets/key"), CURL_NOT_ALLOWED, "curl's status without the class")
    site.clients.end_udhcpc(client)
    client = site.machine(RESERVED_MAC)
    site.fetch("secrets/key", "secrets/key", 512)
    site.clients.end_udhcpc(client)


def everything_is_counted(site, stentord):
    """Blocks show which blksize each class was granted. Every machine's last echo request came
    after its last ACK."""
    stentord.stop()
    counters = stentord.counters()
    check_equal(counters.get("refused access_denied"), 1, f"refusals in {counters}")
    check_equal(counters.get("refused file_not_found"), 1, f"refusals in {counters}")
    check_equal(counters.get("blocks_sent"), site.blocks, f"blocks in {counters}")


def group(program, backend):
    with Lab() as lab:
        site = Site(lab)
        with site.serving(program, backend) as stentord:
            for test in (a_folder_of_its_own_comes_before_the_root,
                         what_lies_beside_the_boot_file_is_found,
                         an_access_rule_lets_the_reservation_in_alone):
                yield f"{test.__name__.replace('_', ' ')} over {backend}", lambda: test(site)
            yield (f"everything is counted over {backend}",
                   lambda: everything_is_counted(site, stentord))


if __name__ == "__main__":
    main([group(program_under_test(), backend) for backend in BACKENDS])
