#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: a stentord that drains begins nothing new and finishes what it has begun: told so by
stentorctl until it is told otherwise, and by SIGTERM until the last transfer has ended, its time
is over, or another signal comes."""

import contextlib
import signal
import subprocess
import time

from appliance import config_text, sha256, write_images
from control_client import Command, get, serving_control, socket_of
from lab import SERVER, Lab
from suite import check, check_equal, main, programs_under_test, wait_for
from tftp_client import curl, standing_still, wait_for_bytes

FILE = "initrd/root.img"


def serving_for(lab, program, drain):
    """With a limit of its own."""
    stentord = serving_control(lab, program)
    config = lab.folder / "stentord.yaml"
    config.write_text(config_text(lab.folder / "images",
                                  control=f"socket: {{path: {socket_of(lab)}}}") +
                      f"limits: {{drain: {drain}}}\n")
    return stentord


@contextlib.contextmanager
def fetching(lab):
    """A transfer in its middle, which stands still; afterwards it goes on."""
    output = lab.folder / "fetched"
    output.unlink(missing_ok=True)
    client = lab.start_client(*curl(FILE, output), stderr=subprocess.PIPE, text=True)
    try:
        wait_for_bytes(client, output, 1_000_000)
        with standing_still(client):
            yield client
    finally:
        client.kill()
        client.wait()


def ends_whole(lab, client, expected):
    _, told = client.communicate(timeout=60)
    check_equal(client.returncode, 0, f"exit status of the client ({told.strip()})")
    check_equal(sha256(lab.folder / "fetched"), expected, f"SHA-256 of {FILE}")


def drops(lab):
    return {row["reason"]: row["count"] for row in get(lab, "/v1/drops")["drops"]}["draining"]


def nothing_begins(lab):
    refused = lab.client("curl", "--silent", "--max-time", "1", "--output", lab.folder / "new",
                         f"tftp://{SERVER}/pxelinux.0", ok=False)
    check(refused.returncode != 0, "a transfer began")
    after_request = drops(lab)
    check(after_request > 0, "no request was dropped for the drain")
    lab.client("udhcpc", "--foreground", "--now", "--quit", "--retries", "1", "--timeout", "1",
               "--interface", "cli0", "--script", "/bin/true", ok=False)
    check(drops(lab) > after_request, "no DISCOVER was dropped for the drain")


def told_by_the_command(lab, command, expected):
    with fetching(lab) as client:
        said = command.says("drain")
        check_equal(said, "Draining: nothing new begins. Transfers that go on: 1.\n", "its answer")
        check("nothing new begins" in command.says("status"), "status says nothing of it")
        nothing_begins(lab)
        # Whoever waits for the end of a drain waits for this one.
        waiting = subprocess.Popen([command.program, "drain", "--wait", "--json", "--socket",
                                    socket_of(lab)], stdout=subprocess.PIPE, text=True)
        time.sleep(1)
        check(waiting.poll() is None, "it did not wait")
        client.send_signal(signal.SIGCONT)
        ends_whole(lab, client, expected)
        check_equal(waiting.communicate(timeout=20)[0].split(),
                    ["{", '"draining":', "true,", '"transfers":', "0", "}"], "when nothing lives")
    command.says("drain", "--end")
    check_equal(command.json("status")["draining"], False, "status")
    lab.client(*curl("pxelinux.0", lab.folder / "new"))


def ends_with_the_last_transfer(lab, program, expected):
    with serving_for(lab, program, "60s") as stentord:
        with fetching(lab) as client:
            stentord.process.send_signal(signal.SIGTERM)
            wait_for(lambda: stentord.logged("it ends with the last transfer"), 5, "it drains")
            nothing_begins(lab)
            check(not stentord.ended(), "it did not wait for the transfer")
            client.send_signal(signal.SIGCONT)
            ends_whole(lab, client, expected)
            check_equal(stentord.wait_for_end(), 0, "exit status")
        check_equal(stentord.counters()["transfers_completed"], 1, "transfers completed")


def ends_when_its_time_is_over(lab, program):
    with serving_for(lab, program, "1s") as stentord, fetching(lab):
        begun = time.monotonic()
        stentord.process.send_signal(signal.SIGTERM)
        check_equal(stentord.wait_for_end(), 0, "exit status")
        seconds = time.monotonic() - begun
        check(1 <= seconds < 4, f"it took {seconds:.1f} s")
        check(stentord.logged("transfers that are cut off: 1"), "the log has not what was lost")


def another_signal_ends_it(lab, program):
    with serving_for(lab, program, "1h") as stentord, fetching(lab):
        stentord.process.send_signal(signal.SIGTERM)
        wait_for(lambda: stentord.logged("it ends with the last transfer"), 5, "it drains")
        begun = time.monotonic()
        stentord.process.send_signal(signal.SIGINT)
        check_equal(stentord.wait_for_end(), 0, "exit status")
        check(time.monotonic() - begun < 2, "it went on")


def group_of_drains(program, stentorctl):
    with Lab() as lab:
        expected = write_images(lab.folder / "images", ["pxelinux.0", FILE])[FILE]
        lab.give_client_addresses()
        with serving_control(lab, program):
            command = Command(lab, stentorctl)
            yield "told by the command", lambda: told_by_the_command(lab, command, expected)
        yield "it ends with the last transfer", lambda: ends_with_the_last_transfer(
            lab, program, expected)
        yield "it ends when its time is over", lambda: ends_when_its_time_is_over(lab, program)
        yield "another signal ends it", lambda: another_signal_ends_it(lab, program)


if __name__ == "__main__":
    main([group_of_drains(*programs_under_test("stentord", "stentorctl"))])
