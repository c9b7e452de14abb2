#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Compiles the profiles of drivers-config into what the build needs.

    compile.py drivers GROUPS FILE...      archives to link whole, one a line, each once
    compile.py libraries GROUPS FILE...    archives to link as needed
    compile.py packages GROUPS FILE...     pkg-config packages that those need
    compile.py table GROUPS FILE... OUT    rows of the C++ table of lib/dpdk/profile.cc

GROUPS: a comma-separated list. FILE...: core.ini, then profiles. A profile that lacks a key, or has
one that nobody knows, is an error: the build stops.
"""
import configparser
import pathlib
import sys

GROUPS = ("virtual", "physical", "rdma")
KEYS = {  # section -> key -> default; None: required
    "profile": {"title": None, "group": None, "driver": None, "notes": None,
                "match": "", "pci": ""},
    "link": {"drivers": None, "packages": ""},
    "queues": {"max": None, "rx-descriptors": None, "tx-descriptors": None, "argument": "",
               "port-masks": "yes", "unmaps-rings": "no", "sender-waits": "no",
               "interrupts": "no"},
    "frames": {"segments": None, "tx-udp-checksum": None, "partial-checksums": None},
}
CRYPTO = ("crypto", "ipsec_mb", "qat")


def read(path):
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(path.read_text(encoding="utf-8"), str(path))
    return parser


def load_profile(path):
    parser = read(path)
    profile = {"name": path.stem}
    for section in parser.sections():
        for key in parser[section]:
            if key not in KEYS.get(section, {}):
                sys.exit(f"{path}: nobody knows the key `{key}` in [{section}]")
    for section, keys in KEYS.items():
        for key, default in keys.items():
            value = parser.get(section, key, fallback=default)
            if value is None:
                sys.exit(f"{path}: [{section}] lacks `{key}`")
            profile[f"{section}.{key}"] = " ".join(value.split())
    check(path, profile)
    return profile


def check(path, profile):
    if profile["profile.group"] not in (*GROUPS, "all"):
        sys.exit(f"{path}: group is one of {', '.join(GROUPS)}, or all: it is linked with any")
    for key in ("frames.segments", "frames.tx-udp-checksum", "frames.partial-checksums",
                "queues.port-masks", "queues.unmaps-rings", "queues.sender-waits",
                "queues.interrupts"):
        if profile[key] not in ("yes", "no"):
            sys.exit(f"{path}: {key.split('.')[1]} is `yes` or `no`")
    for key in ("max", "rx-descriptors", "tx-descriptors"):
        if not profile[f"queues.{key}"].isdigit() or not 0 < int(profile[f"queues.{key}"]) < 65536:
            sys.exit(f"{path}: {key} is a number from 1 to 65535")
    match = profile["profile.match"]
    if not match.startswith("vdev:") and match != "none" and not profile["profile.pci"]:
        sys.exit(f"{path}: needs `match = vdev:PREFIX...`, `pci = VENDOR:DEVICE...`, or "
                 "`match = none` if nobody names it")
    for driver in profile["link.drivers"].split():
        if any(word in driver for word in CRYPTO):
            sys.exit(f"{path}: {driver} is a crypto driver, and none is ever linked")


def selected(groups, paths):
    for group in groups:
        if group not in GROUPS:
            sys.exit(f"no group `{group}`: there are {', '.join(GROUPS)}")
    return [p for p in map(load_profile, paths) if p["profile.group"] in (*groups, "all")]


def words(key, core, chosen):
    listed = core["core"].get(key, "").split()
    listed += [word for profile in chosen for word in profile.get(f"link.{key}", "").split()]
    return list(dict.fromkeys(listed))


def row(profile):
    def text(key):
        return '"' + profile[key].replace("\\", "\\\\").replace('"', '\\"') + '"'

    def flag(key):
        return "true" if profile[key] == "yes" else "false"

    match = profile["profile.match"].removeprefix("vdev:")
    match = "" if match == "none" else match
    return "\n".join((
        "{",
        f'  .name = "{profile["name"]}",',
        f'  .title = {text("profile.title")},',
        f'  .drivers = {text("profile.driver")},',
        f'  .vdev_prefixes = "{match}",',
        f'  .pci_ids = {text("profile.pci")},',
        f'  .queue_argument = {text("queues.argument")},',
        f'  .queues_max = {profile["queues.max"]},',
        f'  .rx_descriptors = {profile["queues.rx-descriptors"]},',
        f'  .tx_descriptors = {profile["queues.tx-descriptors"]},',
        f'  .segments = {flag("frames.segments")},',
        f'  .tx_udp_checksum = {flag("frames.tx-udp-checksum")},',
        f'  .partial_checksums = {flag("frames.partial-checksums")},',
        f'  .port_masks = {flag("queues.port-masks")},',
        f'  .unmaps_rings = {flag("queues.unmaps-rings")},',
        f'  .sender_waits = {flag("queues.sender-waits")},',
        f'  .interrupts = {flag("queues.interrupts")},',
        "},\n"))


def main(arguments):
    if len(arguments) < 4 or arguments[0] not in ("drivers", "libraries", "packages", "table"):
        sys.exit(__doc__)
    mode, groups, *files = arguments
    out = pathlib.Path(files.pop()) if mode == "table" else None
    core, *paths = map(pathlib.Path, files)
    chosen = selected(groups.split(","), paths)
    if out:
        rows = "".join(row(profile) for profile in chosen)
        out.write_text("// Made by drivers-config/compile.py.\n" + rows, encoding="utf-8")
    else:
        print("\n".join(words(mode, read(core), chosen)))


main(sys.argv[1:])
