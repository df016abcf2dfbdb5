#!/usr/bin/env python3
"""AFL++ drives every target that ships: it runs it, and sees its branches and our features.

usage: afl_test.py SOURCES PREFIX WORK_FOLDER [TARGET...]

Builds the targets (default: all) with afl-clang-fast++ against the Gradgrind installed under PREFIX, and gives each 15 s.
What AFL++ finds is printed and fails nothing: a night has its own list of what is known.
"""

import glob
import json
import os
import shutil
import subprocess
import sys
import tempfile

SECONDS = 15
SETTINGS = {
    "AFL_QUIET": "1",
    "AFL_NO_UI": "1",
    "AFL_NO_AFFINITY": "1",
    "AFL_SKIP_CPUFREQ": "1",
    "AFL_SKIP_CRASHES": "1",  # of seeds
    "AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES": "1",  # the kernel gives cores to a program
    "AFL_FORKSRV_INIT_TMOUT": "60000",  # LibTorch takes its time to start
    "OMP_NUM_THREADS": "1",
}
LEAST_EXECUTIONS = 50
OUR_FEATURES = 4096  # places of fuzz/support/coverage.cpp


def build(sources, prefix, folder, targets):
    """Builds the fuzzers and returns (name, fuzzer, folder of seeds) of each."""
    environment = dict(os.environ, **SETTINGS)
    subprocess.run(
        ["cmake", "-S", os.path.join(sources, "tests/fuzz/engines/afl"), "-B", folder, "-G", "Ninja",
         "-DCMAKE_CXX_COMPILER=afl-clang-fast++", "-DCMAKE_BUILD_TYPE=RelWithDebInfo", "-DGRADGRIND_FUZZ=ON",
         "-DCMAKE_PREFIX_PATH=" + prefix, "-DSOURCES=" + sources],
        env=environment, check=True)
    with open(os.path.join(folder, "gradgrind_fuzz.json")) as file:
        entries = [entry for entry in json.load(file) if not targets or entry["name"] in targets]
    names = [entry["name"] for entry in entries]
    assert names and len(names) >= len(targets), f"known: {names}"
    subprocess.run(["cmake", "--build", folder, "--parallel", "2", "--target", *(name + "_fuzzer" for name in names)],
                   env=environment, check=True)
    return [(name, entry["fuzzer"], os.path.join(sources, "corpus", name, "seeds"))
            for name, entry in zip(names, entries)]


def fuzz(fuzzer, stored):
    """A line on what AFL++ did with the target in SECONDS, and what is wrong with that."""
    with tempfile.TemporaryDirectory() as folder:
        seeds = os.path.join(folder, "seeds")
        os.mkdir(seeds)
        for path in sorted(glob.glob(stored + "/*")):
            if 0 < os.path.getsize(path) <= 1 << 16:
                shutil.copy(path, seeds)
        with open(os.path.join(seeds, "plain"), "wb") as file:
            file.write(b"seed")
        done = subprocess.run(
            ["afl-fuzz", "-V", str(SECONDS), "-t", "10000+", "-i", seeds, "-o", folder + "/found", "--", fuzzer],
            env=dict(os.environ, **SETTINGS), cwd=folder, capture_output=True, text=True, errors="replace",
            timeout=SECONDS + 300)
        stats = {}
        for path in glob.glob(folder + "/found/default/fuzzer_stats"):
            with open(path) as file:
                stats = dict(line.split(":", 1) for line in file.read().splitlines())
        stats = {key.strip(): value.strip() for key, value in stats.items()}
        number = lambda key: int(float(stats.get(key, "0")))
        line = (f"{number('execs_done')} executions, {number('edges_found')} of {number('total_edges')} places, "
                f"{number('corpus_count')} inputs, {number('saved_crashes')} crashes")
        if number("execs_done") < LEAST_EXECUTIONS:
            return line, "too few executions:\n" + (done.stdout + done.stderr)[-3000:]
        if number("edges_found") == 0:
            return line, "AFL++ sees no branch"
        if number("total_edges") <= OUR_FEATURES:
            return line, "AFL++ does not see our features"
        return line, None


def main():
    sources, prefix, folder, *targets = sys.argv[1:]
    if shutil.which("afl-fuzz") is None or shutil.which("afl-clang-fast++") is None:
        print("skipped: there is no AFL++; ./bootstrap install night")
        return 77
    problems = 0
    for name, fuzzer, seeds in build(sources, prefix, folder, targets):
        line, problem = fuzz(fuzzer, seeds)
        print(f"{name}: {line}" + (f"\n{name} FAILS: {problem}" if problem else ""), flush=True)
        problems += problem is not None
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
