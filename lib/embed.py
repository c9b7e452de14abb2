#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Makes C++ constants, in a namespace, of files that a program carries.

    embed.py OUT NAMESPACE FILE...

`report.css` becomes `kReportCss`, a std::string_view of its text, and `kReportCssHash`, its SHA-256
as a Content-Security-Policy names it. JSON loses its spaces: compilers limit a constant's length. A
file with its own end mark in it stops the build.
"""
import base64
import hashlib
import json
import pathlib
import sys

MARK = "~~embed~~"


def constant_of(path):
    name = "k" + "".join(word.capitalize() for word in path.name.replace(".", "_").split("_"))
    text = path.read_text(encoding="utf-8").strip()
    if path.suffix == ".json":
        text = json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":"))
    if f"){MARK}" in text:
        sys.exit(f"{path}: holds ){MARK}, which ends the constant; change one of them")
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return (f'inline constexpr std::string_view {name} = R"{MARK}({text}){MARK}";\n'
            f'inline constexpr std::string_view {name}Hash = "sha256-{digest}";\n')


def main(arguments):
    if len(arguments) < 3:
        sys.exit(__doc__)
    out, namespace, *paths = arguments
    constants = "".join(constant_of(pathlib.Path(path)) for path in paths)
    pathlib.Path(out).write_text(f"// Made by lib/embed.py.\nnamespace {namespace} {{\n{constants}"
                                 f"}}  // namespace {namespace}\n", encoding="utf-8")


main(sys.argv[1:])
