#!/usr/bin/env python3
"""Runs the targets that ship on valid inputs alone, in which nothing may be found but what is known.

usage: valid_hour.py BUILD [--time 1h] [--only NAME,NAME]

BUILD is a build folder with fuzzers, such as build/fuzz. `gradgrind nightly --valid` runs the targets of fuzz/targets on
all cores; a table says what each was given. Loaders of described formats get valid files; contracts get legal cases, as
ever; targets that are written by hand know no valid inputs, and get any bytes. The status is 1 where anything is found
that is not known, 3 where a target could not run.
"""

import argparse
import json
import pathlib
import subprocess
import sys

TARGETS = pathlib.Path(__file__).resolve().parent / "targets"


def shipped(manifest):
    """The targets of fuzz/targets by name, each with its kind of input."""
    kinds = {}
    for entry in json.loads(manifest.read_text()):
        folder = pathlib.Path(entry.get("source_folder", "/"))
        if entry["kind"] != "fuzzer" or TARGETS not in (folder, *folder.parents):
            continue
        is_by_hand = "LLVMFuzzerTestOneInput" in (folder / (entry["name"] + ".cpp")).read_text()
        kinds[entry["name"]] = "any bytes" if is_by_hand else "legal cases"
    return kinds


def kind_of_input(target, kind):
    classes = {one["name"] for one in target["damage"]}
    if classes - {"valid file"}:
        raise SystemExit(f"{target['name']} was given damaged files: {', '.join(sorted(classes))}")
    return "valid files" if classes else kind


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--time", default="1h")
    parser.add_argument("--only", default="", help="names, separated by commas")
    arguments = parser.parse_args()

    manifest = arguments.build / "gradgrind_fuzz.json"
    kinds = shipped(manifest)
    names = [name for name in arguments.only.split(",") if name] or list(kinds)
    if unknown := sorted(set(names) - set(kinds)):
        parser.error(f"no target of fuzz/targets: {', '.join(unknown)}")
    folder = arguments.build / "gradgrind" / "valid"
    night = subprocess.run([arguments.build / "fuzz/nightly/gradgrind", "--manifest", manifest, "--folder", folder,
                            "nightly", "--valid", "--anew", "--time", arguments.time, "--only", ",".join(names)])
    if night.returncode not in (0, 1, 3):
        return night.returncode

    report = json.loads((folder / "report" / "report.json").read_text())
    print(f"\n{'target':<28}{'given':<14}{'executions':>12}{'known':>8}{'new':>6}")
    for target in report["targets"]:
        states = [found["state"] for found in report["findings"] if found["target"] == target["name"]]
        print(f"{target['name']:<28}{kind_of_input(target, kinds[target['name']]):<14}{target['executions']:>12,}"
              f"{states.count('known'):>8}{states.count('new'):>6}  {target['problem']}")
    executions = sum(target["executions"] for target in report["targets"])
    print(f"{executions:,} executions in {report['seconds'] / 60:.1f} minutes on {report['cores']} cores")
    return night.returncode


if __name__ == "__main__":
    sys.exit(main())
