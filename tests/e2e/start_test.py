#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: a stentord that is told to stop while it reads a large image root stops at once, with
status 0, and leaves nothing behind; and it starts on whatever its own derivation says."""

import os
import signal

from appliance import Appliance, config_text, write_images
from lab import Lab
from suite import check, check_equal, main, program_under_test, wait_for

# Sparse: reading it and summing its blocks takes seconds, and no disk.
IMAGE_BYTES = 2 << 30
# Far less than that, and far more than it takes: 0.1 s on a machine with nothing else to do.
STOP_SECONDS = 1.5


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


def serves_the_longest_frames_of_the_kernel(lab, program):
    """65,535 bytes: more than a DPDK buffer holds, so the derived configuration asks for less."""
    arguments = ["--interface", "srv0", "--images", lab.folder / "images", "--hugepages", "none"]
    with Appliance(lab, program, arguments=arguments) as stentord:
        check(stentord.logged("mtu: 61286"), stentord.log())


def group_of_longest_frames(program):
    with Lab(mtu=65535) as lab:
        write_images(lab.folder / "images", ["pxelinux.0"])
        yield ("it serves the longest frames of the kernel",
               lambda: serves_the_longest_frames_of_the_kernel(lab, program))


def group(program):
    with Lab() as lab:
        (lab.folder / "images").mkdir()
        (lab.folder / "images" / "large.img").touch()
        os.truncate(lab.folder / "images" / "large.img", IMAGE_BYTES)
        for each in (signal.SIGTERM, signal.SIGINT):
            yield (f"{each.name} while it reads images",
                   lambda: stops_while_it_reads(lab, program, each))


if __name__ == "__main__":
    main([group(program_under_test()), group_of_longest_frames(program_under_test())])
