#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: a storm's time is the time until all have booted, and of who left a machine behind it is
known only that it takes longer than there was."""

import unittest

from measure.row import AtLeast
from peers.servers import Dnsmasq, Kea, TftpdHpa
from peers.storm_rows import GIVE_UP_SECONDS, MACHINES, SITES, Patience, row_against, time_of


def report(seconds, booted=MACHINES):
    return {"summary": {"booted": booted, "elapsed_seconds": seconds}}


class Against(unittest.TestCase):
    def row(self, theirs):
        return row_against("id", (Kea, TftpdHpa), [(time_of(report(50.0)), time_of(theirs))])

    def test_is_the_time_of_each_side(self):
        row = self.row(report(200.0))
        self.assertEqual((row.ours, row.theirs, row.ratio, row.bound()), (50, 200, 0.25, ""))
        self.assertIn("against kea and tftpd-hpa", row.what)
        self.assertIn("ours 0, theirs 0;", row.note)

    def test_is_a_bound_where_machines_were_left_behind(self):
        row = self.row(report(30.0, booted=MACHINES - 7))
        self.assertEqual((row.theirs, row.bound()), (GIVE_UP_SECONDS, "at most"))
        self.assertIn("ours 0, theirs 7;", row.note)


class Giving(unittest.TestCase):
    def test_up_twice_is_enough(self):
        """Who booted all is asked in every round, who twice did not is not asked again."""
        asked = []

        def measure(who):
            asked.append(who)
            return time_of(report(50.0, booted=MACHINES - (who == "slow")))
        patience = Patience(measure)
        results = [[patience(who) for who in ("slow", "fast")] for _ in range(4)]
        self.assertEqual((asked.count("slow"), asked.count("fast")), (2, 4))
        self.assertEqual({slow for slow, _ in results}, {(GIVE_UP_SECONDS, 1)})
        self.assertEqual({type(seconds) for (seconds, _), _ in results}, {AtLeast})


class Sites(unittest.TestCase):
    def test_give_addresses_and_files(self):
        self.assertEqual(SITES["dnsmasq"], (Dnsmasq,))
        for servers in SITES.values():
            served = [what for server in servers for what in server.serves]
            self.assertEqual(sorted(served), ["dhcp", "tftp"])


if __name__ == "__main__":
    unittest.main()
