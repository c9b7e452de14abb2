# SPDX-License-Identifier: BSD-3-Clause
"""Every DHCP message that passes an interface, in both directions, as its frame tells it."""

import socket
import struct

from frame import DhcpReply, Datagram, is_udp
from wire_log import READ_SECONDS, PacketThread

DISCOVER, OFFER, REQUEST, DECLINE, ACK, NAK, RELEASE = range(1, 8)
SERVER_PORTS = {67, 4011}


class Message(DhcpReply):
    """RFC 2131 section 2, and the addresses of the datagram that carried it."""

    def __init__(self, frame):
        datagram = Datagram(frame)
        message = datagram.payload
        super().__init__(message)
        self.source, self.target = datagram.source, socket.inet_ntoa(frame[30:34])
        self.ports = datagram.from_port, datagram.to_port
        self.secs = struct.unpack("!H", message[8:10])[0]
        self.ciaddr = socket.inet_ntoa(message[12:16])
        self.giaddr = socket.inet_ntoa(message[24:28])
        self.mac = message[28:34].hex(":")
        self.type = self.options.get(53, b"\0")[0]

    def __repr__(self):
        return (f"type {self.type} {self.source}:{self.ports[0]} > {self.target}:{self.ports[1]} "
                f"of {self.mac}, ciaddr {self.ciaddr}, yiaddr {self.yiaddr}, giaddr {self.giaddr}, "
                f"options {sorted(self.options)}")


class DhcpLog(PacketThread):
    """Reads an interface of a namespace in a thread of its own while `with` lasts."""

    def __init__(self, lab, interface="cli0", namespace=None):
        self.messages = []
        with lab.inside(namespace or lab.cli):
            packets = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
            packets.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
            packets.bind((interface, 3))
        packets.settimeout(READ_SECONDS)
        super().__init__(packets)

    def run(self):
        while not self.over.is_set():
            try:
                frame = self.socket.recv(65536)
            except TimeoutError:
                continue
            if len(frame) >= 282 and is_udp(frame):
                datagram = Datagram(frame)
                if {datagram.from_port, datagram.to_port} & SERVER_PORTS:
                    self.messages.append(Message(frame))

    def of(self, kind, **fields):
        """Messages of a type whose fields have these values."""
        return [message for message in self.messages if message.type == kind and
                all(getattr(message, name) == value for name, value in fields.items())]
