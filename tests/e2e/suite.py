# SPDX-License-Identifier: BSD-3-Clause
"""How an end-to-end test file runs: checks, the runner, and the meaning of its exit status.

A test file calls main() with its tests. Exit status 0: all passed; 1: at least one failed, and what
it saw is on stdout; 77: skipped, all or a part (meson's number): a line "skipped: ..." says why.
"""

import os
import signal
import sys
import time
import traceback

SKIPPED = 77


class Failure(Exception):
    """What a test saw instead of what it expects, as a sentence."""


class Skip(Exception):
    """Why this machine cannot run a group of tests, raised before its first."""


def check(condition, sentence):
    if not condition:
        raise Failure(sentence)


def check_equal(seen, expected, what):
    check(seen == expected, f"{what}: expected {expected!r}, saw {seen!r}")


def wait_for(condition, seconds, what):
    """Polls until condition() is true, and returns what it returned."""
    deadline = time.monotonic() + seconds
    while True:
        result = condition()
        if result:
            return result
        check(time.monotonic() < deadline, f"{what}: not within {seconds} s")
        time.sleep(0.02)


def program_under_test():
    """The stentord that meson names on the command line."""
    return programs_under_test("STENTORD")[0]


def programs_under_test(*names):
    """Those that meson names on the command line, in this order."""
    check(len(sys.argv) == 1 + len(names), f"usage: {sys.argv[0]} {' '.join(names)}")
    return [os.path.abspath(path) for path in sys.argv[1:]]


def end_on_sigterm():
    """A meson that gives up sends SIGTERM: the namespaces go all the same, by every `finally`."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))


def main(groups):
    """Runs `groups`: generators of (name, test), which remove what they set up when they close."""
    if os.geteuid() != 0:
        print("skipped: network namespaces need root")
        sys.exit(SKIPPED)
    end_on_sigterm()
    passed, failed, skipped = 0, [], 0
    for group in groups:
        try:
            for name, test in group:
                started = time.monotonic()
                try:
                    test()
                    passed += 1
                    print(f"ok      {name} ({time.monotonic() - started:.1f} s)", flush=True)
                except Exception as failure:  # the next test may still say more
                    failed.append(f"FAILED  {name}: {sentence_of(failure)}")
                    print(failed[-1], flush=True)
        except Skip as reason:
            skipped += 1
            print(f"skipped: {reason}", flush=True)
        except Exception as failure:
            failed.append(f"FAILED  set-up or removal: {sentence_of(failure)}")
            print(failed[-1], flush=True)
        finally:
            group.close()
    for sentence in failed:  # again, below the logs of stentord, where a summary finds it
        print(shortened(sentence))
    print(f"{passed} passed, {len(failed)} failed, {skipped} groups skipped")
    if failed:
        sys.exit(1)
    sys.exit(SKIPPED if skipped else 0)


def shortened(sentence):
    """The first line and the last, which of a traceback is what was raised."""
    first, *rest = sentence.splitlines()
    return f"{first} {rest[-1].strip()}" if rest else first


def sentence_of(failure):
    if isinstance(failure, Failure):
        return str(failure)
    return "".join(traceback.format_exception(failure)).rstrip()
