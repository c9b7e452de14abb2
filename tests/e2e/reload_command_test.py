#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Goal: who may use the control socket has stentord read its configuration again, and hears what
became of it: what serves, or all that stands against it."""

import json
import subprocess

from appliance import config_text, write_images
from control_client import Command, curl, get, serving_control, socket_of
from dhcp_test import Clients
from lab import Lab
from reload_test import MINUTES, REFUSED, SERVES, told_file
from suite import check, check_equal, main, programs_under_test

RELOAD = "/v1/config/reload"
OTHER_FILE = MINUTES.replace("file: pxelinux.0", "file: linux")


class Operator:
    """Who changes the configuration file, and has it read."""

    def __init__(self, lab, stentord, command):
        self.file = lab.folder / "stentord.yaml"
        self.images = lab.folder / "images"
        self.control = f"socket: {{path: {socket_of(lab)}}}"
        self.lab = lab
        self.stentord = stentord
        self.command = command

    def write(self, **how):
        self.file.write_text(config_text(self.images, control=self.control, **how))

    def taken(self, *words):
        """The generation that serves."""
        said = self.command.says(*words)
        check(said.endswith(" serves.\n"), f"{words} says: {said}")
        return int(said.split()[-2])

    def refused(self, *words):
        """The lines that say why."""
        result = self.command.run(*words)
        check_equal((result.returncode, result.stdout), (1, ""), f"status and output of {words}")
        *reasons, last = result.stderr.splitlines()
        check_equal(last, f"stentorctl: {REFUSED.removeprefix('reload: ')}", "the last line")
        return reasons


def both_names_do_it(operator, clients):
    check_equal(told_file(clients, "52:54:00:99:00:21"), "pxelinux.0", "boot file before")
    operator.write(dhcp=OTHER_FILE)
    check_equal(operator.taken("reload"), 2, "generation")
    check_equal(told_file(clients, "52:54:00:99:00:22"), "linux", "boot file after")
    operator.write(dhcp=MINUTES)
    check_equal(operator.taken("config", "reload"), 3, "generation")
    check_equal(told_file(clients, "52:54:00:99:00:23"), "pxelinux.0", "boot file as it was")
    check_equal(get(operator.lab, "/v1/config")["text"], operator.file.read_text(), "what serves")


def warnings_are_said(operator):
    operator.write(dhcp=MINUTES, tftp="clients: any, allow: [10.98.0.0/16]")
    lines = operator.command.says("reload").splitlines()
    check("warning: " in lines[0] and "tftp.allow" in lines[0], f"it says {lines}")
    check(operator.stentord.logged(lines[0].removeprefix("warning: ")), "the log has it not")
    operator.write(dhcp=MINUTES)
    check_equal(len(operator.command.says("reload").splitlines()), 1, "lines without a warning")


def mistakes_are_those_of_check(program, operator, clients):
    text = config_text(operator.images, control=operator.control, dhcp=OTHER_FILE)
    broken = text.replace("lease-time", "lease-tim").replace("10.99.0.9,", "10.98.0.9,")
    operator.file.write_text(broken)
    checked = subprocess.run([program, "--check", operator.file], capture_output=True, text=True)
    check_equal(len(checked.stderr.splitlines()), 2, f"mistakes: {checked.stderr}")
    check_equal(operator.refused("reload"), checked.stderr.splitlines(), "reasons")
    for line in checked.stderr.splitlines():
        check(operator.stentord.logged(f"reload: {line}"), f"the log has not: {line}")
    check_equal(told_file(clients, "52:54:00:99:00:24"), "pxelinux.0", "boot file")


def fixed_keys_are_named(operator):
    operator.write(dhcp=OTHER_FILE, tftp="transfers-max: 77", cores="[0]")
    reasons = operator.refused("config", "reload")
    check_equal([reason.split()[0] for reason in reasons], ["workers.cores", "tftp.transfers-max"],
                "keys")
    answer = operator.command.run("reload", "--json")
    check_equal(answer.returncode, 1, "exit status with --json")
    check_equal(json.loads(answer.stdout)["reasons"], reasons, "reasons by --json")


def status_tells_of_a_refusal(operator):
    """Until a reload is taken."""
    def told():
        problems = get(operator.lab, "/v1/status")["problems"]
        metrics = curl(operator.lab, "/metrics")[1].splitlines()
        return ([each for each in problems if "reload" in each],
                [line for line in metrics if line.startswith("stentor_reload_refused ")])
    operator.write(dhcp=MINUTES, tftp="transfers-max: 77", cores="[0]")
    reasons = operator.refused("reload")
    check_equal(told(), (["the last reload was refused, the configuration of before serves: "
                          f"{reasons[0]} (and 1 more)"], ["stentor_reload_refused 1"]), "told")
    operator.write(dhcp=MINUTES)
    operator.taken("reload")
    check_equal(told(), ([], ["stentor_reload_refused 0"]), "told once one is taken")


def dry_run_changes_nothing(operator, clients):
    """Whatever it says, the log has no reload of it."""
    operator.write(dhcp=MINUTES)
    generation = operator.taken("reload")
    lines = operator.stentord.log().count("reload:")
    check_equal(operator.command.says("reload", "--dry-run"), "No difference.\n", "the same file")
    operator.write(dhcp=OTHER_FILE.replace("default: 10m", "default: 20m"), tftp="rollover: 1")
    for words in (("reload", "--dry-run"), ("config", "reload", "--dry-run")):
        check_equal(operator.command.says(*words).splitlines(),
                    ["~ dhcp.lease-time.default: 10m -> 20m",
                     "~ boot.rules[every client].file: pxelinux.0 -> linux",
                     "+ tftp.rollover: 1 (without it: 0)", "A reload would serve it."],
                    f"what {words} says")
    check_equal(told_file(clients, "52:54:00:99:00:25"), "pxelinux.0", "boot file")
    check_equal(operator.stentord.log().count("reload:"), lines, "reloads in the log")
    check_equal(operator.taken("reload"), generation + 1, "generation of the reload afterwards")
    check_equal(operator.command.says("reload", "--dry-run"), "No difference.\n", "afterwards")


def dry_run_foretells_a_refusal(operator):
    too_many = MINUTES.replace("  subnets:\n", "  subnets:\n    - {subnet: 10.128.0.0/9, pools: "
                               "[10.128.0.1-10.135.255.255]}\n")
    for how in ({"dhcp": MINUTES, "tftp": "transfers-max: 77"}, {"dhcp": too_many}):
        operator.write(**how)
        dry = operator.command.run("reload", "--dry-run")
        check_equal(dry.returncode, 1, "exit status")
        check("+ tftp.transfers-max: 77" in dry.stdout or "+ dhcp.subnets[10.128" in dry.stdout,
              f"what would change: {dry.stdout}")
        *reasons, last = dry.stderr.splitlines()
        check_equal(last, "stentorctl: a reload would be refused", "the last line")
        check_equal(operator.refused("reload"), reasons, "reasons of the reload itself")
    operator.file.write_text("images: [")
    dry = operator.command.run("reload", "--dry-run", "--json")
    check_equal((dry.returncode, json.loads(dry.stdout)["changes"]), (1, []), "of a broken file")


def absent_file_is_a_reason(operator):
    operator.file.unlink()
    reasons = operator.refused("reload")
    check(len(reasons) == 1 and reasons[0].startswith(str(operator.file)), f"it says {reasons}")


def api_says_the_same(operator):
    generation = json.loads(curl(operator.lab, RELOAD, "--request", "POST")[1])["generation"]
    operator.write(dhcp=MINUTES)
    for words in (("--request", "POST"), ("--request", "POST", "--header", "Content-Length: 0")):
        status, body = curl(operator.lab, RELOAD, *words)
        generation += 1
        check_equal((status, json.loads(body)),
                    (200, {"generation": generation, "warnings": []}), f"what {words} draws")
    for words, expected in ((("--request", "GET"), 405), (("--request", "PUT"), 405),
                            (("--data", "dry-run=true"), 400)):
        check_equal(curl(operator.lab, RELOAD, *words)[0], expected, f"HTTP status of {words}")
    check_equal(operator.taken("reload"), generation + 1, "generation")


def log_level_is_set_and_stays(operator):
    """Over reloads that say nothing new of it; INFO is what the configuration has."""
    def serves_is_logged():
        before = operator.stentord.log().count(SERVES)
        operator.taken("reload")
        return operator.stentord.log().count(SERVES) != before
    operator.write(dhcp=MINUTES)
    check_equal(operator.command.says("log-level"), "info\n", "the level before")
    check_equal(operator.command.says("log-level", "warning"), "warning\n", "the level set")
    check(operator.stentord.logged("log: the level is warning now"), "the log does not say so")
    check_equal([serves_is_logged(), serves_is_logged()], [False, False], "reloads that it names")
    check_equal(get(operator.lab, "/v1/log-level"), {"level": "warning"}, "the level by the API")
    text = operator.file.read_text()
    operator.file.write_text(text + "log: {level: debug}\n")
    check(serves_is_logged(), "a level that is new in the file is not taken")
    check_equal(operator.command.json("log-level"), {"level": "debug"}, "the level of the file")
    operator.file.write_text(text)
    operator.taken("reload")
    check_equal(operator.command.says("log-level"), "info\n", "the level without the key")
    check_equal(operator.command.run("log-level", "loud").returncode, 2, "status of no level")
    check_equal(curl(operator.lab, "/v1/log-level?level=loud", "--request", "PUT")[0], 400,
                "HTTP status of no level")
    check_equal(operator.command.says("log-level"), "info\n", "the level after mistakes")


def nobody_there(command):
    for words in (("reload",), ("config", "reload"), ("log-level", "debug")):
        check_equal(command.fails(*words)[0], 3, f"exit status of {words} without a stentord")


def group(program, stentorctl):
    with Lab() as lab:
        write_images(lab.folder / "images")
        clients = Clients(lab)
        command = Command(lab, stentorctl)
        with serving_control(lab, program, dhcp=MINUTES) as stentord:
            operator = Operator(lab, stentord, command)
            yield "both names do it", lambda: both_names_do_it(operator, clients)
            yield "warnings are said", lambda: warnings_are_said(operator)
            yield ("mistakes are those of --check",
                   lambda: mistakes_are_those_of_check(program, operator, clients))
            yield "fixed keys are named", lambda: fixed_keys_are_named(operator)
            yield "status tells of a refusal", lambda: status_tells_of_a_refusal(operator)
            yield ("a dry run changes nothing",
                   lambda: dry_run_changes_nothing(operator, clients))
            yield "a dry run foretells", lambda: dry_run_foretells_a_refusal(operator)
            yield "an absent file is a reason", lambda: absent_file_is_a_reason(operator)
            yield "the log's level", lambda: log_level_is_set_and_stays(operator)
            yield "the API says the same", lambda: api_says_the_same(operator)
        yield "nobody is there", lambda: nobody_there(command)


if __name__ == "__main__":
    main([group(*programs_under_test("STENTORD", "STENTORCTL"))])
