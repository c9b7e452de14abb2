# SPDX-License-Identifier: BSD-3-Clause
"""A relay agent that proves what it forwards, and wants the answers proved (RFC 4030), which no
agent of the field does. Its hash is Python's, not the server's.
"""

import dataclasses
import hmac
import select
import socket
import struct
import time

from lab import SERVER
from relay_lab import ROUTER
from wire_log import READ_SECONDS, PacketThread

HOPS, GIADDR, OPTIONS = 3, 24, 240
AGENT, CIRCUIT, AUTHENTICATION, END = 82, 1, 8, 255
MAC_BYTES = 20
# Algorithm HMAC-SHA1, replay detection by a counter; the value, the agent's identifier, the key's.
PROOF = struct.Struct("!BBQII")
HMAC_SHA1, COUNTER = 1, 1


def mac_of(message, at, secret):
    """Section 7: all but hops and giaddr, which may change on the way, and the hash itself."""
    text = bytearray(message)
    text[HOPS] = 0
    text[GIADDR:GIADDR + 4] = bytes(4)
    text[at:at + MAC_BYTES] = bytes(MAC_BYTES)
    return hmac.digest(secret, bytes(text), "sha1")


def option_at(message, code, at=OPTIONS):
    """Where an option's code stands, of options from `at` on; None: nowhere."""
    while at < len(message):
        if message[at] == code:
            return at
        if message[at] == END:
            return None
        at += 1 if message[at] == 0 else 2 + message[at + 1]
    return None


@dataclasses.dataclass
class Answer:
    """What came back from the server, and what its proof says."""
    message: bytes
    circuit: bytes = b""
    value: int = 0
    key: int = 0
    is_proved: bool = False


class SigningRelay(PacketThread):
    """Between down0 and up0, for giaddr ROUTER, while `with` lasts. Forwards to clients what is
    proved alone."""

    def __init__(self, lab, key, secret):
        self.key, self.secret = key, secret
        self.sent, self.answers = [], []
        self.value = time.time_ns()  # greater than what an agent before it has said
        with lab.inside(lab.relay):
            self.above = listening_socket("up0")
            super().__init__(listening_socket("down0"))

    def __exit__(self, *how):
        super().__exit__(*how)
        self.above.close()

    def run(self):
        while not self.over.is_set():
            for arrived in select.select((self.socket, self.above), (), (), READ_SECONDS)[0]:
                message = arrived.recv(2048)
                if arrived is self.above:
                    self.bring_down(message)
                elif message[0] == 1:
                    self.send_up(self.signed(message))

    def signed(self, message):
        """Option 82 behind all others, with the hash of it all."""
        self.value += 1
        proof = PROOF.pack(HMAC_SHA1, COUNTER, self.value, 0, self.key) + bytes(MAC_BYTES)
        agent = (bytes([CIRCUIT, 5]) + b"down0" + bytes([AUTHENTICATION, len(proof)]) + proof)
        head = bytearray(message[:option_at(message, END)])
        head[HOPS] += 1
        head[GIADDR:GIADDR + 4] = socket.inet_aton(ROUTER)
        signed = bytes(head) + bytes([AGENT, len(agent)]) + agent
        at = len(signed) - MAC_BYTES
        signed += bytes([END])
        return signed[:at] + mac_of(signed, at, self.secret) + signed[at + MAC_BYTES:]

    def send_up(self, message):
        self.sent.append(message)
        self.above.sendto(message, (SERVER, 67))

    def bring_down(self, message):
        answer = self.read(message)
        self.answers.append(answer)
        if not answer.is_proved:
            return
        at = option_at(message, AGENT)
        without = message[:at] + message[at + 2 + message[at + 1]:]
        self.socket.sendto(without, ("255.255.255.255", 68))

    def read(self, message):
        at = option_at(message, AGENT)
        if at is None:
            return Answer(message)
        circuit, proof = (option_at(message, code, at + 2) for code in (CIRCUIT, AUTHENTICATION))
        if proof is None or message[proof + 1] != PROOF.size + MAC_BYTES:
            return Answer(message)
        algorithm, method, value, _, key = PROOF.unpack_from(message, proof + 2)
        mac_at = proof + 2 + PROOF.size
        mac = message[mac_at:mac_at + MAC_BYTES]
        is_proved = ((algorithm, method) == (HMAC_SHA1, COUNTER) and
                     hmac.compare_digest(mac, mac_of(message, mac_at, self.secret)))
        return Answer(message, message[circuit + 2:circuit + 2 + message[circuit + 1]], value, key,
                      is_proved)


def listening_socket(interface):
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, interface.encode())
    made.bind(("", 67))
    return made
