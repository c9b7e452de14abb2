# SPDX-License-Identifier: BSD-3-Clause
"""What a worker does for a DATA frame, over the null device: rows P3 to P6, P11, P12, P15, P18,
P20, reload.whole.

data_rate runs whole workers, and says of the cycles of a DATA frame which are the worker's, which
the driver's, and which those of its clients, who live in the receive queue. testpmd on the same
device is what DPDK itself needs for a frame of two segments.
"""

import dataclasses
import json
import statistics

from measure.process import output_of
from measure.row import Pending, pairs, repeats, row_of_pairs, row_of_values
from measure.testpmd import Testpmd

SECONDS = 1.0
# 46 bytes of headers and a block of 1,468, as a worker sends them on a device that takes segments.
TWO_SEGMENTS = ("--txpkts=46,1468", "--burst=32", "--txd=512")


# Ten times the requests for files of 1 MiB that a worker serves in a second on a port of 100 Gb/s,
# and ten times the ACKs that its clients send for windows of 64 then.
REQUESTS_A_SECOND = 120_000
ACKS_A_SECOND = 1_250_000
PUBLICATIONS_A_SECOND = 1_000
RELOADS = 10_000  # of a row, whole ones
GROWTH_MAX = 4 << 20  # bytes, of half a run; a snapshot that stays takes 20 MB in it


class DataRate:
    def __init__(self, context):
        self.program = context.build / "perf/wire/data_rate"
        self.cores = context.cores

    def __call__(self, *arguments, cores=None, seconds=SECONDS):
        cores = cores or self.cores[-1:]
        text = output_of([self.program, "--seconds", seconds, "--cores",
                          ",".join(map(str, cores)), *arguments])
        return json.loads(text)


def rows(context):
    run, count = DataRate(context), context.pairs
    yield Pending("P3", lambda: beside_testpmd(context, run, count))
    yield Pending("P4.w16", lambda: own_share(
        "P4.w16", "worker cycles (TSC) a DATA frame, driver excluded, window 16", 16, run, count,
        floor=150, aim=100))
    yield Pending("P4.w1", lambda: own_share(
        "P4.w1", "the same, window 1: an ACK parsed for each DATA frame", 1, run, count,
        floor=260, aim=180))
    yield Pending("P5", lambda: no_copy(run, count))
    yield Pending("P6", lambda: checksums(run, count))
    yield Pending("P12", lambda: fairness(run, count))
    yield Pending("P15", lambda: row_of_pairs(
        "P15", "DATA frames/s with 50,000 live transfers on a worker against 100", "frames/s",
        pairs(lambda: server_frames(run, "--clients", 50_000),
              lambda: server_frames(run, "--clients", 100), count), floor=0.75, aim=0.9,
        note="the time in which the clients are made is left out"))
    yield Pending("P11", lambda: turnaround(run, count))
    yield Pending("wire.latency", lambda: latency(run, count))
    yield Pending("wire.many", lambda: row_of_pairs(
        "wire.many", "DATA frames/s of 10,000 clients at once against 1,000, window 16", "frames/s",
        pairs(lambda: server_frames(run, "--clients", 10_000),
              lambda: server_frames(run, "--clients", 1_000), count), floor=0.9, aim=0.98,
        note="a worker is busy from some dozens on; blocks that are sent again count for nothing; "
        "the time in which the clients are made is left out"))
    yield Pending("P13.tftp", lambda: file_overload(context, count))
    yield Pending("P13.dhcp", lambda: overload(context, count))
    yield Pending("flood.rrq", lambda: flood(
        run, count, "flood.rrq", "--flood-requests", REQUESTS_A_SECOND, "requests"))
    yield Pending("flood.ack", lambda: flood(
        run, count, "flood.ack", "--flood-acks", ACKS_A_SECOND, "ACKs"))
    yield Pending("wire.not-found", lambda: not_found(context, count))
    yield Pending("P19.options", lambda: reflection(
        context, count, "P19.options", "with_options", "with options", floor=3))
    yield Pending("P19.plain", lambda: reflection(
        context, count, "P19.plain", "without", "without options", floor=10))
    yield Pending("P20", lambda: publications(run, count))
    yield Pending("reload.whole", lambda: reloads(run, count))
    if len(context.cores) > 1:
        two = context.cores[-2:]
        yield Pending("P18", lambda: row_of_pairs(
            "P18", "DATA frames/s of two workers of one appliance against one, each on a null "
            "device of its own", "frames/s",
            pairs(lambda: frames(run, "--window", 16, cores=two),
                  lambda: frames(run, "--window", 16), count), floor=1.8, aim=1.97,
            note="leases, files, snapshots and rings are one appliance's"))
        yield Pending("flood.rrq.two", lambda: flood(
            run, count, "flood.rrq.two", "--flood-requests", REQUESTS_A_SECOND, "requests", two))
        yield Pending("flood.ack.two", lambda: flood(
            run, count, "flood.ack.two", "--flood-acks", ACKS_A_SECOND, "ACKs", two))
        for window in (1, 16):
            yield Pending(f"wire.spread.w{window}",
                          lambda window=window: known_spread(run, count, window, two))
        yield Pending("spread.discover", lambda: spreading(context, count))


def spreading(context, count):
    """All DISCOVERs come to one queue, of which two workers or one take them."""
    def rate(cores):
        return json.loads(output_of([context.build / "perf/wire/spreading", "--seconds", SECONDS,
                                     "--cores", ",".join(map(str, cores))]))["offers_per_second"]
    return row_of_pairs("spread.discover", "DISCOVERs/s that all come to one queue, of two workers "
                        "against one", "OFFERs/s",
                        pairs(lambda: rate(context.cores[-2:]), lambda: rate(context.cores[-1:]),
                              count), floor=1.6, aim=1.8,
                        note="32,768 clients in turn, from memory: no generator, no device")


def overload_results(context, count, program):
    def run():
        return json.loads(output_of(["taskset", "--cpu-list", context.cores[-1],
                                     context.build / "perf/wire" / program]))
    return list(repeats(run, count))


def overload(context, count):
    """Machines that get an address: ten times as many ask as one worker can serve."""
    results = overload_results(context, count, "dora_overload")
    return row_of_pairs("P13.dhcp", "DORA/s of one worker when ten times as many machines ask as "
                        "it can serve, against its peak", "DORA/s",
                        [(result["overloaded"], result["peak"]) for result in results],
                        floor=0.9, aim=0.98,
                        note="8.4 million machines, a ring of 1,024 that drops what finds it full; "
                        "from memory: no generator's time, no device")


def file_overload(context, count):
    """Machines that fetch a file: ten times as many ask as one worker can serve."""
    results = overload_results(context, count, "tftp_overload")
    live, shed, given_up = (statistics.median(result["overloaded"][key] for result in results)
                            for key in ("live", "shed", "given_up"))
    return row_of_pairs("P13.tftp", "bytes/s, of files that were whole in the end, of one worker "
                        "when ten times as many machines a second ask as it can serve, against its "
                        "peak, 1,000 machines at once", "B/s",
                        [(result["overloaded"]["goodput"], result["peak"]["goodput"])
                         for result in results], floor=0.9, aim=0.98,
                        note=f"1 MiB, window 16; {live:,.0f} transfers are live in the overload, "
                        f"{shed:,.0f} requests a second are shed, {given_up:,.0f} machines a "
                        "second give up unanswered; a ring of 1,024 that drops what finds it full; "
                        "from memory: no generator's time, no device")


def timed_loops(run, *arguments, **how):
    result = run("--clients", 1_000, "--time-loops", *arguments, **how)
    if result["blocks_resent"]:
        raise RuntimeError(f"{result['blocks_resent']} blocks were sent again")
    return result


def publications(run, count):
    """With publications on the other core, and without."""
    def loop_us(*more):
        return timed_loops(run, *more)["loop_us"]["p999"]
    return row_of_pairs("P20", f"us, p99.9, of a worker's loop with {PUBLICATIONS_A_SECOND:,} "
                        "reloads a second, against none", "us",
                        pairs(lambda: loop_us("--publications", PUBLICATIONS_A_SECOND), loop_us,
                              count), better="lower", floor=1.1, aim=1.02,
                        note="1,000 live transfers, window 16; prepared snapshots; no block is "
                        "lost, or sent again, in either")


def reloads(run, count):
    """The same, with what a reload does from the text of the configuration on."""
    a_run, made = RELOADS / count, []
    seconds = 1.2 * a_run / PUBLICATIONS_A_SECOND  # one is left out while a worker is not there yet

    def loop_us(*more):
        result = timed_loops(run, *more, seconds=seconds)
        if more:
            if result["grown_bytes"] > GROWTH_MAX:
                raise RuntimeError(f"the process grew by {result['grown_bytes']} bytes")
            made.append(result["reloads"])
        return result["loop_us"]["p999"]
    measured = pairs(lambda: loop_us("--reloads", PUBLICATIONS_A_SECOND), loop_us, count)
    return row_of_pairs("reload.whole", "us, p99.9, of a worker's loop while the configuration is "
                        f"read and taken {PUBLICATIONS_A_SECOND:,} times a second, against none",
                        "us", measured, better="lower", floor=1.1, aim=1.02,
                        note=f"1,000 live transfers, window 16; {sum(made):,} reloads in all; no "
                        "block is lost, or sent again, in either, and the process does not grow")


def frames(run, *arguments, **how):
    return run(*arguments, **how)["frames_per_second"]


def server_frames(run, *arguments, **how):
    """The clients live on the worker's core: without their time."""
    return run(*arguments, **how)["frames_per_second_of_server"]


def flood(run, count, id, option, a_second, kind, two=None):
    """What is left of the rate at which workers send when nothing but themselves is the limit."""
    def rate(*arguments):
        return server_frames(run, "--clients", 1_000, "--spare-transfers", 64_536, *arguments,
                             cores=two)
    of_two = "" if two is None else " on each of two workers' queues"
    note = "" if two is None else "; half of the flood concerns the other worker"
    return row_of_pairs(id, f"DATA frames/s of 1,000 live transfers, window 16, in a flood of "
                        f"{a_second:,} {kind} a second, against without{of_two}", "frames/s",
                        pairs(lambda: rate(option, a_second), rate, count), floor=0.9, aim=0.98,
                        note="from addresses at random; room for 65,536 transfers in either; the "
                        f"time in which clients and flood are made is left out{note}")


def known_spread(run, count, window, two):
    """A device that spreads frames by the hash of their flow; who knows it chooses ports by it."""
    def rate(how):
        result = run("--window", window, "--clients", 200, how, cores=two)
        if result["blocks_resent"]:
            raise RuntimeError(f"{result['blocks_resent']} blocks were sent again")
        return result["frames_per_second_of_server"]
    return row_of_pairs(f"wire.spread.w{window}", "DATA frames/s of two workers whose device "
                        "spreads frames by the hash of addresses and ports: the transfers' server "
                        f"ports by that hash, against any ports, window {window}", "frames/s",
                        pairs(lambda: rate("--known-spread"), lambda: rate("--spread"), count),
                        floor=1, aim=1.2,
                        note="200 clients a worker; of any ports half of the ACKs come to the "
                        "other worker, and cross by a ring; the time of the clients, and of their "
                        "device's rings, is left out")


def not_found(context, count):
    def nanoseconds(name):
        text = output_of([context.build / "perf/micro/worker_bench", "--benchmark_min_time=0.2",
                          "--benchmark_format=json",
                          f"--benchmark_filter=^answer_request/{name}/manual_time$"])
        return json.loads(text)["benchmarks"][0]["real_time"]
    return row_of_pairs("wire.not-found", "ns of a worker from a request for a file that is not "
                        "there to its ERROR, over one from a request to its OACK", "ns",
                        pairs(lambda: nanoseconds("not_found_behind_folders"),
                              lambda: nanoseconds("found_behind_folders"), count),
                        better="lower", floor=1, aim=1,
                        note="both look into eight folders of the client's own first; what is not "
                        "there is then told from 64 aliases of its folder and suffix, by eight "
                        "bytes at either end of them")


def own_share(id, what, window, run, count, **marks):
    """Row P4: what is left of a frame's cycles without the driver's and the clients'."""
    shares = [result["tsc_cycles_per_frame"]
              for result in repeats(lambda: run("--window", window), count)]
    whole, driver, clients, clock = (statistics.median(share[name] for share in shares)
                                     for name in ("all", "driver", "clients", "clock"))
    return row_of_values(id, what, "cycles", [share["worker"] for share in shares],
                         better="lower", **marks,
                         note=f"of {whole:.0f} in all; left out: {driver:.0f} of the driver, "
                         f"{clients:.0f} of the clients that feed ACKs; not left out: {clock:.1f} "
                         "of reading the clock for this")


def beside_testpmd(context, run, count):
    with Testpmd(["net_null0"], "txonly", TWO_SEGMENTS,
                 core=context.cores[-1], prompt_core=context.cores[0]) as testpmd:
        # Both on the same core: testpmd stands still meanwhile.
        def bare():
            testpmd.say("start")
            rate = testpmd.rate(SECONDS)
            testpmd.say("stop")
            return rate

        def ours():
            return run("--window", 16)["frames_per_second_of_server"]

        testpmd.say("stop")
        return row_of_pairs("P3", "DATA frames/s on net_null, window 16, against testpmd txonly "
                            "with two segments", "frames/s",
                            pairs(ours, bare, count), floor=0.40, aim=0.60,
                            note="image of 1 MiB, 32 clients, one core; the time in which the "
                            "clients feed ACKs is left out, the driver's is not")


def checksums(run, count):
    """Both in one process, in slices in turn: what differs between two processes is in neither."""
    results = repeats(lambda: compared_slices(
        run("--window", 16, "--compare-checksums")["slices"]), count)
    differences = [difference for _, _, difference in results]
    row = row_of_pairs("P6", "worker cycles a DATA frame with a valid UDP checksum, over one "
                       "without", "cycles", [(mine, yours) for mine, yours, _ in results],
                       better="lower", floor=15, aim=6,
                       note="the ratio column is the difference: of a run, the median of its pairs "
                       "of slices that follow each other, of 2 ms each")
    return dataclasses.replace(row, ratio=statistics.median(differences),
                               spread=(min(differences), max(differences)))


def compared_slices(slices):
    """(median with, median without, median difference) of pairs of slices that follow each other;
    a last one that has no partner is left out."""
    found = []
    for first, second in zip(slices[::2], slices[1::2]):
        by_kind = {slice["checksums"]: slice["worker"] for slice in (first, second)}
        if len(by_kind) != 2:
            raise RuntimeError(f"no pair with and without checksums: {first}, {second}")
        found.append((by_kind[True], by_kind[False]))
    if not found:
        raise RuntimeError("the run was too short for two slices")
    mine, yours = zip(*found)
    return (statistics.median(mine), statistics.median(yours),
            statistics.median(with_them - without for with_them, without in found))


def no_copy(run, count):
    cold = ("--image-mib", 512, "--files", 32, "--clients", 32)
    return row_of_pairs("P5", "DATA frames/s, block referred to against block copied, cold images",
                        "frames/s", pairs(lambda: frames(run, *cold),
                                          lambda: frames(run, *cold, "--copy"), count),
                        floor=3, aim=5, note="32 clients, each with an image of 16 MiB of its own")


def turnaround(run, count):
    """Lock-step clients, all waiting at once: with ideal queueing each waits for all the others."""
    def once():
        result = run("--window", 1, "--clients", 10_000)
        ideal = 10_000 / result["frames_per_second"] * 1e6
        return result["turnaround_us"]["p99"], ideal
    return row_of_pairs("P11", "p99 of ACK to next DATA with 10,000 lock-step clients, against "
                        "ideal queueing", "us", repeats(once, count), better="lower",
                        floor=1.5, aim=1.1,
                        note="the clock starts when the ACK lies in the receive queue")


def latency(run, count):
    """ACKs that come at random, half as many as the worker answers when it has no pause."""
    window, clients = 16, ("--clients", 1_000)
    def once():
        most = run("--window", window, *clients)["frames_per_second"] / window
        found = run("--window", window, *clients, "--arrivals", most / 2)
        if found["undisturbed"]["share"] < 0.5:
            raise RuntimeError("the kernel ran other threads on the worker's core in "
                               f"{1 - found['undisturbed']['share']:.0%} of a run's 10 ms")
        return (found["undisturbed"]["turnaround_p99_us"], found["undisturbed"]["share"],
                found["turnaround_us"]["p99"])
    found = repeats(once, count)
    ours, shares, wholes = zip(*found)
    return row_of_values("wire.latency", "p99 of ACK in to first DATA out at half load, window 16",
                         "us", ours, better="lower", floor=20, aim=5,
                         note="1,000 clients, arrivals at random (Poisson); half of the ACKs a "
                         "second that the same worker answers without a pause; left out: the 10 ms "
                         "in which the kernel ran another thread in its place, and the next 10, "
                         f"{1 - max(shares):.1%} to {1 - min(shares):.1%} of a run; with them "
                         f"{min(wholes):.3g} to {max(wholes):.3g} us")


def reflection(context, count, id, key, kind, floor):
    def once():
        bytes_ = json.loads(output_of([context.build / "perf/wire/reflection"]))[key]
        return bytes_["out"] / bytes_["in"]
    return row_of_values(id, f"Ethernet bytes sent to an address that never acknowledges for one "
                         f"received, requests {kind}", "bytes", repeats(once, count),
                         better="lower", floor=floor, aim=floor,
                         note="1,000 forged addresses, three requests each; counted, not timed")


def fairness(run, count):
    def once():
        return run("--once", "--clients", 1000, "--image-mib", 8, seconds=60)["slowest_to_median"]
    return row_of_values("P12", "slowest against median completion, 1,000 equal clients of 8 MiB",
                         "ratio", repeats(once, count), better="lower", floor=1.3, aim=1.05)
