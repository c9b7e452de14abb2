#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: what perfdhcp counted is taken from the right part of its report, and the rows that set it
beside the rig compare the same message."""

import unittest

from peers.dhcp_rows import CALIBRATION_RATES, calibration, perfdhcp_counts
from peers.servers import DHCP, IscDhcpd, Stentor

REPORT = """\
Running: perfdhcp -4 -r 100
***Rate statistics***
Rate: 83.3 4-way exchanges/second, expected rate: 100

***Malformed Packets***
Malformed packets: 0
***Statistics for: DISCOVER-OFFER***
sent packets: 500
received packets: 499
drops: 1

***Statistics for: REQUEST-ACK***
sent packets: 498
received packets: 497
drops: 1
"""


class Counts(unittest.TestCase):
    def test_are_of_each_exchange(self):
        self.assertEqual(perfdhcp_counts(REPORT),
                         {"DISCOVER": 500, "OFFER": 499, "REQUEST": 498, "ACK": 497})

    def test_are_an_error_with_what_was_said_when_there_are_none(self):
        for text in ("", "no such interface", REPORT[:REPORT.index("***Statistics for: REQUEST")]):
            with self.assertRaises(RuntimeError) as raised:
                perfdhcp_counts(text)
            self.assertEqual(str(raised.exception), f"perfdhcp: {text}")


class Calibration(unittest.TestCase):
    COUNTS = [({"DISCOVER": 500, "OFFER": 450, "ACK": 400},
               {"DISCOVER": 501, "OFFER": 500, "ACK": 200})]

    def test_compares_one_message_with_itself(self):
        for what, ratio in (("OFFER", 0.9), ("ACK", 0.5)):
            row = calibration(IscDhcpd, what, self.COUNTS)
            self.assertEqual(row.id, f"peers.dhcp.calibration.isc-dhcpd.{what.lower()}")
            self.assertEqual((row.ratio, row.verdict()), (ratio, "below"))

    def test_says_what_was_offered(self):
        note = calibration(IscDhcpd, "ACK", self.COUNTS).note
        self.assertIn("ours [500], theirs [501]", note)

    def test_is_of_every_server(self):
        self.assertEqual(set(CALIBRATION_RATES), {*DHCP, Stentor})


if __name__ == "__main__":
    unittest.main()
