#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: the page shows every row where it belongs, limits as limits, versions, and no figure's text
as markup; and every element is closed where it should be."""

import html.parser
import unittest

from measure.row import Row
from report.page import page

VOID = {"meta", "rect", "line", "br"}


class Elements(html.parser.HTMLParser):
    """The texts of a page by element, and what is not closed as it should be."""

    def __init__(self, text):
        super().__init__()
        self.open, self.faults, self.texts = [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        pass

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"{self.getpos()}: </{tag}>")

    def handle_data(self, data):
        if data.strip() and "style" not in self.open:
            self.texts.append((self.open[-1], data.strip()))


def rendered(*rows, machine=None):
    return page({"machine": machine or {"cpu": "A"}, "rows": [row.to_json() for row in rows]})


def row(id="P1", ratio=1.0, **more):
    return Row(id, "what it asks", 20.0, 10.0, "u/s", ratio, (ratio, ratio), **more)


class Page(unittest.TestCase):
    def texts(self, text):
        elements = Elements(text)
        self.assertEqual((elements.faults, elements.open), ([], []))
        return elements.texts

    def test_without_rows_is_a_page(self):
        self.assertIn(("h1", "0 of 0 marked figures reach their floor"), self.texts(rendered()))

    def test_sorts_rows_by_what_is_asked_of_them(self):
        texts = self.texts(rendered(row("P1", floor=1.0), row("peers.x"),
                                    Row("micro.x", "it", 1.0, None, "ns", 1.0, (1, 1))))
        order = [text for tag, text in texts if text in (
            "Marked figures", "P1", "Side by side", "peers.x", "What things cost", "micro.x")]
        self.assertEqual(order, ["Marked figures", "P1", "Side by side", "peers.x",
                                 "What things cost", "micro.x"])

    def test_counts_who_reaches_a_floor(self):
        texts = self.texts(rendered(
            row("A", 3.0, floor=1.0, aim=2.0), row("B", 1.5, floor=1.0, aim=2.0),
            row("C", 0.5, floor=1.0), row("D", 3.0, floor=1.0, theirs_at_least=True)))
        self.assertIn(("h1", "2 of 4 marked figures reach their floor"), texts)
        self.assertEqual([text for tag, text in texts if text in "✓✗?"], ["✓", "✓", "✗", "?"])

    def test_shows_limits_as_limits(self):
        texts = self.texts(rendered(row("A", 2.0, ours_at_least=True)))
        self.assertIn(("td", "≥ 20"), texts)
        self.assertIn(("td", "≥ 2"), texts)
        texts = self.texts(rendered(row("A", 2.0, floor=3.0, theirs_at_least=True)))
        self.assertIn(("td", "≥ 10"), texts)
        self.assertIn(("title", "ratio ≤ 2, floor 3, aim 3"), texts)

    def test_survives_a_ratio_that_is_infinite(self):
        texts = self.texts(rendered(row("A", float("inf"), floor=1.0), row("B", float("inf"))))
        self.assertIn(("td", "inf"), texts)
        self.assertIn(("td", "inf to inf"), texts)

    def test_bars_stay_on_their_scale(self):
        for ratio in (0.0, -5.0, 0.1, 100.0, float("inf")):
            text = rendered(row("A", ratio, floor=1.0, aim=2.0))
            fill = text.split('class="fill"')[1].split('width="')[1].split('"')[0]
            self.assertTrue(1 <= float(fill) <= 150, (ratio, fill))

    def test_takes_no_text_as_markup(self):
        nasty = '<script>alert("1")</script>&'
        text = page({"machine": {"cpu": nasty, "packages": {nasty: nasty}},
                     "rows": [row(nasty, note=nasty).to_json() | {"what": nasty, "unit": nasty}]})
        self.assertNotIn("<script", text)
        self.assertIn(("td", nasty), self.texts(text))

    def test_names_the_versions_of_who_was_measured(self):
        texts = self.texts(rendered(machine={"cpu": "A", "packages": {"dnsmasq-base": "2.90-4"}}))
        at = texts.index(("th", "dnsmasq-base"))
        self.assertEqual(texts[at + 1], ("td", "2.90-4"))


if __name__ == "__main__":
    unittest.main()
