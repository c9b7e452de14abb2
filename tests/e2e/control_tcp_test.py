#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: over TCP, by TLS, who shows a token gets what it is for, and nobody else gets anything;
tokens and certificates change with a reload, and stand nowhere but in their files."""

import contextlib
import json
import subprocess
import time

from appliance import config_text, write_images
from control_client import curl, get, serving_control, socket_of
from control_tcp import PORT, READ, WRITE, OverTcp
from exposition import read_exposition
from lab import Lab, end
from suite import check, check_equal, main, programs_under_test, wait_for

PATHS = ("/v1/status", "/v1/drops", "/v1/workers", "/v1/ports", "/v1/leases", "/v1/clients",
         "/v1/events/history", "/v1/images", "/v1/config", "/v1/log-level", "/metrics",
         "/openapi.json")
RELOAD = "/v1/config/reload"
OTHER = "another-token-of-a-test-0123456789abcdef"
POST = ("--request", "POST")


def nobody_passes_without_a_token(tcp):
    for path in (*PATHS, "/", "/absent", RELOAD):
        check_equal(tcp.status(path), 401, f"{path} without a token")
    for token in ("wrong", READ[:-1], WRITE + "0"):
        check_equal(tcp.status("/v1/status", token=token), 401, f"with token {token}")
    said = tcp.curl("/v1/status")[1]
    check("\nWWW-Authenticate: Bearer " in said, f"it does not say what it wants: {said}")
    check_equal(tcp.status("/v1/status", "--user", f"x:{READ}"), 401, "another scheme")
    check_equal(tcp.status("/v1/status?token=" + READ), 401, "a token in the query")


def each_token_is_for_its_own(tcp):
    for path in PATHS:
        check_equal(tcp.status(path, token=READ), 200, f"{path}")
    check_equal(tcp.status("/v1/status", token=WRITE), 200, "to a writer")
    for path, method in ((RELOAD, "POST"), ("/v1/log-level?level=info", "PUT"),
                         ("/v1/capture?seconds=1", "GET")):
        status, said = tcp.curl(path, "--request", method, token=READ)
        check_equal((status, "control.tokens.write" in said), (403, True), f"{path}: {said}")
        check_equal(tcp.status(path, "--request", method, token=WRITE), 200, f"{path} to a writer")
    check_equal(tcp.status("/absent", token=READ), 404, "what there is not")
    check_equal(tcp.status("/v1/status", *POST, token=WRITE), 405, "what cannot be done")


def it_is_the_api(lab, tcp):
    check_equal(json.loads(tcp.get("/v1/config", READ)), get(lab, "/v1/config"),
                "the configuration")
    figures, there = (read_exposition(text) for text in (tcp.get("/metrics", READ),
                                                         curl(lab, "/metrics")[1]))
    check_equal(set(figures), set(there), "names of figures")


def old_tls_is_refused(lab, tcp):
    def exit_status(*versions):
        return lab.server("curl", "--silent", "--max-time", 10, "--cacert", tcp.certificate,
                          "--ciphers", "DEFAULT@SECLEVEL=0", *versions, tcp.url,
                          ok=False).returncode
    check_equal(exit_status("--tls-max", "1.2"), 0, "curl's exit status by TLS 1.2")
    check_equal(exit_status("--tlsv1.3"), 0, "curl's exit status by TLS 1.3")
    check_equal(exit_status("--tlsv1.0", "--tls-max", "1.1"), 35, "curl's exit status by TLS 1.1")


def wrong_tokens_are_counted(tcp, stentord):
    def refused():
        samples = read_exposition(tcp.get("/metrics", READ))["stentor_api_refusals_total"].samples
        return {dict(labels)["reason"]: count for labels, count in samples.items()}
    before = refused()
    tcp.status("/v1/status")
    for _ in range(3):
        tcp.status("/v1/status", token="wrong")
    tcp.status(RELOAD, *POST, token=READ)
    after = refused()
    check_equal({reason: after[reason] - before[reason] for reason in after},
                {"no_token": 1, "wrong_token": 3, "read_only": 1}, "refusals that are counted")
    check(stentord.logged("with a token that is none of control.tokens, the last from 127.0.0.1"),
          "the log says nothing of wrong tokens")


@contextlib.contextmanager
def following(lab, remote, token_file):
    """stentorctl, which has its stream, and the file that it writes."""
    output = lab.folder / "followed"
    tcp = remote.tcp

    def wait_for_streams(count):
        wait_for(lambda: f"stentor_event_streams {count}\n" in tcp.curl("/metrics", token=READ)[1],
                 10, f"{count} streams")
    # Another's may not be at its end.
    wait_for_streams(0)
    with output.open("w") as file:
        follower = lab.start(lab.srv, remote.program, "events", "-f", "--url", tcp.url,
                             "--token-file", token_file, "--cacert", tcp.certificate,
                             stdout=file, stderr=subprocess.STDOUT)
    try:
        wait_for_streams(1)
        yield follower, output
    finally:
        end(follower)


def a_stream_ends_with_its_token(lab, remote):
    tcp = remote.tcp
    try:
        with following(lab, remote, tcp.write_file) as (follower, output):
            tcp.write_file.write_text(OTHER + "\n")
            check_equal(curl(lab, RELOAD, *POST)[0], 200, "HTTP status of the reload")
            wait_for(lambda: "stentor_event_streams 0\n" in tcp.curl("/metrics", token=READ)[1],
                     10, "the stream's end")
            wait_for(lambda: follower.poll() is not None, 10, "the follower's end")
            check_equal((follower.returncode, "has ended the stream" in output.read_text()),
                        (1, True), f"how it ends: {output.read_text()}")
    finally:
        tcp.write_file.write_text(WRITE + "\n")
        check_equal(curl(lab, RELOAD, *POST)[0], 200, "HTTP status of the reload back")


def tokens_change_with_a_reload(lab, tcp):
    tcp.write_file.write_text(OTHER + "\n")
    check_equal(tcp.status("/v1/status", token=WRITE), 200, "before the reload")
    rehearsed = json.loads(curl(lab, RELOAD + "?dry-run=true", *POST)[1])
    check_equal([change["path"] for change in rehearsed["changes"]], ["control.tokens.write"],
                "what a dry run says")
    check_equal(curl(lab, RELOAD, *POST)[0], 200, "HTTP status of the reload")
    check_equal(tcp.status("/v1/status", token=WRITE), 401, "the old token")
    check_equal(tcp.status(RELOAD, *POST, token=OTHER), 200, "the new one")
    # What others may read is refused, and the tokens of before hold.
    tcp.write_file.chmod(0o640)
    status, said = tcp.curl(RELOAD, *POST, token=OTHER)
    check_equal((status, "chmod 600" in said), (422, True), f"a file that others may read: {said}")
    tcp.write_file.chmod(0o600)
    check_equal(tcp.status("/v1/status", token=OTHER), 200, "after a reload that was refused")


def certificates_are_renewed_by_a_reload(lab, remote, stentord):
    tcp = remote.tcp
    with following(lab, remote, tcp.read_file) as (follower, output):
        old = tcp.certificate.read_text()
        secrets = tcp.key.read_text().splitlines()[1:2]
        tcp.make_certificate()
        secrets += tcp.key.read_text().splitlines()[1:2]
        renewed = tcp.certificate.read_text()
        # Nobody is shown half of a renewal.
        tcp.certificate.write_text(old)
        status, said = curl(lab, RELOAD, *POST)
        check_equal((status, f"{tcp.certificate} and {tcp.key} are no certificate" in said),
                    (422, True), f"the old certificate with the new key: {said}")
        rehearsed = curl(lab, RELOAD + "?dry-run=true", *POST)[1]
        told = [said, rehearsed]
        check("are no certificate" in rehearsed, f"a dry run of it: {rehearsed}")
        check_equal(tcp.status("/v1/status", token=READ), 200, "the old one, still")
        # Whoever renews it asks by the old one, and is answered on that connection.
        before = lab.folder / "before.crt"
        before.write_text(old)
        tcp.certificate.write_text(renewed)
        told.append(curl(lab, RELOAD + "?dry-run=true", *POST)[1])
        check_equal([change["path"] for change in json.loads(told[-1])["changes"]],
                    ["control.http.tls.cert", "control.http.tls.key"], "what a dry run says")
        status, answer = tcp.curl(RELOAD, *POST, "--cacert", before, token=OTHER)
        check_equal((status, "\nConnection: close" in answer), (200, True),
                    f"the reload, and the end of its connection: {answer}")
        check_equal(tcp.status("/v1/status", token=READ), 200, "by the new certificate")
        doubter = lab.server("curl", "--silent", "--cacert", before, tcp.url, ok=False)
        check_equal(doubter.returncode, 60, "curl's exit status, which believes the old one alone")
        wait_for(lambda: "reload" in output.read_text(), 10, "the reload, on the old stream")
        check(follower.poll() is None, "the stream of before has ended")
        told.append(output.read_text())
        for secret in secrets:
            check(len(secret) > 60, "a line of a key")
            check(secret not in "".join(told) and not stentord.logged(secret), "a key is told")


def no_token_is_told(lab, tcp, stentord):
    for path in PATHS:
        said = tcp.get(path, READ)
        check(READ not in said and OTHER not in said, f"{path} tells a token")
    for token in (READ, WRITE, OTHER):
        check(not stentord.logged(token), "the log tells a token")


class Remote:
    """stentorctl in the server's namespace, by options or by its environment."""

    def __init__(self, lab, program, tcp):
        self.lab = lab
        self.program = program
        self.tcp = tcp

    def run(self, *words, token):
        return self.lab.server(self.program, *words, "--url", self.tcp.url, "--token-file", token,
                               "--cacert", self.tcp.certificate, ok=False)

    def said(self, *command):
        return self.lab.server("env", f"STENTOR_URL={self.tcp.url}",
                               f"STENTOR_TOKEN_FILE={self.tcp.read_file}",
                               f"STENTOR_CACERT={self.tcp.certificate}", self.program, *command,
                               ok=False)


def command_asks_over_tcp(lab, remote):
    tcp = remote.tcp
    for words in (("status",), ("leases", "list", "--json"), ("leases", "export"),
                  ("images", "list"), ("config", "show"), ("log-level",), ("drops",)):
        by_option = remote.run(*words, token=tcp.read_file)
        check_equal(by_option.returncode, 0, f"exit status of {words}: {by_option.stdout}")
        by_environment = remote.said(*words)
        check_equal(by_environment.returncode, 0, f"by the environment: {by_environment.stdout}")
    captured = lab.folder / "captured"
    for words in (("reload",), ("log-level", "info"), ("drain", "--end"),
                  ("capture", "-w", captured, "--seconds", "1")):
        refused = remote.run(*words, token=tcp.read_file)
        check_equal((refused.returncode, refused.stdout.count("\n")), (1, 1), f"{words}")
        check("control.tokens.write" in refused.stdout, f"a reader's {words}: {refused.stdout}")
        done = remote.run(*words, token=tcp.write_file)
        check_equal(done.returncode, 0, f"a writer's {words}: {done.stdout}")
    check_equal(captured.read_bytes()[:4], b"\n\r\r\n", "what was captured begins with")
    here = remote.said("status", "--socket", socket_of(lab))
    check_equal(here.returncode, 0, f"a socket before the environment: {here.stdout}")


def command_follows_over_tcp(lab, remote):
    """Until the server ends it: each event as it happens."""
    output = lab.folder / "followed"
    refused = remote.run("events", "-f", token=remote.tcp.secret("other.token", OTHER + "\n"))
    check_equal((refused.returncode, refused.stdout.count("\n")), (1, 1), "with a wrong token")
    with output.open("w") as file:
        follower = lab.start(lab.srv, remote.program, "events", "-f", "--type", "reload", "--url",
                             remote.tcp.url, "--token-file", remote.tcp.read_file, "--cacert",
                             remote.tcp.certificate, stdout=file, stderr=subprocess.STDOUT)
    try:
        wait_for(lambda: "stentor_event_streams 1\n" in remote.tcp.curl("/metrics", token=READ)[1],
                 10, "the stream")
        for _ in range(2):
            check_equal(remote.run("reload", token=remote.tcp.write_file).returncode, 0, "reload")
            time.sleep(0.5)
        wait_for(lambda: output.read_text().count("reload taken") == 2, 10, "both reloads' lines")
        check(follower.poll() is None, "it does not follow")
    finally:
        end(follower)


def command_says_what_is_wrong(lab, remote):
    """In one line, without the token."""
    tcp = remote.tcp
    wrong = tcp.secret("wrong.token", OTHER + "0")
    open_to_all = tcp.secret("open.token", READ)
    open_to_all.chmod(0o644)
    absent = lab.folder / "absent.token"
    for token, status, words in ((wrong, 1, "not one of control.tokens"),
                                 (open_to_all, 1, "chmod 600"), (absent, 1, "cannot be opened")):
        result = remote.run("status", token=token)
        check_equal((result.returncode, result.stdout.count("\n")), (status, 1), f"{token}")
        check(words in result.stdout and READ not in result.stdout,
              f"with {token} it says {result.stdout}")
    def alone(*options):
        return lab.server(remote.program, "status", "--url", tcp.url, *options, ok=False)
    check("--token-file" in alone().stdout, "without a token it does not name the option")
    stranger = alone("--token-file", tcp.read_file)
    check_equal((stranger.returncode, "--cacert" in stranger.stdout), (1, True),
                f"of a certificate that nobody vouches for it says {stranger.stdout}")
    both = alone("--socket", "/a")
    check_equal(both.returncode, 2, "exit status with two servers")


def nobody_there_is_one_line(remote):
    result = remote.run("status", token=remote.tcp.read_file)
    check_equal((result.returncode, result.stdout.count("\n")), (3, 1), result.stdout)
    check(f"no stentord answers on {remote.tcp.url}" in result.stdout, f"it says {result.stdout}")


def what_is_unsafe_is_refused(lab, program, tcp):
    """With file, line and column, before anything is served."""
    def refusal(control, write=None):
        config = lab.folder / "refused.yaml"
        config.write_text(config_text(
            lab.folder / "images", control=f"socket: {{path: {socket_of(lab)}}}{control}"))
        checked = lab.server(program, "--check", config, ok=False)
        check_equal(checked.returncode, 1, f"exit status of --check: {checked.stdout}")
        started = lab.server(program, "--config", config, ok=False)
        check_equal(started.returncode, 1, f"exit status at start: {started.stdout}")
        return started.stdout
    in_the_clear = refusal(tcp.control(address="10.99.0.1", tls=False))
    check("refused.yaml:" in in_the_clear and "it is not loopback" in in_the_clear,
          f"in the clear: {in_the_clear}")
    no_token = refusal(f", http: {{address: 127.0.0.1:{PORT}}}")
    check("must show a token" in no_token, f"without a token: {no_token}")
    for mode in (0o640, 0o604):
        tcp.key.chmod(mode)
        check("chmod 600" in refusal(tcp.control()), "a key that others may read")
    tcp.key.chmod(0o600)
    key = tcp.key.read_text()
    tcp.key.write_text("no key\n")
    bad = refusal(tcp.control())
    check(f"{tcp.certificate} and {tcp.key} are no certificate" in bad, f"a bad key: {bad}")
    tcp.key.write_text(key)
    certificate = tcp.certificate.read_text()
    tcp.certificate.write_text(certificate[:len(certificate) // 2])
    check("are no certificate" in refusal(tcp.control()), "half a certificate")
    tcp.certificate.write_text(certificate)


def group(program, stentorctl):
    with Lab() as lab:
        write_images(lab.folder / "images")
        tcp = OverTcp(lab)
        remote = Remote(lab, stentorctl, tcp)
        yield ("what is unsafe is refused at start",
               lambda: what_is_unsafe_is_refused(lab, program, tcp))
        with serving_control(lab, program, control=tcp.control()) as stentord:
            yield "nobody passes without a token", lambda: nobody_passes_without_a_token(tcp)
            yield "each token is for its own", lambda: each_token_is_for_its_own(tcp)
            yield "it is the API", lambda: it_is_the_api(lab, tcp)
            yield "stentorctl asks over TCP", lambda: command_asks_over_tcp(lab, remote)
            yield "stentorctl follows events", lambda: command_follows_over_tcp(lab, remote)
            yield ("stentorctl says what is wrong",
                   lambda: command_says_what_is_wrong(lab, remote))
            yield "wrong tokens are counted", lambda: wrong_tokens_are_counted(tcp, stentord)
            yield ("a stream ends with its token",
                   lambda: a_stream_ends_with_its_token(lab, remote))
            yield "old TLS is refused", lambda: old_tls_is_refused(lab, tcp)
            yield ("tokens change with a reload",
                   lambda: tokens_change_with_a_reload(lab, tcp))
            yield ("certificates are renewed by a reload",
                   lambda: certificates_are_renewed_by_a_reload(lab, remote, stentord))
            yield "no token is told", lambda: no_token_is_told(lab, tcp, stentord)
        yield "nobody there is one line", lambda: nobody_there_is_one_line(remote)
        tcp.secret("write.token", WRITE + "\n")
        with serving_control(lab, program, control=tcp.control(tls=False)):
            tcp.url = tcp.url.replace("https", "http")
            yield ("on loopback in the clear: no token, no word",
                   lambda: nobody_passes_without_a_token(tcp))
            yield "each token is for its own there", lambda: each_token_is_for_its_own(tcp)


if __name__ == "__main__":
    main([group(*programs_under_test("STENTORD", "STENTORCTL"))])
