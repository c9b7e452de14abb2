#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: the HTML report is what a browser takes without guessing: every element is closed where it
should be, identifiers are unique and those referred to exist, every plot has a title and a
description, and style and script are those that its Content-Security-Policy names.

    page_check.py SAMPLE_PROGRAM
"""
import base64
import hashlib
import html.parser
import re
import subprocess
import sys

VOID = {"meta", "link", "br", "hr", "img", "input"}
STORMS = [("1000", "0.013"), ("40", "1"), ("1", "0"), ("0", "0")]


class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.faults, self.identifiers, self.references = [], [], [], []
        self.plots, self.inside = 0, {}
        self.policy = ""

    def handle_starttag(self, tag, attributes):
        self.note(tag, dict(attributes))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        if "svg" not in self.open:
            self.faults.append(f"{self.getpos()}: <{tag}/> outside of SVG")
        self.note(tag, dict(attributes))

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"{self.getpos()}: </{tag}> closes something else")

    def handle_data(self, data):
        if self.open and self.open[-1] in ("style", "script", "title", "desc"):
            self.inside.setdefault(self.open[-1], []).append(data)

    def note(self, tag, attributes):
        if len(attributes) != len(set(attributes)):
            self.faults.append(f"{self.getpos()}: an attribute twice")
        self.identifiers += [attributes["id"]] if "id" in attributes else []
        self.references += attributes.get("aria-labelledby", "").split()
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy":
            self.policy = attributes["content"]
        if attributes.get("class") == "plot":
            self.plots += 1
            if attributes.get("role") != "img":
                self.faults.append(f"{self.getpos()}: a plot without role=img")
        for name in ("style", "onload", "onclick", "src", "href"):
            if name in attributes:
                self.faults.append(f"{self.getpos()}: {name}= on <{tag}>")


def hash_of(parts):
    digest = hashlib.sha256("".join(parts).encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def faults_of(text):
    page = Page()
    page.feed(text)
    page.close()
    yield from page.faults
    yield from (f"<{tag}> is never closed" for tag in page.open)
    if len(page.identifiers) != len(set(page.identifiers)):
        yield "an id stands twice"
    missing = set(page.references) - set(page.identifiers)
    yield from (f"nothing has the id {name}" for name in missing)
    if len(page.inside.get("desc", [])) != page.plots or page.plots < 3:
        yield f"{page.plots} plots, and {len(page.inside.get('desc', []))} descriptions"
    for kind in ("style", "script"):
        if hash_of(page.inside[kind]) not in page.policy:
            yield f"the policy does not allow the page's own {kind}: {page.policy}"
    if re.search(r"\b(nan|inf)\b", text):
        yield "a number is none"
    if "{{" in text:
        yield "a slot of the template was not filled"


def main(program):
    broken = False
    for machines, fails in STORMS:
        run = subprocess.run([program, machines, fails, "html"], capture_output=True, check=True)
        for fault in faults_of(run.stdout.decode("utf-8")):
            print(f"{machines} machines, {fails} fail: {fault}")
            broken = True
    sys.exit(broken)


main(sys.argv[1])
