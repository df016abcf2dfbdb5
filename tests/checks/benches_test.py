"""The table and the file that cmake/run_benches.py makes of what benches report."""

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

RUN_BENCHES = Path(__file__).parents[2] / "cmake/run_benches.py"


def result(name, value, unit, goal, met):
    return {"name": name, "value": value, "unit": unit, "goal": goal, "met": met}


class Benches(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def bench(self, name, results, status=0):
        """An executable that reports `results` as a bench does."""
        file = self.folder / "bin" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"#!/bin/sh\n[ $1 = --json ] && echo '{json.dumps(results)}' >$2\nexit {status}\n")
        file.chmod(0o755)
        return file

    def run_benches(self, *benches):
        return subprocess.run([sys.executable, RUN_BENCHES, self.folder, *benches], capture_output=True, text=True)

    def test_prints_one_table_and_writes_one_file(self):
        fill = result("fill", 1.25, "ns/element", 2.0, True)
        check = result("check", 812, "ms", 500, False)
        plain = result("size", 3.0, "MB", None, None)
        done = self.run_benches(self.bench("first", [fill, check]), self.bench("second", [plain]))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(
            done.stdout.splitlines(),
            ["running first",
             "running second",
             "bench  value  unit        goal",
             "fill    1.25  ns/element     2  met",
             "check    812  ms           500  MISSED",
             "size       3  MB",
             "",
             f"3 figures, 1 missed their goal; see {self.folder}/results.json"])
        self.assertEqual(json.loads((self.folder / "results.json").read_text()), [fill, check, plain])

    def test_fails_with_the_bench_that_fails(self):
        (self.folder / "results.json").write_text("of an earlier run")
        done = self.run_benches(self.bench("broken", [], status=3))
        self.assertEqual((done.returncode, done.stderr), (1, f"{self.folder}/bin/broken failed with status 3\n"))
        self.assertFalse((self.folder / "results.json").exists())


if __name__ == "__main__":
    unittest.main()
