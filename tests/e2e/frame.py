# SPDX-License-Identifier: BSD-3-Clause
"""Frames written and read by hand, for what no stock client sends, and a tap that counts answers.

The sender is a machine of its own, with a MAC and an address that no kernel here holds: whatever
comes back to it was sent by the server, and no kernel answers in its place.
"""

import socket
import struct
import time

MAC = bytes.fromhex("0200000000aa")
ADDRESS = "10.99.0.50"
BROADCAST = b"\xff" * 6
ARP, IPV4 = 0x0806, 0x0800
ICMP, UDP = 1, 17


def ethernet(destination, ethertype, payload, source=MAC):
    return destination + source + struct.pack("!H", ethertype) + payload


def checksum(data):
    """RFC 1071."""
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def arp_request(target, sender=ADDRESS):
    body = (struct.pack("!HHBBH", 1, IPV4, 6, 4, 1) + MAC + socket.inet_aton(sender) + bytes(6) +
            socket.inet_aton(target))
    return ethernet(BROADCAST, ARP, body)


def ipv4(protocol, destination, payload, source=ADDRESS):
    header = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), 0, 0, 64, protocol, 0,
                         socket.inet_aton(source), socket.inet_aton(destination))
    return header[:10] + struct.pack("!H", checksum(header)) + header[12:] + payload


def udp(destination, to_port, payload, source=ADDRESS, from_port=30000):
    length = 8 + len(payload)
    pseudo = (socket.inet_aton(source) + socket.inet_aton(destination) +
              struct.pack("!BBH", 0, UDP, length))
    header = struct.pack("!HHHH", from_port, to_port, length, 0)
    total = checksum(pseudo + header + payload) or 0xffff
    return ipv4(UDP, destination, header[:6] + struct.pack("!H", total) + payload, source)


def echo_request(destination, sequence):
    body = struct.pack("!BBHHH", 8, 0, 0, 0x5e, sequence) + b"stentor" * 4
    return ipv4(ICMP, destination, body[:2] + struct.pack("!H", checksum(body)) + body[4:])


def pxe_discover(xid, arch=0, mac=MAC):
    """A DISCOVER as PXE firmware broadcasts it (RFC 2131, RFC 4578)."""
    return dhcp_broadcast(1, xid, mac, option(55, bytes([1, 3, 43, 60, 66, 67])) +
                          option(60, f"PXEClient:Arch:{arch:05}:UNDI:002001".encode()) +
                          option(93, struct.pack("!H", arch)) + option(94, b"\x01\x02\x01") +
                          option(97, b"\x00" + b"\x42" * 16))


def init_reboot(xid, address, mac=MAC):
    """The REQUEST of a client that had the address before it was switched off (RFC 2131 4.3.2)."""
    return dhcp_broadcast(3, xid, mac, option(50, socket.inet_aton(address)))


def dhcp_broadcast(kind, xid, mac, options):
    fixed = struct.pack("!BBBBIHH16x16s64x128x", 1, 1, 6, 0, xid, 0, 0x8000, mac)
    message = fixed + b"\x63\x82\x53\x63" + option(53, bytes([kind])) + options + b"\xff"
    return ethernet(BROADCAST, IPV4,
                    udp("255.255.255.255", 67, message, source="0.0.0.0", from_port=68))


def option(code, value):
    return bytes([code, len(value)]) + value


class Datagram:
    """The UDP datagram of a frame."""

    def __init__(self, frame):
        at = 14 + (frame[14] & 15) * 4
        self.source = socket.inet_ntoa(frame[26:30])
        self.from_port, self.to_port, length = struct.unpack("!HHH", frame[at:at + 6])
        self.payload = frame[at + 8:at + length]


class DhcpReply:
    """A BOOTREPLY: yiaddr, siaddr, file and options by number."""

    def __init__(self, message):
        self.xid = struct.unpack("!I", message[4:8])[0]
        self.yiaddr = socket.inet_ntoa(message[16:20])
        self.siaddr = socket.inet_ntoa(message[20:24])
        self.file = message[108:236].split(b"\0")[0].decode()
        self.options = {}
        rest = message[240:]
        while rest and rest[0] != 255:
            if rest[0] == 0:
                rest = rest[1:]
                continue
            self.options[rest[0]] = rest[2:2 + rest[1]]
            rest = rest[2 + rest[1]:]


def ethertype_of(frame):
    return struct.unpack("!H", frame[12:14])[0]


def is_arp_reply(frame):
    return ethertype_of(frame) == ARP and frame[20:22] == b"\0\2" and frame[:6] == MAC


def is_icmp(frame, kind):
    return ethertype_of(frame) == IPV4 and frame[23] == ICMP and frame[34] == kind


def is_icmp_error(frame):
    return is_icmp(frame, 3) or is_icmp(frame, 5) or is_icmp(frame, 11)


def is_udp(frame, from_port=None):
    return (ethertype_of(frame) == IPV4 and frame[23] == UDP and
            (from_port is None or Datagram(frame).from_port == from_port))


def udp_checksum_is_right(frame):
    """RFC 768: over pseudo-header, header and data. A sum of 0 says nothing: it is not right."""
    at = 14 + (frame[14] & 15) * 4
    length = struct.unpack("!H", frame[at + 4:at + 6])[0]
    pseudo = frame[26:34] + struct.pack("!BBH", 0, UDP, length)
    return frame[at + 6:at + 8] != b"\0\0" and checksum(pseudo + frame[at:at + length]) == 0


class Tap:
    """A packet socket on the client's end of the wire: sends frames, keeps those that arrive."""

    PACKET_OUTGOING = 4

    def __init__(self, lab, interface="cli0"):
        with lab.inside(lab.cli):
            self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
            self.socket.bind((interface, 3))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, frame):
        self.socket.send(frame)

    def arrivals(self, seconds, enough=None):
        """Frames that arrive within the time, or until enough(frames)."""
        frames = []
        deadline = time.monotonic() + seconds
        while not (enough and enough(frames)):
            self.socket.settimeout(max(deadline - time.monotonic(), 0.001))
            try:
                frame, sender = self.socket.recvfrom(65536)
            except TimeoutError:
                break
            if sender[2] != self.PACKET_OUTGOING:
                frames.append(frame)
            if time.monotonic() > deadline:
                break
        return frames
