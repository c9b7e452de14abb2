#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Makes C++ constants of the files that the HTML report consists of.

    embed.py OUT FILE...

`report.css` becomes `kReportCss`, a std::string_view of its text, and `kReportCssHash`, its SHA-256
as a Content-Security-Policy names it. A file with its own end mark in it stops the build.
"""
import base64
import hashlib
import pathlib
import sys

MARK = "~~embed~~"


def constant_of(path):
    name = "k" + "".join(word.capitalize() for word in path.name.replace(".", "_").split("_"))
    text = path.read_text(encoding="utf-8").strip()
    if f"){MARK}" in text:
        sys.exit(f"{path}: holds ){MARK}, which ends the constant; change one of them")
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return (f'inline constexpr std::string_view {name} = R"{MARK}({text}){MARK}";\n'
            f'inline constexpr std::string_view {name}Hash = "sha256-{digest}";\n')


def main(arguments):
    if len(arguments) < 2:
        sys.exit(__doc__)
    out, *paths = map(pathlib.Path, arguments)
    out.write_text("// Made by app/stentor-storm/embed.py.\nnamespace stentor::rig {\n"
                   + "".join(map(constant_of, paths)) + "}  // namespace stentor::rig\n",
                   encoding="utf-8")


main(sys.argv[1:])
