#!/usr/bin/env python3
"""A fuzzer or a replay program that does what its name says, for tests of the nights.

Called as KIND.NAME_fuzzer or KIND.NAME_replay (links to this file). Findings that a fuzzer completes are also noted in
the file `ledger` beside the link, for tests that count what was lost.
"""

import json
import os
import signal
import sys
import time

FOLDER = os.path.dirname(os.path.abspath(sys.argv[0]))
PROGRAM = os.path.basename(sys.argv[0])
NAME, ROLE = PROGRAM.rsplit("_", 1)
KIND = NAME.split(".")[0]


def flag(name, default=""):
    for word in sys.argv[1:]:
        if word.startswith(name + "="):
            return word[len(name) + 1:]
    return default


def progress(event, executions, features):
    print(f"#{executions}\t{event} cov: {features} ft: {features} corp: 3/9b lim: 4 exec/s: 100 rss: 30Mb", flush=True)


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path + ".tmp", "w") as file:
        file.write(text)
    os.rename(path + ".tmp", path)


def find(number, times=1):
    signature = f"{NAME}: finding {number}"
    folder = f"{flag('--gradgrind_night')}/findings/{number:016x}"
    write(f"{folder}/finding.json", json.dumps({"signature": signature, "verdict": "is bad", "report": "it is bad"}))
    write(f"{folder}/input", f"bad {number}")
    with open(FOLDER + "/ledger", "a") as ledger:
        ledger.write(signature + "\n")
    write(f"{flag('--gradgrind_night')}/status/{os.getpid()}.json", json.dumps({
        "inputs": 100, "seconds": 1, "findings": {signature: {"times": times, "seconds": 0.5}},
        "damage": {"payload cut": {"inputs": 10, "accepted": 4}}}))


def leave(name, content):
    path = flag("-artifact_prefix") + name
    with open(path, "w") as file:
        file.write(content)
    print(f"artifact_prefix='./'; Test unit written to {path}", flush=True)


def is_fixed():
    return os.path.exists(FOLDER + "/is_fixed")


def fuzz():
    end = time.time() + int(flag("-max_total_time", "1"))
    if KIND == "dies_at_once":
        os.kill(os.getpid(), signal.SIGSEGV)
    if KIND == "misused":
        print("no such contract: Attention", file=sys.stderr)
        sys.exit(2)
    if KIND == "needs_a_file":
        print("model.pt: No such file or directory", file=sys.stderr)
        sys.exit(1)
    if KIND == "hangs_at_start":
        time.sleep(1000)
    progress("INITED", 2, 10)
    if KIND == "talks":
        chunk = b"x" * (1 << 20) + b"\n"
        for _ in range(1024):
            os.write(1, chunk)
    if KIND == "vanishes":
        os.makedirs(flag("--gradgrind_night"))
        with open(flag("--gradgrind_night") + "/current", "wb") as file:
            file.write((6).to_bytes(8, "little") + b"deadly" + bytes(100))
        os.kill(os.getpid(), signal.SIGKILL)
    if KIND == "finds" or (KIND == "finds_valid" and flag("--gradgrind_lever_damage") == "off"):
        find(1, times=7)
    if KIND == "crashes" or (KIND == "crashes_once" and not os.path.exists(FOLDER + "/is_replayed")):
        leave("crash-0123", "deadly")
        os.kill(os.getpid(), signal.SIGABRT)
    if KIND == "waits":
        leave("timeout-0123", "quick")
        sys.exit(70)
    if KIND == "is_slow" and not is_fixed():
        leave("timeout-0123", "slow")
        sys.exit(70)
    number = 0
    while time.time() < end:
        if KIND == "finds_more":
            number = int(time.time() * 1000)
            find(number)
        time.sleep(0.01)
        progress("NEW", 100 + number % 100, 20)
    progress("DONE", 500, 20)


def replay():
    if "--versions" in sys.argv:
        print("LibTorch 0.0.0")
        return
    path = sys.argv[-1]
    with open(path) as file:
        content = file.read()
    if KIND == "is_slow" and not is_fixed():
        sys.exit(3)  # without an answer, as one that is ended
    if KIND == "crashes_once" and not os.path.exists(FOLDER + "/is_replayed"):
        open(FOLDER + "/is_replayed", "w").close()
        time.sleep(100)
    fails = content not in ("deadly but fixed", "quick") and not is_fixed()
    if KIND == "finds_valid":
        fails = flag("--gradgrind_lever_damage") == "off"
    answer = {"input": path, "fails": fails}
    if fails:
        number = content.split()[-1]
        signature = f"{NAME}: dies" if "deadly" in content else f"{NAME}: finding {number}"
        answer.update({"verdict": "is bad", "signature": signature, "report": "it is bad, smallest", "bytes": 3,
                       "summary": "one edit"})
        if flag("--smallest"):
            with open(flag("--smallest"), "w") as file:
                file.write(content)
    if flag("--answers"):
        with open(flag("--answers"), "w") as file:
            file.write(json.dumps(answer) + "\n")
    sys.exit(1 if fails and "--explain" not in sys.argv else 0)


if __name__ == "__main__":
    fuzz() if ROLE == "fuzzer" else replay()
