#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: of servers that all serve every window and blksize in turn, a row compares like with like,
and who lost clients has not won by it."""

import unittest

from peers.servers import Atftpd, Dnsmasq, TftpdHpa
from peers.tftp_rows import best_of, goodput, ids, row_against


class Rows(unittest.TestCase):
    def test_compare_goodput_of_one_kind(self):
        row = row_against(Dnsmasq, 32, 16, 1468, [((300.0, 0), (100.0, 0))])
        self.assertEqual((row.id, row.ratio, row.note), ("peers.tftp.32.w16.b1468.dnsmasq", 3, ""))
        self.assertEqual(row.verdict(), "floor")

    def test_reach_no_floor_where_we_lost_clients(self):
        row = row_against(Dnsmasq, 32, 16, 1468, [((300.0, 1), (100.0, 0))])
        self.assertEqual(row.verdict(), "below")
        self.assertIn("ours 1, theirs 0", row.note)

    def test_say_what_the_other_lost(self):
        row = row_against(Dnsmasq, 32, 16, 1468, [((300.0, 0), (100.0, 7))])
        self.assertEqual(row.verdict(), "floor")
        self.assertIn("ours 0, theirs 7", row.note)

    def test_against_the_best_is_against_who_delivered_most(self):
        rows = [row_against(peer, 32, 1, 1468, [((300.0, 0), (theirs, 0))])
                for peer, theirs in ((Dnsmasq, 100.0), (TftpdHpa, 150.0), (Atftpd, 50.0))]
        best = best_of(rows, window=1)
        self.assertEqual((best.id, best.ratio, best.floor), ("P10.w1", 2, 1.8))
        self.assertIn("tftpd-hpa", best.what)

    def test_of_marked_loads_are_wanted_by_two(self):
        self.assertEqual(ids(32, 1, 1468, Atftpd), ["peers.tftp.32.w1.b1468.atftpd", "P10.w1"])
        self.assertEqual(ids(32, 4, 1468, Atftpd), ["peers.tftp.32.w4.b1468.atftpd"])


class Goodput(unittest.TestCase):
    def test_is_of_whole_files_until_the_last_of_them(self):
        report = {"summary": {"booted": 2, "machines": 3, "elapsed_seconds": 5.0},
                  "timeline": {"booted": [0, 1, 0, 1, 0], "interval_seconds": 0.25}}
        self.assertEqual(goodput(report, 1_000_000), 2.0)


if __name__ == "__main__":
    unittest.main()
