# SPDX-License-Identifier: BSD-3-Clause
"""A result of perf/run.sh as one page: figures, where they stand between floor and aim, machine.

Self-contained: the style is that of stentor-storm's reports, the plots are SVG, there is no script.
"""

import html
import math
import pathlib

from measure.table import bounded, number

STYLE = pathlib.Path(__file__).resolve().parents[2] / "app/stentor-storm/report.css"
BAR_WIDTH, BAR_HEIGHT = 150, 26
VERDICTS = {"aim": ("held", "✓", "the aim is reached"),
            "floor": ("held", "✓", "the floor is reached"),
            "below": ("missed", "✗", "below its floor"),
            "open": ("open", "?", "the rig was the limit: the true ratio may stand elsewhere")}


def page(result):
    rows = result["rows"]
    judged = [row for row in rows if "floor" in row]
    reached = sum(row["verdict"] in ("floor", "aim") for row in judged)
    compared = [row for row in rows if "floor" not in row and "theirs" in row]
    rest = [row for row in rows if "floor" not in row and "theirs" not in row]
    body = ['<p class="brand">Stentor <span>performance</span></p>'
            f"<h1>{reached} of {len(judged)} marked figures reach their floor</h1>",
            '<p class="lead">Every ratio is the median of pairs that were measured in turn, in one '
            "run, on the machine below. The bar is the ratio; the strokes are floor and aim.</p>"]
    for title, chosen in (("Marked figures", judged), ("Side by side", compared),
                          ("What things cost", rest)):
        if chosen:
            body.append(section(title, table(chosen, with_bar=chosen is judged)))
    body.append(section("Measured on", facts(result["machine"])))
    return ('<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            "<title>Stentor performance</title>\n"
            f"<style>\n{STYLE.read_text(encoding='utf-8')}</style></head>\n"
            f"<body><main>{''.join(body)}</main></body></html>\n")


def section(title, content):
    return f"<section><h2>{html.escape(title)}</h2>{content}</section>"


def table(rows, with_bar):
    heads = ["", "what", "ours", "theirs", "unit", "ratio", "spread"]
    if with_bar:
        heads += ["floor", "aim", "ratio, floor and aim"]
    numbers = {"ours", "theirs", "ratio", "spread", "floor", "aim"}
    head = "".join(f'<th scope="col"{" class=number" if name in numbers else ""}>{name}</th>'
                   for name in heads)
    return (f'<div class="scroll" tabindex="0"><table><thead><tr>{head}</tr></thead><tbody>'
            f"{''.join(line(row, with_bar) for row in rows)}</tbody></table></div>")


def line(row, with_bar):
    note = f'<br><span class="note">{html.escape(row["note"])}</span>' if row.get("note") else ""
    values = [bounded(row.get(side), "at least" if row.get(f"{side}_at_least") else "")
              for side in ("ours", "theirs")]
    low, high = map(or_infinite, row["spread"])
    cells = [f'<th scope="row">{mark(row)}{html.escape(row["id"])}</th>',
             f'<td class="wide">{html.escape(row["what"])}{note}</td>',
             *(f'<td class="number">{value}</td>' for value in values),
             f'<td>{html.escape(row["unit"])}</td>',
             f'<td class="number">{shown_ratio(row)}</td>',
             f'<td class="number">{number(low)} to {number(high)}</td>']
    if with_bar:
        cells += [f'<td class="number">{number(row.get(key))}</td>' for key in ("floor", "aim")]
        cells.append(f"<td>{bar(row)}</td>")
    return f"<tr>{''.join(cells)}</tr>"


def or_infinite(value):
    """A ratio that JSON could not hold: theirs served nobody."""
    return math.inf if value is None else value


def shown_ratio(row):
    return bounded(or_infinite(row["ratio"]), row.get("bound", ""))


def mark(row):
    if "verdict" not in row:
        return ""
    kind, sign, words = VERDICTS[row["verdict"]]
    return f'<span class="mark-{kind}" title="{words}">{sign}</span>'


def bar(row):
    """The ratio as a bar, floor and aim as strokes, on a scale that ends a little beyond them."""
    marks = [row["floor"], row.get("aim", row["floor"])]
    longest = 2 * max(marks) if row["ratio"] is None else max(*marks, row["ratio"])
    ratio = longest if row["ratio"] is None else row["ratio"]
    scale = BAR_WIDTH / (longest * 1.08 or 1)
    kind = {"below": "failed", "open": "open"}.get(row["verdict"], "booted")
    strokes = "".join(f'<line class="marker" x1="{value * scale:.1f}" x2="{value * scale:.1f}" '
                      f'y1="0" y2="{BAR_HEIGHT}"/>' for value in marks)
    words = f"ratio {shown_ratio(row)}, floor {number(marks[0])}, aim {number(marks[1])}"
    return (f'<svg class="plot" width="{BAR_WIDTH}" height="{BAR_HEIGHT}" role="img">'
            f'<title>{words}</title>'
            f'<rect class="track" width="{BAR_WIDTH}" height="{BAR_HEIGHT}" rx="3"/>'
            f'<g class="{kind}"><rect class="fill" y="6" height="{BAR_HEIGHT - 12}" '
            f'width="{max(ratio * scale, 1):.1f}" rx="2"/></g>{strokes}</svg>')


def facts(machine):
    lines = [(name.replace("_", " "), value) for name, value in machine.items()
             if name != "packages"]
    lines += sorted(machine.get("packages", {}).items())
    cells = "".join(f'<tr><th scope="row">{html.escape(str(name))}</th>'
                    f"<td>{html.escape(str(value))}</td></tr>" for name, value in lines)
    return f'<div class="scroll" tabindex="0"><table><tbody>{cells}</tbody></table></div>'
