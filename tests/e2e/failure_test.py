#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: when stentord cannot serve it says why in one clear sentence, exits with 1, and leaves
nothing behind."""

import contextlib
import functools
import os
import pathlib

from appliance import DHCP, PORT, Appliance, config_text, write_images
from lab import NETWORK, SERVER, Lab, run
from suite import check, check_equal, main, program_under_test

TOP = pathlib.Path(__file__).resolve().parents[2]
CHECK_HOST = TOP / "drivers-config" / "check-host.sh"
UP = TOP / "deploy" / "up.sh"

# A machine without hugepages, whatever this one has: `ip netns exec` gave us mounts of our own.
WITHOUT_HUGEPAGES = ("sh", "-c", 'mount -t tmpfs none /sys/kernel/mm/hugepages && exec "$@"', "sh")


def left_behind(lab):
    """All that a stentord which failed might leave, by name."""
    return {**lab.interface_state(),
            "mounts": [line for line in pathlib.Path("/proc/self/mounts").read_text().splitlines()
                       if "hugetlbfs" in line],
            "sockets": [line.split()[4] for line in
                        lab.server("ss", "-H", "-ltuxn").stdout.splitlines()],
            "files in /run and /dev/hugepages": run("sh", "-c", "find /run/dpdk /dev/hugepages "
                                                    "-type f -o -type s 2>/dev/null; true").stdout,
            "files of the lab": "\n".join(sorted(
                path.name for path in lab.folder.iterdir()
                if not path.name.startswith("attempt.")))}


def check_refused(lab, program, text, *words, arguments=None, wrapper=(), early=True,
                  without=None):
    """Exit status 1, one sentence that holds each of `words` and not `without`, and nothing left;
    if `early`, before an image is read."""
    before = left_behind(lab)
    attempt = Appliance(lab, program, text, arguments, "attempt", wrapper).start()
    status = attempt.wait_for_end()
    log = attempt.log()
    check_equal(status, 1, f"exit status of:\n{log}\n")
    sentences = [line for line in log.splitlines() if line.startswith("stentord: ")]
    check_equal(len(sentences), 1, f"sentences in:\n{log}\n")
    for word in words:
        check(word in sentences[0], f"`{word}` is not in: {sentences[0]}")
    check(without is None or without not in sentences[0], f"`{without}` is in: {sentences[0]}")
    check(not early or "images: " not in log, f"images were read before it was refused:\n{log}")
    for name, state in left_behind(lab).items():
        check_equal(state, before[name], name)


def no_image_directory(lab, program):
    check_refused(lab, program, config_text("/nonexistent/images"), "/nonexistent/images")
    check_refused(lab, program, None, "/nonexistent/images",
                  arguments=["--interface", "srv0", "--images", "/nonexistent/images"])


def image_root_without_a_file(lab, program):
    root = lab.folder / "empty"
    root.mkdir()
    check_refused(lab, program, config_text(root), str(root), "no file to serve",
                  "put the boot files")
    (root / "out").symlink_to("/etc/passwd")
    check_refused(lab, program, config_text(root), str(root), "'out'",
                  "leads out of the image root")


def no_hugepages(lab, program):
    check_refused(lab, program, config_text(lab.folder / "images", hugepages="auto"),
                  "No hugepages are reserved", "sysctl vm.nr_hugepages=",
                  "workers.hugepages: none", wrapper=WITHOUT_HUGEPAGES)
    # The remedy that it names is one: without hugepages it comes further, to the next thing wrong.
    check_refused(lab, program, config_text(lab.folder / "nosuch", hugepages="auto"), "nosuch",
                  arguments=["--hugepages", "none"], wrapper=WITHOUT_HUGEPAGES)


def interface_that_does_not_exist(lab, program):
    port = PORT.format(device="interface:nosuch0", server=SERVER)
    check_refused(lab, program, config_text(lab.folder / "images", port), "nosuch0")
    check_refused(lab, program, None, "nosuch0",
                  arguments=["--interface", "nosuch0", "--images", str(lab.folder / "images")])


def interface_without_ethernet(lab, program):
    lab.server("ip", "tuntap", "add", "dev", "tun0", "mode", "tun")
    try:
        lab.server("ip", "address", "add", "10.97.0.1/24", "dev", "tun0")
        lab.server("ip", "link", "set", "tun0", "up")
        words = ("`tun0` carries no Ethernet frames", "choose another")
        port = PORT.format(device="interface:tun0", server=SERVER)
        check_refused(lab, program, config_text(lab.folder / "images", port), *words)
        check_refused(lab, program, None, *words,
                      arguments=["--interface", "tun0", "--images", str(lab.folder / "images"),
                                 "--hugepages", "none"])
        said = lab.server(CHECK_HOST, "--interface", "tun0", ok=False).stdout
        check("FAIL  interface tun0: carries no Ethernet frames" in said, said)
    finally:
        lab.server("ip", "link", "delete", "tun0")


def arguments_of_up(lab, _):
    """Refused before anything is installed, built or reserved."""
    for seconds in ("0", "9999999", "1.5", "soon"):
        said = lab.server(UP, "--timeout", seconds, ok=False)
        check_equal((said.returncode, said.stdout), (1, "up.sh: --timeout takes a whole number of "
                    f"seconds from 1 to 999999, not '{seconds}'\n"), "up.sh")
    said = lab.server(UP, "--interface", "nosuch0", "--images", lab.folder, ok=False).stdout
    check("there is no network interface 'nosuch0'" in said, said)


def check_that_does_nothing_else(lab, program):
    """What only a start would heed is refused, not ignored."""
    path = lab.folder / "check.yaml"
    path.write_text(config_text(lab.folder / "images"))
    for flags in (["--take-over"], ["--hugepages", "none"]):
        said = lab.server(program, "--check", path, *flags, ok=False)
        check_equal((said.returncode, "--check excludes" in said.stdout), (2, True), said.stdout)


def wrong_driver(lab, program):
    port = PORT.format(device="vdev:net_nosuch0", server=SERVER)
    text = config_text(lab.folder / "images", port)
    check_refused(lab, program, text, "net_nosuch0")
    # With its place, and beside whatever else is wrong.
    path = lab.folder / "attempt.yaml"
    path.write_text(text + "colour: blue\n")
    checked = lab.server(program, "--check", path, ok=False)
    device, colour = checked.stdout.splitlines()
    row = next(i for i, line in enumerate(text.splitlines(), 1) if "device:" in line)
    check(f"attempt.yaml:{row}:13: ports[0].device" in device and "of this build; it has" in device,
          device)
    check("colour" in colour and checked.returncode == 1, colour)


def mtu_that_the_device_does_not_carry(lab, program):
    # What a TAP device carries only its driver knows, when it is there.
    for device, limit, early in (("interface:srv0", "1500", True),
                                 ('"vdev:net_tap0,iface=tap0"', "1504", False)):
        port = PORT.format(device=device, server=SERVER).replace("mtu: 1500", "mtu: 9000")
        check_refused(lab, program, config_text(lab.folder / "images", port), "boot0", "mtu 9000",
                      limit, "lower", early=early)


def mtu_longer_than_any_frame_of_ours(lab, program):
    """No interface helps there, also one that has as much itself."""
    run("ip", "-n", lab.srv, "link", "set", "srv0", "mtu", "65535")
    try:
        port = PORT.format(device="interface:srv0", server=SERVER).replace("1500", "65535")
        check_refused(lab, program, config_text(lab.folder / "images", port), "boot0", "mtu 65535",
                      "Stentor's longest frame carries 61286", "lower it in the configuration",
                      without="ip link set")
    finally:
        run("ip", "-n", lab.srv, "link", "set", "srv0", "mtu", "1500")


def interface_of_a_strange_name(lab, program):
    """The kernel takes nearly every byte in one."""
    derived = ["--images", str(lab.folder / "images"), "--hugepages", "none"]
    try:
        run("ip", "-n", lab.srv, "link", "set", "dev", "srv0", "down", "name", 'q"x')
        run("ip", "-n", lab.srv, "link", "set", "dev", 'q"x', "up")
        with Appliance(lab, program, arguments=["--interface", 'q"x', *derived]) as stentord:
            check("name: \"q_x\"" in stentord.log(), stentord.log())
    finally:
        run("ip", "-n", lab.srv, "link", "set", "dev", 'q"x', "down", "name", "srv0")
        run("ip", "-n", lab.srv, "link", "set", "dev", "srv0", "up")


def check_diagnostics(lab, program, text, *expected):
    """Each of `expected` is (line, words): all errors are listed at once, with their places."""
    attempt = Appliance(lab, program, text, name="attempt").start()
    check_equal(attempt.wait_for_end(), 1, f"exit status of:\n{attempt.log()}\n")
    serve = attempt.log()
    for line, words in expected:
        place = f"attempt.yaml:{line}:"
        found = [row for row in serve.splitlines() if place in row and words in row]
        check(found, f"no error at {place} with `{words}`:\n{serve}")
    check_equal(len(serve.splitlines()), len(expected), f"errors in:\n{serve}\n")
    checked = lab.server(program, "--check", lab.folder / "attempt.yaml", ok=False)
    check_equal((checked.returncode, checked.stdout), (1, serve), "--check of the same file")


def bad_config_shows_all_errors(lab, program):
    text = config_text(lab.folder / "images")
    lines = text.splitlines()
    colour = len(lines) + 1
    at = next(i for i, line in enumerate(lines) if "/24, mtu: 1500" in line)
    lines[at] = lines[at].replace("mtu: 1500", "mtu: many")
    pools = next(i for i, line in enumerate(lines) if "pools:" in line)
    lines[pools] = "      pools: [10.99.0.150-10.99.0.100]"
    check_diagnostics(lab, program, "\n".join(lines + ["colour: blue"]) + "\n",
                      (at + 1, "many"), (pools + 1, "10.99.0.150-10.99.0.100"),
                      (colour, "colour"))


def overlapping_pools(lab, program):
    dhcp = DHCP.replace("pools: [", "pools: [10.99.0.140-10.99.0.160, ")
    text = config_text(lab.folder / "images", dhcp=dhcp)
    line = next(i for i, row in enumerate(text.splitlines(), 1) if "pools:" in row)
    check_diagnostics(lab, program, text, (line, "overlap"))


def pool_outside_its_subnet(lab, program):
    dhcp = DHCP.replace(f"subnet: {NETWORK}", "subnet: 10.98.0.0/24")
    text = config_text(lab.folder / "images", dhcp=dhcp)
    pools, reservation = (next(i for i, row in enumerate(text.splitlines(), 1) if word in row)
                          for word in ("pools:", "mac:"))
    check_diagnostics(lab, program, text,
                      (pools, "the pool leaves its subnet 10.98.0.0/24, which is"),
                      (reservation, "it is not in the subnet 10.98.0.0/24; move the reservation"))


def boot_files_that_are_not_there(lab, program):
    """--check warns of each file that we are to serve; another server's files are not ours."""
    rules = "".join(f"    - {{match: {{arch: {arch}}}, {target}}}\n" for arch, target in (
        ("bios", r"file: '\.pxelinux.0'"), ("efi-ia32", r"file: '\pxelinux.0'"),
        ("efi-x64", f"file: ours.efi, server: {SERVER}"),
        ("efi-riscv64", "file: outside.efi"),
        ("efi-arm64", "file: theirs.efi, server: 10.99.0.200")))
    link = lab.folder / "images" / "outside.efi"
    link.symlink_to("/etc/hostname")
    dhcp = DHCP[:DHCP.index("    - {file:")] + rules
    path = lab.folder / "attempt.yaml"
    path.write_text(config_text(lab.folder / "images", dhcp=dhcp))
    warnings = [line for line in lab.server(program, "--check", path).stdout.splitlines()
                if "warning" in line]
    link.unlink()
    check_equal([line.split("'")[1] for line in warnings],
                [r"\.pxelinux.0", "ours.efi", "outside.efi"],
                f"files in {warnings}")


def vhost_config(lab):
    device = f'"vdev:net_vhost0,iface={lab.folder}/guest.sock"'
    return config_text(lab.folder / "images", PORT.format(device=device, server=SERVER))


def memif_config(lab, abstract):
    device = (f'"vdev:net_memif0,role=server,socket={lab.folder}/peer.sock,'
              f'socket-abstract={abstract}"')
    return config_text(lab.folder / "images", PORT.format(device=device, server=SERVER))


def memif_socket_that_another_stentord_serves(lab, program):
    for abstract in ("yes", "no"):
        with Appliance(lab, program, memif_config(lab, abstract), name="first") as first:
            check_refused(lab, program, memif_config(lab, abstract), f"{lab.folder}/peer.sock",
                          "Another process serves")
            check(not first.ended(), "the stentord that was there first has ended")


def socket_that_a_killed_stentord_left(lab, program):
    for text in (vhost_config(lab), memif_config(lab, "no")):
        killed = Appliance(lab, program, text, name="first").start().wait_until_serving()
        killed.process.kill()
        killed.process.wait()
        with Appliance(lab, program, text, name="second"):
            pass


def socket_that_another_stentord_serves(lab, program):
    with Appliance(lab, program, vhost_config(lab), name="first") as first:
        check_refused(lab, program, vhost_config(lab), f"{lab.folder}/guest.sock")
        check(not first.ended(), "the stentord that was there first has ended")
    check(not (lab.folder / "guest.sock").exists(), "the socket is left behind")


def interface_that_another_stentord_serves(lab, program):
    """The second must not disturb the first, whose kernel must stay silent."""
    text = config_text(lab.folder / "images")
    with Appliance(lab, program, text, name="first"):
        check_refused(lab, program, text, "srv0", "another stentord")
        reply = lab.client("ping", "-c", "3", "-i", "0.2", "-W", "5", SERVER)
        check("3 received" in reply.stdout and "DUP!" not in reply.stdout, reply.stdout)


# Both families, as VPNs lay them over another, and where only a rule of policy leads.
DEFAULT_ROUTES = (("default", "via", "10.99.0.254"), ("0.0.0.0/1", "via", "10.99.0.254"),
                  ("default", "via", "10.99.0.254", "table", "77"), ("::/0", "dev", "srv0"),
                  ("2000::/3", "dev", "srv0", "table", "77"))


@contextlib.contextmanager
def route_of_the_server(lab, *route):
    run("ip", "-n", lab.srv, "route", "add", *route)
    try:
        yield
    finally:
        run("ip", "-n", lab.srv, "route", "delete", *route)


def takes_over_only_when_told(lab, program):
    check_refused(lab, program, config_text(lab.folder / "images"), "srv0", "default route",
                  "--take-over")
    # The remedy that it names is one: with it, it serves.
    with Appliance(lab, program, config_text(lab.folder / "images"), ["--take-over"]):
        pass


def interface_with_the_default_route(lab, program):
    for route in DEFAULT_ROUTES:
        with route_of_the_server(lab, *route):
            takes_over_only_when_told(lab, program)


def default_route_in_the_look_at_the_host(lab, _):
    """What stentord refuses, and by whichever name, this says beforehand."""
    for route in DEFAULT_ROUTES:
        with route_of_the_server(lab, *route):
            for flags, word in (([], "FAIL"), (["--take-over"], "WARN")):
                said = lab.server(CHECK_HOST, "--interface", "srv0", *flags, ok=False).stdout
                check(f"{word}  interface srv0: carries the default route" in said, said)
                check(flags or "start with --take-over" in said, said)
    said = lab.server(CHECK_HOST, "--interface", "srv0", ok=False).stdout
    check("interface srv0: link is up" in said and "default route" not in said, said)


def interface_by_an_alternative_name(lab, program):
    """systemd gives most NICs some: what is refused by one name is refused by all."""
    long_name = "enx" + "0" * 34
    run("ip", "-n", lab.srv, "link", "property", "add", "dev", "srv0", "altname", "ens9",
        "altname", long_name)
    derived = ["--images", str(lab.folder / "images"), "--hugepages", "none"]
    by_name = config_text(lab.folder / "images", PORT.format(device="interface:ens9",
                                                             server=SERVER))
    said = lab.server(UP, "--interface", "ens9", "--images", "/nonexistent", ok=False).stdout
    check("--images: '/nonexistent' is not a folder" in said, said)
    with route_of_the_server(lab, "default", "via", "10.99.0.254"):
        said = lab.server(CHECK_HOST, "--interface", long_name, ok=False).stdout
        check("FAIL  interface srv0: carries the default route" in said, said)
        check_refused(lab, program, by_name, "`srv0` has the default route", "--take-over")
        for name in ("ens9", long_name):
            check_refused(lab, program, None, "`srv0` has the default route", "--take-over",
                          arguments=["--interface", name, *derived])
    with Appliance(lab, program, arguments=["--interface", long_name, *derived]) as stentord:
        check('device: "interface:srv0"' in stentord.log(), stentord.log())
        check_refused(lab, program, by_name, "another stentord")


def interface_in_two_ports_by_two_names(lab, program):
    second = PORT.replace("boot0", "boot1").replace("mtu: 1500", "mtu: 1500, dhcp: none").format(
        device="interface:ens8", server="10.98.0.1")
    text = config_text(lab.folder / "images",
                       PORT.format(device="interface:srv0", server=SERVER) + second)
    run("ip", "-n", lab.srv, "link", "property", "add", "dev", "srv0", "altname", "ens8")
    words = ("port boot1: ens8 is the interface srv0", "port boot0", "into one port")
    check_refused(lab, program, text, *words)
    path = lab.folder / "attempt.yaml"
    checked = lab.server(program, "--check", path, ok=False)
    check_equal((checked.returncode, len(checked.stdout.splitlines())), (1, 1), "--check")
    check(all(word in checked.stdout for word in (str(path), *words)), checked.stdout)


# What root has and others lack: without these, and without the two that only AF_XDP wants.
WITHOUT_RIGHTS = ("setpriv", "--bounding-set=-net_admin,-net_raw,-bpf,-sys_admin",
                  "--inh-caps=-net_admin,-net_raw,-bpf,-sys_admin")


# A machine with 20 MiB of hugepages, or with 20 MiB of memory to spare.
FEW_HUGEPAGES = ("sh", "-c", "mount -t tmpfs none /sys/kernel/mm/hugepages && "
                 "mkdir /sys/kernel/mm/hugepages/hugepages-2048kB && "
                 "cd /sys/kernel/mm/hugepages/hugepages-2048kB && "
                 "echo 10 | tee nr_hugepages > free_hugepages && cd / && exec \"$@\"", "sh")
LITTLE_MEMORY = ("sh", "-c", "mount -t tmpfs none /mnt && "
                 "echo 'MemAvailable: 20480 kB' > /mnt/meminfo && "
                 "mount --bind /mnt/meminfo /proc/meminfo && exec \"$@\"", "sh")


def too_few_hugepages(lab, program):
    check_refused(lab, program, config_text(lab.folder / "images", hugepages="auto"),
                  "MiB of hugepages are needed (images 0.0 MiB in", "only 20 MiB are free",
                  "sysctl vm.nr_hugepages=", "workers.hugepages: none", wrapper=FEW_HUGEPAGES)
    text = config_text(lab.folder / "images", hugepages="20MiB")
    check_refused(lab, program, text, "The ceiling on hugepages", "allows 20 MiB", "raise it")


def images_larger_than_memory(lab, program):
    root = lab.folder / "large"
    root.mkdir()
    (root / "large.img").touch()
    os.truncate(root / "large.img", 1 << 40)
    # 1 TiB, its sums, and what a heap wastes.
    check_refused(lab, program, config_text(root), "MiB of memory are needed (images 10771",
                  str(root), "are available", "take files out of the image root")
    # The same of an ordinary root, on a machine that has less than it takes.
    check_refused(lab, program, config_text(lab.folder / "images"), "MiB of memory are needed",
                  "20 MiB are available", wrapper=LITTLE_MEMORY)
    check_refused(lab, program, config_text(root, hugepages="auto"), "images 10771",
                  "only 20 MiB are free", wrapper=FEW_HUGEPAGES)
    (root / "large.img").unlink()


def transfers_that_take_more_than_memory(lab, program):
    text = config_text(lab.folder / "images", tftp="transfers-max: 1048576")
    little = list(LITTLE_MEMORY)
    little[2] = little[2].replace("20480", "204800")
    check_refused(lab, program, text, "1048576 transfers", "MiB of memory",
                  "200.0 MiB are available", "lower tftp.transfers-max", wrapper=little)
    # A limit that no look at the machine shows: found when the tables are made.
    check_refused(lab, program, text, "1048576 transfers", "256.2 MiB", "does not give that much",
                  "lower tftp.transfers-max", wrapper=("prlimit", f"--data={150 << 20}"),
                  early=False)


def bad_manifest(lab, program):
    manifest = lab.folder / "images" / "SHA256SUMS"
    manifest.write_text("# made by hand\nnot a hash  pxelinux.0\n")
    try:
        # Reading it is where a load begins.
        check_refused(lab, program, config_text(lab.folder / "images"), str(manifest), "line 2",
                      "64 hexadecimal digits", early=False)
    finally:
        manifest.unlink()


def interface_without_an_address(lab, program):
    run("ip", "-n", lab.srv, "address", "flush", "dev", "srv0")
    try:
        check_refused(lab, program, None, "srv0", "no IPv4 address", "ip address add",
                      arguments=["--interface", "srv0", "--images", str(lab.folder / "images")])
    finally:
        run("ip", "-n", lab.srv, "address", "add", f"{SERVER}/24", "dev", "srv0")


def rights_that_are_missing(lab, program):
    check_refused(lab, program, config_text(lab.folder / "images"), "boot0", "srv0",
                  "CAP_NET_ADMIN, CAP_NET_RAW, CAP_BPF", "run as root", wrapper=WITHOUT_RIGHTS)
    port = PORT.format(device='"vdev:net_tap0,iface=tap0"', server=SERVER)
    check_refused(lab, program, config_text(lab.folder / "images", port), "boot0", "net_tap0",
                  "CAP_NET_ADMIN", "run as root", wrapper=WITHOUT_RIGHTS)


TESTS = (no_image_directory, image_root_without_a_file, bad_manifest, no_hugepages,
         too_few_hugepages, images_larger_than_memory, transfers_that_take_more_than_memory,
         rights_that_are_missing, interface_without_an_address, interface_that_does_not_exist,
         interface_without_ethernet, arguments_of_up,
         check_that_does_nothing_else, wrong_driver, mtu_that_the_device_does_not_carry,
         mtu_longer_than_any_frame_of_ours, interface_of_a_strange_name,
         bad_config_shows_all_errors, overlapping_pools, pool_outside_its_subnet,
         boot_files_that_are_not_there,
         socket_that_another_stentord_serves, memif_socket_that_another_stentord_serves,
         socket_that_a_killed_stentord_left, interface_that_another_stentord_serves,
         interface_with_the_default_route, default_route_in_the_look_at_the_host,
         interface_by_an_alternative_name, interface_in_two_ports_by_two_names)


def group(program):
    with Lab() as lab:
        write_images(lab.folder / "images", ["pxelinux.0"])
        lab.give_client_addresses()
        for test in TESTS:
            yield test.__name__.replace('_', ' '), functools.partial(test, lab, program)


if __name__ == "__main__":
    main([group(program_under_test())])
