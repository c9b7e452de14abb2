#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: stock TFTP clients fetch every byte, over AF_XDP and over AF_PACKET.

The clients differ: curl and tftp-hpa go block by block, atftp opens a window, busybox negotiates
blksize and tsize.
"""

import os

from appliance import BACKENDS, FILES, check_backend, serving, sha256, write_images
from frame import Datagram, Tap, is_udp
from lab import SERVER, Lab
from suite import Skip, check, check_equal, main, program_under_test
from tftp_client import atftp, busybox, clients_at_once, curl, tftp_hpa

LARGE = "initrd/root.img"
CLIENTS_AT_ONCE = 20


CLIENTS = {
    "curl": curl,
    "curl with blksize 1468": lambda remote, local: curl(remote, local, "--tftp-blksize", "1468"),
    "curl without options": lambda remote, local: curl(remote, local, "--tftp-no-options"),
    "tftp-hpa": tftp_hpa,
    "atftp with blksize, windowsize and tsize": atftp,
    "busybox tftp": busybox,
}


def fetch(lab, command, remote, expected):
    local = lab.folder / "fetched"
    local.unlink(missing_ok=True)
    told = lab.client(*command(remote, local), seconds=150)
    check(local.exists(), f"no file came: {told.stdout.strip()}")
    check_equal(local.stat().st_size, FILES[remote], f"bytes of {remote}")
    check_equal(sha256(local), expected, f"SHA-256 of {remote}")


def missing_file_is_an_error_of_the_client(lab):
    """RFC 1350, error code 1: each client says so, at once, and curl's status for it is 68."""
    result = lab.client(*curl("no/such.file", lab.folder / "nothing"), ok=False)
    check_equal(result.returncode, 68, f"curl's exit status ({result.stdout.strip()})")
    for command in (tftp_hpa, atftp, busybox):
        result = lab.client(*command("no/such.file", lab.folder / "nothing"), ok=False, seconds=10)
        check("not found" in result.stdout.lower(), f"{command.__name__}: {result.stdout.strip()}")


def upload_is_refused(lab):
    """RFC 1350, error code 2: curl's status for it is 69."""
    sent = lab.folder / "images" / "pxelinux.0"
    result = lab.client("curl", "--silent", "--show-error", "--max-time", "10", "--upload-file",
                        sent, f"tftp://{SERVER}/pxelinux.0", ok=False)
    check_equal(result.returncode, 69, f"curl's exit status ({result.stdout.strip()})")


def path_is_normalised(lab, hashes):
    """Firmware writes the same path in its own ways."""
    for remote in ("//initrd//root.img", "/initrd\\root.img"):
        local = lab.folder / "fetched"
        local.unlink(missing_ok=True)
        lab.client(*atftp(remote, local), seconds=150)
        check_equal(sha256(local), hashes[LARGE], f"SHA-256 of {remote}")


def group(program, backend):
    with Lab() as lab:
        hashes = write_images(lab.folder / "images", FILES)
        lab.give_client_addresses(CLIENTS_AT_ONCE)
        with serving(lab, program, backend) as stentord:
            yield f"{backend} serves", lambda: check_backend(stentord, backend)
            for name, command in CLIENTS.items():
                yield (f"{name} over {backend}",
                       lambda: fetch(lab, command, "linux", hashes["linux"]))
            yield (f"block numbers roll over for curl over {backend}",
                   lambda: fetch(lab, curl, LARGE, hashes[LARGE]))
            yield f"path is normalised over {backend}", lambda: path_is_normalised(lab, hashes)
            yield (f"missing file is an error of the client over {backend}",
                   lambda: missing_file_is_an_error_of_the_client(lab))
            yield f"upload is refused over {backend}", lambda: upload_is_refused(lab)
            yield (f"{CLIENTS_AT_ONCE} clients at once over {backend}",
                   lambda: clients_at_once(lab, CLIENTS_AT_ONCE, "linux", hashes["linux"]))


def frames_are_handed_over(lab, stentord):
    """The kernel's choice of a queue is not ours of a worker: some frames have to cross."""
    for last in range(CLIENTS_AT_ONCE):  # so many flows that each queue has some
        lab.client("ping", "-c", "1", "-W", "10", "-I", f"10.99.0.{2 + last}", SERVER)
    stentord.stop()
    counters = stentord.counters()
    check(counters.get("frames_handed_over", 0) > 0, f"frames_handed_over in {counters}")
    check_equal(counters["transfers_completed"], CLIENTS_AT_ONCE, "transfers_completed")


def only_port_69_is_used(lab, hashes):
    """By clients that see no difference."""
    for command in (curl, tftp_hpa, atftp, busybox):
        with Tap(lab, "cli0") as tap:
            fetch(lab, command, "linux", hashes["linux"])
            heard = [Datagram(frame) for frame in tap.arrivals(0.5) if is_udp(frame)]
        ports = {datagram.from_port for datagram in heard if datagram.source == SERVER}
        check_equal(ports, {69}, f"ports that {command.__name__} heard")


def group_of_one_port(program):
    """tftp.ports: single, at two workers: whichever queue a frame comes by."""
    need_two_cores()
    with Lab(queues=2) as lab:
        hashes = write_images(lab.folder / "images")
        lab.give_client_addresses(CLIENTS_AT_ONCE)
        with serving(lab, program, "AF_XDP", cores="[0, 1]", tftp="ports: single, clients: any"):
            yield "only port 69 is used", lambda: only_port_69_is_used(lab, hashes)
            yield (f"{CLIENTS_AT_ONCE} clients at once from port 69",
                   lambda: clients_at_once(lab, CLIENTS_AT_ONCE, "linux", hashes["linux"]))


def need_two_cores():
    if not {0, 1} <= os.sched_getaffinity(0):
        raise Skip("two workers need cores 0 and 1")


def group_of_workers(program, backend):
    """Two queues, each with a worker: whichever a frame comes by, its transfer goes on."""
    need_two_cores()
    with Lab(queues=2) as lab:
        hashes = write_images(lab.folder / "images")
        lab.give_client_addresses(CLIENTS_AT_ONCE)
        with serving(lab, program, backend, cores="[0, 1]") as stentord:
            yield f"{backend} serves two queues", lambda: check_backend(stentord, backend)
            yield (f"each queue has a worker over {backend}",
                   lambda: check("worker 1: core 1" in stentord.log() and
                                 "2 queues" in stentord.log(), stentord.log()))
            yield (f"{CLIENTS_AT_ONCE} clients at once at two workers over {backend}",
                   lambda: clients_at_once(lab, CLIENTS_AT_ONCE, "linux", hashes["linux"]))
            yield f"frames are handed over {backend}", lambda: frames_are_handed_over(lab, stentord)


if __name__ == "__main__":
    main([make(program_under_test(), backend)
          for make in (group, group_of_workers) for backend in BACKENDS]
         + [group_of_one_port(program_under_test())])
