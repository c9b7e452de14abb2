# SPDX-License-Identifier: BSD-3-Clause
"""Every TFTP exchange that passes an interface, as both sides' frames tell it: what was asked for,
what was granted, and the bytes, put together as a client would.
"""

import dataclasses
import hashlib
import socket
import struct
import threading
import time

RRQ, DATA, ACK, ERROR, OACK = 1, 3, 4, 5, 6
READ_SECONDS = 0.2  # between two looks whether the log is to end


@dataclasses.dataclass
class Transfer:
    """From one request on; its repetitions before the first ACK belong to it, for the server
    answers them by the same transfer. `content` has every byte of the blocks that came in order."""
    client: str
    path: str
    mode: str
    asked: dict                # option -> value
    granted: dict = dataclasses.field(default_factory=dict)
    error: tuple = ()          # code and text, of either side
    blocks: int = 0            # that came in order
    again: int = 0             # that came anew
    acked: int = -1            # the last block that the client acknowledged, counted on
    ahead: int = 0             # the most blocks in order that were under way, not acknowledged
    short: bool = False        # a block shorter than blksize has come
    content: object = dataclasses.field(default_factory=hashlib.sha256)
    silence: float = 0.0       # the longest that the client sent nothing
    heard: float = 0.0

    def blksize(self):
        return int(self.granted.get("blksize", 512))

    def complete(self):
        return self.short and self.acked == self.blocks

    def sha256(self):
        return self.content.hexdigest()


class PacketThread:
    """A thread of its own over a packet socket while `with` lasts: run(), until `over` is set."""

    def __init__(self, packets):
        self.socket = packets
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.run)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()
        self.socket.close()


class WireLog(PacketThread):
    """Reads an interface of the lab's client side in a thread of its own while `with` lasts."""

    def __init__(self, lab, interface="cli0"):
        self.transfers = []
        self.live = {}  # (address, port) of the client -> its latest
        with lab.inside(lab.cli):
            packets = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
            # 33: SO_RCVBUFFORCE, past the limit of the system: no frame may be missing.
            packets.setsockopt(socket.SOL_SOCKET, 33, 64 << 20)
            packets.bind((interface, 3))
        packets.settimeout(READ_SECONDS)
        super().__init__(packets)

    def of(self, path):
        """Transfers that asked for it."""
        return [transfer for transfer in self.transfers if transfer.path == path]

    def paths(self, client=None):
        """In the order in which they were asked for, each repetition of a request once."""
        return list(dict.fromkeys(transfer.path for transfer in self.transfers
                                  if client in (None, transfer.client)))

    def run(self):
        buffer = bytearray(65536)
        while not self.over.is_set():
            try:
                length = self.socket.recv_into(buffer)
            except TimeoutError:
                continue
            if length >= 46 and buffer[12:14] == b"\x08\x00" and buffer[23] == 17:
                self._take(memoryview(buffer)[:length])

    def _take(self, frame):
        at = 14 + (frame[14] & 15) * 4
        from_port, to_port, length = struct.unpack_from("!HHH", frame, at)
        message = frame[at + 8:at + length]
        opcode = struct.unpack_from("!H", message)[0]
        source, target = socket.inet_ntoa(frame[26:30]), socket.inet_ntoa(frame[30:34])
        if opcode == RRQ and to_port == 69:
            self._request(source, from_port, bytes(message[2:]))
        elif (target, to_port) in self.live:
            self._of_server(self.live[target, to_port], opcode, message)
        elif (source, from_port) in self.live:
            self._of_client(self.live[source, from_port], opcode, message)

    def _request(self, client, port, strings):
        path, mode, *options = [text.decode(errors="replace") for text in strings.split(b"\0")]
        asked = dict(zip((name.lower() for name in options[::2]), options[1::2]))
        old = self.live.get((client, port))
        if old and (old.path, old.asked, old.acked, old.error) == (path, asked, -1, ()):
            return
        transfer = Transfer(client, path, mode, asked, heard=time.monotonic())
        self.live[client, port] = transfer
        self.transfers.append(transfer)

    @staticmethod
    def _of_server(transfer, opcode, message):
        if opcode == OACK:
            options = [text.decode() for text in bytes(message[2:]).split(b"\0")]
            transfer.granted = dict(zip(options[::2], options[1::2]))
        elif opcode == ERROR:
            transfer.error = error_of(message)
        elif opcode == DATA:
            number = struct.unpack_from("!H", message, 2)[0]
            if number != (transfer.blocks + 1) & 0xffff:
                transfer.again += 1
                return
            transfer.blocks += 1
            transfer.content.update(message[4:])
            transfer.ahead = max(transfer.ahead, transfer.blocks - max(transfer.acked, 0))
            transfer.short = len(message) - 4 < transfer.blksize()

    @staticmethod
    def _of_client(transfer, opcode, message):
        now = time.monotonic()
        transfer.silence = max(transfer.silence, now - transfer.heard)
        transfer.heard = now
        if opcode == ERROR:
            transfer.error = error_of(message)
        elif opcode == ACK:
            number = struct.unpack_from("!H", message, 2)[0]
            # The block of this number that is nearest to the last one sent, and not after it.
            transfer.acked = transfer.blocks - ((transfer.blocks - number) & 0xffff)


def error_of(message):
    code = struct.unpack_from("!H", message, 2)[0]
    return code, bytes(message[4:]).split(b"\0")[0].decode(errors="replace")
