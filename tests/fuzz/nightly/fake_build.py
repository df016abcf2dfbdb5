"""What tests of nights share: the folder of a build with fake targets."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

GRADGRIND = os.path.abspath(sys.argv.pop(1))
FAKE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "fake_target.py")


class Build:
    """The folder of a build, with a manifest of fake targets."""

    def __init__(self, path, *names):
        self.path = path
        self.folder = path + "/nightly"
        entries = []
        for name in names:
            for role in ("fuzzer", "replay"):
                os.symlink(FAKE, f"{path}/{name}_{role}")
            os.makedirs(f"{path}/corpus/{name}/seeds")
            entries.append({"kind": "fuzzer", "name": name, "fuzzer": f"{path}/{name}_fuzzer",
                            "replay": f"{path}/{name}_replay", "seeds": f"{path}/corpus/{name}/seeds",
                            "regressions": f"{path}/corpus/{name}/regressions",
                            "known": f"{path}/corpus/{name}/known.json", "dictionary": "", "source_folder": path})
        with open(path + "/gradgrind_fuzz.json", "w") as file:
            json.dump(entries, file)

    def command(self, *words):
        return [GRADGRIND, "--manifest", self.path + "/gradgrind_fuzz.json", "--folder", self.folder, *words]

    def run(self, *words):
        return subprocess.run(self.command(*words), capture_output=True, text=True, timeout=300)

    def night(self, *words, seconds=4, start=10):
        return self.run("nightly", "--time", f"{seconds}s", "--start-time", f"{start}s", *words)

    def report(self):
        with open(self.folder + "/report/report.json") as file:
            return json.load(file)

    def target(self, name):
        [found] = [target for target in self.report()["targets"] if target["name"] == name]
        return found

    def seed(self, name, file):
        return f"{self.path}/corpus/{name}/seeds/{file}"


class Nights(unittest.TestCase):
    def build(self, *names):
        folder = tempfile.mkdtemp(prefix="gradgrind-night-")
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        return Build(folder, *names)
