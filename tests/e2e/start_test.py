#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: a stentord that is told to stop while it reads a large image root stops at once, with
status 0, and leaves nothing behind; so does one that waits for a driver; and it starts on whatever
its own derivation says."""

import os
import signal
import socket

from appliance import PORT, Appliance, config_text, write_images
from lab import SERVER, Lab
from suite import check, check_equal, main, program_under_test, wait_for

# Sparse: reading it and summing its blocks takes seconds, and no disk.
IMAGE_BYTES = 2 << 30
# Far less than that, and far more than it takes: 0.1 s on a machine with nothing else to do.
STOP_SECONDS = 1.5
# How long a driver is waited for (kDriverPatience in main.cc), and a second on top.
DRIVER_STOP_SECONDS = 3


def stops_while_it_reads(lab, program, with_signal):
    before = lab.interface_state()
    stentord = Appliance(lab, program, config_text(lab.folder / "images")).start()
    wait_for(lambda: stentord.ended() or stentord.logged("images: reading"), 30, "it reads")
    check(not stentord.ended(), f"it ended by itself:\n{stentord.log()}")
    status, seconds = stentord.stop(with_signal)
    check_equal(status, 0, "exit status")
    check(stentord.logged(f"stopping on {with_signal.name} before anything was served"),
          f"it was to end while it read:\n{stentord.log()}")
    check(seconds < STOP_SECONDS, f"it took {seconds:.2f} s to stop")
    check_equal(lab.interface_state(), before, "interface")
    print(f"        stopped within {seconds * 1000:.0f} ms", flush=True)


def waiting_ports(lab):
    """The kernel's interface, a device with a socket, and one that waits there for its peer."""
    devices = (f"vdev:net_vhost0,iface={lab.folder}/vhost",
               f"vdev:net_virtio_user0,path={lab.folder}/virtio,server=1")
    return PORT.format(device="interface:srv0", server=SERVER) + "".join(
        f"  - name: boot{i}\n    device: \"{device}\"\n"
        f"    networks:\n      - {{address: 10.99.{i}.1/24, dhcp: none, mtu: 1500}}\n"
        for i, device in enumerate(devices, start=1))


def starts_and_waits(lab, program):
    text = config_text(lab.folder / "images", waiting_ports(lab))
    stentord = Appliance(lab, program, text).start()
    wait_for(lambda: stentord.ended() or (lab.folder / "virtio").exists(), 30, "the driver waits")
    check(not stentord.ended(), f"it ended by itself:\n{stentord.log()}")
    return stentord


def has_ended_before_it_served(lab, stentord, before, with_signal, status):
    check_equal(status, 0, f"exit status of:\n{stentord.log()}\n")
    check(stentord.logged(f"stopping on {with_signal.name} before anything was served"),
          f"it was to end while the driver waited:\n{stentord.log()}")
    check_equal(lab.interface_state(), before, "interface")
    check_equal([path.name for path in lab.folder.iterdir() if path.is_socket()], [], "sockets")


def stops_while_a_driver_waits(lab, program, with_signal):
    before = lab.interface_state()
    stentord = starts_and_waits(lab, program)
    status, seconds = stentord.stop(with_signal)
    has_ended_before_it_served(lab, stentord, before, with_signal, status)
    check(seconds < DRIVER_STOP_SECONDS, f"it took {seconds:.2f} s to stop")


def stops_in_order_once_the_driver_returns(lab, program):
    before = lab.interface_state()
    stentord = starts_and_waits(lab, program)
    stentord.process.send_signal(signal.SIGTERM)
    wait_for(lambda: stentord.logged("SIGTERM"), 1, "it has heard the signal")
    with socket.socket(socket.AF_UNIX) as peer:
        peer.connect(str(lab.folder / "virtio"))
    status = stentord.wait_for_end(DRIVER_STOP_SECONDS)
    check(not stentord.logged("gives up"), f"the driver had returned:\n{stentord.log()}")
    has_ended_before_it_served(lab, stentord, before, signal.SIGTERM, status)


def serves_the_longest_frames_of_the_kernel(lab, program):
    """65,535 bytes: more than a DPDK buffer holds, so the derived configuration asks for less."""
    arguments = ["--interface", "srv0", "--images", lab.folder / "images", "--hugepages", "none"]
    with Appliance(lab, program, arguments=arguments) as stentord:
        check(stentord.logged("mtu: 61286"), stentord.log())


# A machine with 200 MiB to spare.
LITTLE_MEMORY = ("sh", "-c", "mount -t tmpfs none /mnt && "
                 "echo 'MemAvailable: 204800 kB' > /mnt/meminfo && "
                 "mount --bind /mnt/meminfo /proc/meminfo && exec \"$@\"", "sh")


def tables_leave_room_for_leases_and_frames(lab, program):
    """180 MiB of tables, and what the EAL has been promised but has not touched: over 200 MiB."""
    text = config_text(lab.folder / "images", cores="[0]", tftp="transfers-max: 740000")
    stentord = Appliance(lab, program, text, wrapper=LITTLE_MEMORY).start()
    check_equal(stentord.wait_for_end(), 1, f"exit status of:\n{stentord.log()}\n")
    for words in ("the tables for 740000 transfers", "200.0 MiB are available", "for the rest",
                  "leases", "lower tftp.transfers-max"):
        check(words in stentord.log(), f"`{words}` is not in:\n{stentord.log()}")


def group_of_longest_frames(program):
    with Lab(mtu=65535) as lab:
        write_images(lab.folder / "images", ["pxelinux.0"])
        yield ("it serves the longest frames of the kernel",
               lambda: serves_the_longest_frames_of_the_kernel(lab, program))


def group_of_drivers(program):
    with Lab() as lab:
        write_images(lab.folder / "images", ["pxelinux.0"])
        for each in (signal.SIGTERM, signal.SIGINT):
            yield (f"{each.name} while a driver waits for its peer",
                   lambda: stops_while_a_driver_waits(lab, program, each))
        yield ("SIGTERM while a driver waits, which then returns",
               lambda: stops_in_order_once_the_driver_returns(lab, program))
        yield ("tables leave room for leases and frames",
               lambda: tables_leave_room_for_leases_and_frames(lab, program))


def group(program):
    with Lab() as lab:
        (lab.folder / "images").mkdir()
        (lab.folder / "images" / "large.img").touch()
        os.truncate(lab.folder / "images" / "large.img", IMAGE_BYTES)
        for each in (signal.SIGTERM, signal.SIGINT):
            yield (f"{each.name} while it reads images",
                   lambda: stops_while_it_reads(lab, program, each))


if __name__ == "__main__":
    main([each(program_under_test())
          for each in (group, group_of_drivers, group_of_longest_frames)])
