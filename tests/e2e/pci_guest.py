# SPDX-License-Identifier: BSD-3-Clause
"""A QEMU guest with an IOMMU and NICs that DPDK can drive, all on a hub with the client's own NIC,
but for virtio-net: that one spreads frames over two queues, which only a TAP device has. It and the
hub are ports of a bridge, in a namespace of the guest's own.

The machine is emulated as a whole (-accel tcg): the host needs neither /dev/kvm nor a NIC nor VFIO.
The guest runs pci_guest.sh and switches itself off; what it says and every frame on the client's
side of the hub are in files then.
"""

import json
import os
import pathlib
import re
import shutil
import socket
import struct
import subprocess
import threading
import time

from lab import die_with_the_test, end, run
from suite import check

HERE = pathlib.Path(__file__).resolve().parent
DRIVERS_CONFIG = HERE.parent.parent / "drivers-config"
# Beside the guest's busybox: what check-host.sh and the second client need of the host.
HOST_PROGRAMS = ("bash", "find", "flock", "getconf", "atftp")
CLIENT_MAC = "52:54:00:57:0c:01"
CUT_SECONDS = 2
SPREADING = "virtio-net-pci"  # QEMU's device; the TAP device's name, too


def copy_program(path, to):
    """A program, and the shared libraries that it names, where its loader looks for them."""
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(path, to)
    for library in re.findall(r"(/\S+) \(0x", run("ldd", path).stdout):
        target = to.parents[1] / library.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(library, target)


class Guest:
    def __init__(self, folder, nics):
        """nics: rows of QEMU device, PCI address, size of hugepages, and images to fetch in
        lock-step; served one after the other. Leave by close()."""
        self.folder = folder
        self.namespace = f"stentor-e2e-{os.getpid()}-pci"
        self.nics = nics
        self.root = folder / "root"
        self.report_path = folder / "report"
        self.console_path = folder / "console"
        self.capture_path = folder / "client.pcap"
        self.monitor_path = folder / "monitor"

    def make_bridge(self):
        run("ip", "netns", "add", self.namespace)
        in_namespace = ("ip", "-n", self.namespace)
        run(*in_namespace, "link", "add", "bridge", "type", "bridge", "forward_delay", "0",
            "mcast_snooping", "0")
        for name, queues in (("hub", ()), (SPREADING, ("multi_queue",))):
            run(*in_namespace, "tuntap", "add", "dev", name, "mode", "tap", *queues)
            run(*in_namespace, "link", "set", name, "master", "bridge", "up")
        run(*in_namespace, "link", "set", "bridge", "up")

    def close(self):
        subprocess.run(["ip", "netns", "delete", self.namespace], stderr=subprocess.DEVNULL)

    def make_initrd(self, cache, programs, configs, storm):
        """programs: stentord and stentor-storm. configs: NIC, or storm -> stentord.yaml. storm:
        stentord's PCI address, the rig's, and the stages behind DORA. Boot files are already in
        `root`/images."""
        run(HERE / "pci_image.sh", cache, seconds=400)
        self.kernel = cache / "vmlinuz"
        for program in map(pathlib.Path, programs):
            copy_program(program, self.root / "bin" / program.name)
            run("strip", self.root / "bin" / program.name)
        for name in HOST_PROGRAMS:
            copy_program(shutil.which(name), self.root / "bin" / name)
        for name in ("bind.sh", "check-host.sh", "default-route.sh", "hugepages.sh"):
            shutil.copy(DRIVERS_CONFIG / name, self.root / "bin" / name)
        shutil.copy(HERE / "pci_guest.sh", self.root / "init")
        self._write("udhcpc.sh", '#!/bin/sh\n[ "$1" != bound ] || '
                    'ip address add "$ip/$mask" dev "$interface"\n', 0o755)
        self._write("etc/services", "tftp 69/udp\n")
        for name, config in configs.items():
            self._write(f"ports/{name}.yaml", config)
        self._write("ports/list", "".join(" ".join(nic) + "\n" for nic in self.nics))
        self._write("ports/storm", " ".join(storm) + "\n")
        for name in ("proc", "sys", "dev", "run", "tmp", "var", "usr/bin"):
            (self.root / name).mkdir(parents=True, exist_ok=True)
        (self.root / "usr/bin/env").symlink_to("/bin/env")
        # The kernel unpacks archives one behind the other.
        names = "\n".join(str(path.relative_to(self.root)) for path in sorted(self.root.rglob("*")))
        packed = subprocess.run(["cpio", "--quiet", "-o", "-H", "newc", "-R", "0:0"], check=True,
                                input=names.encode(), stdout=subprocess.PIPE, cwd=self.root)
        initrd = (cache / "base.img").read_bytes() + packed.stdout
        (self.folder / "initrd.img").write_bytes(initrd)

    def _write(self, name, text, mode=0o644):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(mode)

    def _command(self):
        command = ["ip", "netns", "exec", self.namespace, "qemu-system-x86_64",
                   "-name", "stentor-pci", "-machine", "q35", "-accel", "tcg,thread=multi",
                   "-cpu", "max", "-smp", "3", "-m", "3200",
                   "-nodefaults", "-no-user-config", "-no-reboot", "-display", "none",
                   "-device", "intel-iommu,intremap=on",
                   "-kernel", self.kernel, "-initrd", self.folder / "initrd.img",
                   # The kernel must not chance to lie in the only whole gigabyte, nor doubt its
                   # timer because the host is busy.
                   "-append", "console=ttyS0 nokaslr no_timer_check intel_iommu=on hugepagesz=1G "
                   "hugepages=1 panic=-1",
                   "-qmp", f"unix:{self.monitor_path},server=on,wait=off",
                   "-serial", f"file:{self.console_path}", "-serial", f"file:{self.report_path}",
                   "-netdev", "hubport,id=client,hubid=0",
                   "-device", f"virtio-net-pci,netdev=client,addr=02.0,mac={CLIENT_MAC}",
                   "-object", f"filter-dump,id=dump,netdev=client,file={self.capture_path}"]
        command += ["-netdev", "tap,id=up,ifname=hub,script=no,downscript=no",
                    "-netdev", "hubport,id=uplink,hubid=0,netdev=up"]
        for i, (device, address, *_) in enumerate(self.nics):
            slot = address.split(":")[-1]
            port = f"hubport,id=n{i},hubid=0"
            if device == SPREADING:
                port = f"tap,id=n{i},ifname={SPREADING},queues=2,script=no,downscript=no,vhost=off"
                device += ",mq=on,rss=on,vectors=6,disable-legacy=on,iommu_platform=on"
            command += ["-netdev", port,
                        "-device", f"{device},netdev=n{i},addr={slot},mac={mac_of(i)}"]
        return [str(word) for word in command]

    def run_to_its_end(self, seconds):
        process = subprocess.Popen(self._command(), stdin=subprocess.DEVNULL, text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                   preexec_fn=die_with_the_test)
        cutter = threading.Thread(target=self._cut_cables, args=(process,))
        cutter.start()
        try:
            said, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            end(process)
            check(False, f"the guest did not end within {seconds} s:\n{self._last_lines()}")
        finally:
            end(process)
            cutter.join()
        self.report = parse_report(self.report_path.read_text(errors="replace"))
        check(("guest", "end") in self.report,
              f"the guest ended early:\n{said}{self._last_lines()}")

    def _cut_cables(self, process):
        """Of each NIC, once the guest says that it is time."""
        left = [(index, nic[0]) for index, nic in enumerate(self.nics)]
        while left and process.poll() is None:
            time.sleep(0.05)
            index, nic = left[0]
            if self.report_path.exists() and f"@ {nic} cut" in self.report_path.read_text(
                    errors="replace"):
                self._set_links(index, CUT_SECONDS)
                left.pop(0)

    def _set_links(self, index, seconds):
        """QEMU's machine protocol: a line of JSON each."""
        with socket.socket(socket.AF_UNIX) as opened:
            opened.connect(str(self.monitor_path))
            monitor = opened.makefile("rw")

            def ask(command, **arguments):
                monitor.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
                monitor.flush()
                while "return" not in (answer := json.loads(monitor.readline())):
                    check("error" not in answer, f"QEMU refused: {answer}")

            monitor.readline()  # its greeting
            ask("qmp_capabilities")
            ask("set_link", name=f"n{index}", up=False)
            time.sleep(seconds)
            ask("set_link", name=f"n{index}", up=True)

    def _last_lines(self):
        lines = []
        for path in (self.console_path, self.report_path):
            if path.exists():
                lines += path.read_text(errors="replace").splitlines()[-25:]
        return "\n".join(lines)

    def said(self, nic, key):
        """An entry of the report: its text."""
        check((nic, key) in self.report, f"the guest said nothing of `{key}`")
        return self.report[(nic, key)]

    def succeeded(self, nic, key):
        """The text of a command, which must have ended with 0."""
        text, _, status = self.said(nic, key).rpartition("status ")
        check(status.strip() == "0", f"`{key}` ended with {status.strip()}: {text.strip()}")
        return text.strip()

    def frames_from(self, mac):
        return [frame for frame in read_capture(self.capture_path)
                if frame[6:12] == bytes.fromhex(mac.replace(":", ""))]


def mac_of(index):
    return f"52:54:00:57:0e:{index + 1:02x}"


def parse_report(text):
    """(NIC, key) -> text of each entry."""
    entries = {}
    for entry in re.split(r"^@ ", text.replace("\r", ""), flags=re.MULTILINE)[1:]:
        head, _, body = entry.partition("\n")
        nic, _, key = head.partition(" ")
        entries[(nic, key)] = body
    return entries


def read_capture(path):
    """The frames of a capture file of libpcap's classic format."""
    data = path.read_bytes()
    at = 24
    while at + 16 <= len(data):
        length = struct.unpack("<I", data[at + 8:at + 12])[0]
        yield data[at + 16:at + 16 + length]
        at += 16 + length
