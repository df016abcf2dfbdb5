#!/usr/bin/env python3
"""Runs benches one after the other, prints one table and writes their results to one file.

usage: run_benches.py OUTPUT_FOLDER EXECUTABLE...

Each executable takes `--json FILE` and writes an array of objects with name, value, unit, goal and met.
"""

import json
import subprocess
import sys
from pathlib import Path


def run(executable, folder):
    file = folder / f"{executable.name}.json"
    file.unlink(missing_ok=True)
    print(f"running {executable.name}", flush=True)
    status = subprocess.run([executable, "--json", file]).returncode
    if status != 0:
        sys.exit(f"{executable} failed with status {status}")
    return json.loads(file.read_text())


def cell(value):
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def table(results):
    rows = [("bench", "value", "unit", "goal", "")]
    for result in results:
        verdict = {True: "met", False: "MISSED", None: ""}[result["met"]]
        goal = "" if result["goal"] is None else cell(result["goal"])
        rows.append((result["name"], cell(result["value"]), result["unit"], goal, verdict))
    widths = [max(map(len, column)) for column in zip(*rows)]
    for name, value, unit, goal, verdict in rows:
        line = (name.ljust(widths[0]), value.rjust(widths[1]), unit.ljust(widths[2]), goal.rjust(widths[3]), verdict)
        yield "  ".join(line).rstrip()


def main():
    folder, *executables = map(Path, sys.argv[1:])
    file = folder / "results.json"
    file.unlink(missing_ok=True)
    results = [result for executable in executables for result in run(executable, folder)]
    file.write_text(json.dumps(results, indent=2) + "\n")
    print(*table(results), sep="\n")
    missed = sum(result["met"] is False for result in results)
    print(f"\n{len(results)} figures, {missed} missed their goal; see {file}")


if __name__ == "__main__":
    main()
