#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: `stentorctl capture` writes a file that tcpdump reads, with both directions of what was
asked for, every byte right, and why a frame was dropped; however it ends, the file is whole; and
nobody who is served notices.
"""

import contextlib
import hashlib
import os
import signal
import struct
import subprocess

from appliance import sha256
from appliance import write_images
from control_client import Command, curl, serving_control, socket_of
from dhcp_test import Clients
from lab import SERVER, Lab
from leases_test import MINUTES, udhcpc
from suite import check, check_equal, main, programs_under_test, wait_for
from tftp_client import curl as tftp_curl

MAC = "52:54:00:99:00:52"
SECTION, STATISTICS, PACKET = 0x0A0D0D0A, 5, 6
INBOUND, OUTBOUND = 1, 2


def blocks_of(data):
    """(type, body) of each block, which the file is full of to its end."""
    at = 0
    while at < len(data):
        kind, length = struct.unpack_from("<II", data, at)
        check(length % 4 == 0 and at + length <= len(data)
              and data[at + length - 4:at + length] == struct.pack("<I", length),
              f"the block at {at} of {len(data)} has {length} bytes")
        yield kind, data[at + 8:at + length - 4]
        at += length


def packets_of(path):
    """(direction, frame, comment) of each packet."""
    packets = []
    for kind, body in blocks_of(path.read_bytes()):
        if kind != PACKET:
            continue
        kept = struct.unpack_from("<I", body, 12)[0]
        frame, options = body[20:20 + kept], body[20 + (kept + 3) // 4 * 4:]
        direction, comment = None, ""
        while options:
            code, length = struct.unpack_from("<HH", options)
            if code == 2:
                direction = struct.unpack_from("<I", options, 4)[0]
            if code == 1:
                comment = options[4:4 + length].decode()
            options = options[4 + (length + 3) // 4 * 4:]
        packets.append((direction, frame, comment))
    return packets


def tcpdump(path):
    result = subprocess.run(["tcpdump", "-nn", "-v", "-r", path], capture_output=True, text=True,
                            timeout=30)
    check_equal(result.returncode, 0, f"exit status of tcpdump ({result.stderr.strip()})")
    return result.stdout


@contextlib.contextmanager
def capturing(lab, command, path, *words):
    """The process, once frames are captured."""
    path.unlink(missing_ok=True)
    process = subprocess.Popen([command.program, "capture", "-w", path, *words, "--socket",
                                socket_of(lab)], stderr=subprocess.PIPE, text=True)
    try:
        # One may have ended a moment ago, of which stentord and its workers are still to hear.
        wait_for(lambda: process.poll() is not None
                 or path.exists() and path.stat().st_size > 0, 10, f"{path} has a begin")
        check(process.poll() is None or path.exists(), "it ended before it began")
        yield process
    finally:
        process.kill()
        process.wait()


def end(process, status=0, with_signal=signal.SIGINT):
    """What it says at its end."""
    process.send_signal(with_signal)
    said = process.communicate(timeout=10)[1]
    check_equal(process.returncode, status, f"exit status of a capture that is ended ({said})")
    return said


def data_sent(packets, server_port):
    """The bytes of a TFTP transfer, of whole frames without tags."""
    blocks = {}
    for direction, frame, _ in packets:
        if direction == OUTBOUND and frame[23] == 17 and frame[42:44] == b"\0\3":
            source, _, length = struct.unpack_from(">HHH", frame, 34)
            if source == server_port:
                blocks[struct.unpack_from(">H", frame, 44)[0]] = frame[46:34 + length]
    return b"".join(blocks[number] for number in sorted(blocks))


def shows_a_boot(lab, command, clients, images):
    path = lab.folder / "boot.pcapng"
    with capturing(lab, command, path) as process:
        with udhcpc(clients, MAC):
            clients.wait_for_event("bound")
        lab.client(*tftp_curl("pxelinux.0", lab.folder / "fetched", "--tftp-blksize", "1024"))
        said = end(process)
    check(said.endswith(" frames captured\n"), f"it says {said!r}")
    packets = packets_of(path)
    check_equal(int(said.split()[0]), len(packets), "frames that it tells of")
    read = tcpdump(path)
    for line in ("DHCP-Message (53), length 1: Discover", "DHCP-Message (53), length 1: Offer",
                 "DHCP-Message (53), length 1: Request", "DHCP-Message (53), length 1: ACK",
                 '"pxelinux.0" octet'):
        check(line in read, f"tcpdump shows no {line!r}:\n{read[:4000]}")
    check_equal({direction for direction, _, _ in packets}, {INBOUND, OUTBOUND}, "directions")
    port = next(struct.unpack_from(">H", frame, 34)[0] for direction, frame, _ in packets
                if direction == OUTBOUND and frame[23] == 17 and frame[42:44] == b"\0\6")
    check_equal(hashlib.sha256(data_sent(packets, port)).hexdigest(), images["pxelinux.0"],
                "SHA-256 of what was captured of the file")


def filters_and_cuts(lab, command, clients):
    path = lab.folder / "some.pcapng"
    with capturing(lab, command, path, "--port", "67", "--mac", MAC, "--snap", "64") as process:
        lab.client(*tftp_curl("pxelinux.0", lab.folder / "fetched"))
        with udhcpc(clients, MAC):
            clients.wait_for_event("bound")
        end(process, with_signal=signal.SIGTERM)
    frames = [frame for _, frame, _ in packets_of(path)]
    check(len(frames) >= 4, f"{len(frames)} frames of DHCP")
    for frame in frames:
        check_equal((len(frame), 67 in struct.unpack_from(">HH", frame, 34)), (64, True),
                    "bytes that are kept, and that the port is the one")


def says_why_it_was_dropped(lab, command):
    path = lab.folder / "drops.pcapng"
    send = ("import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
            f"s.sendto(b'nobody listens', ('{SERVER}', 9))")
    with capturing(lab, command, path, "--drops") as process:
        lab.client(*tftp_curl("pxelinux.0", lab.folder / "fetched"))
        lab.client("python3", "-c", send)
        wait_for(lambda: b"nobody listens" in path.read_bytes(), 10, "the frame")
        end(process)
    dropped = {frame[42:56]: comment for _, frame, comment in packets_of(path)}
    check(dropped[b"nobody listens"].startswith("dropped, udp_port_closed: "),
          f"why: {dropped[b'nobody listens']!r}")
    check(all(dropped.values()), f"one was dropped for nothing: {dropped}")


def ends_by_itself(lab, command):
    path = lab.folder / "three.pcapng"
    with capturing(lab, command, path, "-c", "3") as process:
        lab.client(*tftp_curl("pxelinux.0", lab.folder / "fetched"))
        said = process.communicate(timeout=10)[1]
    check_equal((process.returncode, said, len(packets_of(path))), (0, "3 frames captured\n", 3),
                "exit status, words and frames")
    with capturing(lab, command, path, "--seconds", "1", "--port", "9") as process:
        said = process.communicate(timeout=10)[1]
    check_equal((process.returncode, said), (0, "0 frames captured\n"), "of one second")
    check_equal([kind for kind, _ in blocks_of(path.read_bytes())], [SECTION, 1, STATISTICS],
                "blocks of a file without a frame")


def goes_into_a_pipe(lab, command):
    """Closed by who reads it, as `head` does, it ends and holds up nobody."""
    capture = subprocess.Popen([command.program, "capture", "-w", "-", "--socket",
                                socket_of(lab)], stdout=subprocess.PIPE)
    head = capture.stdout.read(4)
    check_equal(struct.unpack("<I", head)[0], SECTION, "what comes first")
    capture.stdout.close()
    lab.client(*tftp_curl("pxelinux.0", lab.folder / "fetched"))
    check_equal(capture.wait(timeout=10), -signal.SIGPIPE, "how it ends")


def pipe_that_nobody_reads_keeps_nobody(lab, command):
    with subprocess.Popen([command.program, "capture", "-w", "-", "--socket", socket_of(lab)],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as capture:
        for _ in range(2):
            lab.client(*tftp_curl("linux", lab.folder / "fetched", "--tftp-blksize", "1468"))
        capture.send_signal(signal.SIGINT)
        wait_for(lambda: capture.poll() is not None, 10, "its end")
        check_equal((capture.returncode, "takes nothing" in capture.stderr.read()), (1, True),
                    "how it ends")


def one_at_a_time(lab, command):
    path = lab.folder / "first.pcapng"
    with capturing(lab, command, path) as first:
        status, line = command.fails("capture", "-w", str(lab.folder / "second.pcapng"))
        check_equal((status, "a capture runs already" in line), (1, True), f"a second one: {line}")
        check(not os.path.exists(lab.folder / "second.pcapng"), "the second one left a file")
        first.kill()
        first.wait()
    list(blocks_of(path.read_bytes()))
    wait_for(lambda: command.run("capture", "-w", path, "--seconds", "1").returncode == 0, 3,
             "a capture after one whose reader was killed")


def mistakes_are_told(lab, command):
    path = str(lab.folder / "none.pcapng")
    for words, told in ((("--mac", "52:54"), "parameter 'mac': '52:54'"),
                        (("--ip", "10.0.0"), "parameter 'address': '10.0.0'"),
                        (("--port", "65536"), "parameter 'port': '65536'"),
                        (("--snap", "0"), "parameter 'snap': '0'"),
                        (("-c", "x"), "parameter 'frames': 'x'"),
                        (("--seconds", "-1"), "parameter 'seconds': '-1'")):
        status, line = command.fails("capture", "-w", path, *words)
        check_equal((status, told in line), (1, True), f"{words}: {line}")
    result = command.run("capture", "-w", path, "--mac", "")
    check_equal((result.returncode, "--mac: it is empty" in result.stderr), (2, True),
                f"an empty filter: {result.stderr}")
    status, line = command.fails("capture", "-w", "/nowhere/file")
    check_equal((status, "/nowhere/file: No such file" in line), (1, True), line)
    check_equal(curl(lab, "/v1/capture?drops=maybe")[0], 400, "HTTP status of a mistake")
    check_equal(curl(lab, "/v1/capture", "--request", "POST")[0], 405, "HTTP status of POST")
    check(not os.path.exists(path), "a mistake left a file")


def stopped_reader_holds_up_nobody(lab, command, images):
    """It is sent more than sockets and rings hold: what is lost is counted, and told."""
    path = lab.folder / "slow.pcapng"
    with capturing(lab, command, path) as process:
        process.send_signal(signal.SIGSTOP)
        fetched = lab.folder / "fetched"
        for _ in range(2):
            lab.client(*tftp_curl("linux", fetched, "--tftp-blksize", "1468"))
            check_equal(sha256(fetched), images["linux"], "SHA-256 of a file beside a capture")
        samples = dict(line.split(" ", 1) for line in curl(lab, "/metrics")[1].splitlines()
                       if line.startswith("stentor_frames_lost_to_capture_total"))
        lost = sum(int(float(value)) for value in samples.values())
        process.send_signal(signal.SIGCONT)
        if lost:
            lab.client(*tftp_curl("pxelinux.0", lab.folder / "fetched"))
            wait_for(lambda: b" frames of its worker's before this one were lost" in
                     path.read_bytes(), 10, "how many are lost")
        end(process)
    check(lost > 0, "nothing was lost: the test sent too little")


def ends_with_stentord(lab, command, stentord):
    path = lab.folder / "last.pcapng"
    with capturing(lab, command, path) as process:
        stentord.stop(signal.SIGTERM)
        said = process.communicate(timeout=20)[1]
    check_equal((process.returncode, "has ended the capture" in said), (1, True),
                f"exit status when stentord ends ({said})")
    list(blocks_of(path.read_bytes()))


def group(program, stentorctl):
    with Lab() as lab:
        images = write_images(lab.folder / "images")
        clients = Clients(lab)
        command = Command(lab, stentorctl)
        with serving_control(lab, program, dhcp=MINUTES) as stentord:
            yield "it shows a boot", lambda: shows_a_boot(lab, command, clients, images)
            yield "it filters and cuts", lambda: filters_and_cuts(lab, command, clients)
            yield "it says why", lambda: says_why_it_was_dropped(lab, command)
            yield "it ends by itself", lambda: ends_by_itself(lab, command)
            yield "it goes into a pipe", lambda: goes_into_a_pipe(lab, command)
            yield ("a pipe that nobody reads",
                   lambda: pipe_that_nobody_reads_keeps_nobody(lab, command))
            yield "there is one at a time", lambda: one_at_a_time(lab, command)
            yield "mistakes are told", lambda: mistakes_are_told(lab, command)
            yield ("a stopped reader holds up nobody",
                   lambda: stopped_reader_holds_up_nobody(lab, command, images))
            yield "it ends with stentord", lambda: ends_with_stentord(lab, command, stentord)


if __name__ == "__main__":
    main([group(*programs_under_test("STENTORD", "STENTORCTL"))])
