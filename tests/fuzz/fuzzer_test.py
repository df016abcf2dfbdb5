#!/usr/bin/env python3
"""libFuzzer finds a planted bug of the examples, and the replay program shows it again and explains it.

usage: fuzzer_test.py NAIVE_LOG_SUM_EXP_FUZZER NAIVE_LOG_SUM_EXP_REPLAY
"""

import glob
import subprocess
import sys
import tempfile
import unittest

FUZZER, REPLAY = sys.argv[1:3]


def run(*command, folder):
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)


class PlantedBug(unittest.TestCase):
    def test_is_found_replayed_and_explained(self):
        with tempfile.TemporaryDirectory() as folder:
            found = run(FUZZER, "-seed=1", "-max_total_time=60", folder=folder)
            self.assertEqual(found.returncode, 77, found.stderr)
            # At the input itself or at a corner that is searched from it, whichever comes first.
            self.assertRegex(found.stderr, r"NaiveLogSumExp\.stays_finite(_at_the_corners)? does not hold")
            self.assertIn("y is not finite", found.stderr)
            [path] = glob.glob(folder + "/crash-*")

            again = run(REPLAY, path, folder=folder)
            self.assertEqual(again.returncode, 1, again.stderr)
            self.assertIn("FAILS " + path, again.stdout)
            self.assertIn("1 inputs, 1 fails", again.stdout)

            explained = run(REPLAY, "--explain", path, folder=folder)
            self.assertEqual(explained.returncode, 0, explained.stderr)
            # One element is enough.
            self.assertIn("B=1 N=1", explained.stdout)
            self.assertIn("aten::exp", explained.stdout)

    def test_an_unknown_lever_is_refused_before_anything_runs(self):
        with tempfile.TemporaryDirectory() as folder:
            refused = run(FUZZER, "-runs=1", "--gradgrind_lever_operator=off", folder=folder)
            self.assertEqual(refused.returncode, 2)
            self.assertIn("unknown lever 'operator'", refused.stderr)
            self.assertIn("operators", refused.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
