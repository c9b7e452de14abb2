# SPDX-License-Identifier: BSD-3-Clause
"""The rings that a process shares with the kernel for its AF_XDP sockets, read in its memory.

Each holds descriptors of buffers, which are with the driver: in the fill ring for frames to come,
in the receive ring as frames not yet taken, in the transmit ring as frames not yet sent, and in the
completion ring as frames that are sent, which the driver takes back when it sends more.
"""

import dataclasses
import pathlib
import re
import socket
import struct

AF_XDP, SOL_XDP, XDP_MMAP_OFFSETS = 44, 283, 1
# What a mapping begins at names its ring: linux/if_xdp.h, XDP_PGOFF_* and XDP_UMEM_PGOFF_*; each
# with its place in struct xdp_mmap_offsets.
RINGS = {"receive": (0, 0), "transmit": (0x80000000, 1), "fill": (0x100000000, 2),
         "completion": (0x180000000, 3)}


@dataclasses.dataclass(frozen=True)
class XdpRings:
    """A moment's view, over all sockets of the process: descriptors in each ring, and how many
    frames it has ever put into a transmit ring."""
    receive: int
    transmit: int
    fill: int
    completion: int
    sent: int

    def for_reception(self):
        """Buffers lent for frames to come, and those that frames have come in."""
        return self.fill + self.receive

    def for_transmission(self):
        return self.transmit + self.completion


def read_xdp_rings(pid):
    counts, sent = dict.fromkeys(RINGS, 0), 0
    offsets = ring_offsets()
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for begin, ring in mapped_rings(pid):
            producer, consumer = (number_at(memory, begin + at) for at in offsets[ring])
            counts[ring] += (producer - consumer) % 2**32
            sent += producer if ring == "transmit" else 0
    return XdpRings(**counts, sent=sent)


def mapped_rings(pid):
    """(address, ring) of each; proc(5), maps."""
    by_offset = {offset: ring for ring, (offset, _) in RINGS.items()}
    for line in pathlib.Path(f"/proc/{pid}/maps").read_text().splitlines():
        match = re.match(r"([0-9a-f]+)-\S+ \S+ ([0-9a-f]+) \S+ \d+ +socket:", line)
        if match:
            yield int(match[1], 16), by_offset[int(match[2], 16)]


def ring_offsets():
    """Ring -> offsets of its producer's and its consumer's index; struct xdp_mmap_offsets has
    producer, consumer, descriptors and flags of each ring, as this kernel lays them out."""
    with socket.socket(AF_XDP, socket.SOCK_RAW) as any_socket:
        words = struct.unpack("16Q", any_socket.getsockopt(SOL_XDP, XDP_MMAP_OFFSETS, 128))
    return {ring: words[4 * place:4 * place + 2] for ring, (_, place) in RINGS.items()}


def number_at(memory, address):
    memory.seek(address)
    return struct.unpack("I", memory.read(4))[0]
