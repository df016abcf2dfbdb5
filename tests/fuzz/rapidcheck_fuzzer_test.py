#!/usr/bin/env python3
"""libFuzzer finds three numbers of 32 bits that RapidCheck has to draw one after the other.

usage: rapidcheck_fuzzer_test.py THREE_CONSTANTS_FUZZER THREE_CONSTANTS_REPLAY
"""

import glob
import subprocess
import sys
import tempfile
import unittest

FUZZER, REPLAY = sys.argv[1:3]
MOST_RUNS = 5_000_000
NUMBERS = [0x1BADCAFE, 0x0DDBA11, 0x7E57AB1E]


def run(*command, folder):
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600)


class ThreeConstants(unittest.TestCase):
    def test_are_found_and_shrunk_to(self):
        with tempfile.TemporaryDirectory() as folder:
            found = run(FUZZER, "-seed=1", "-use_value_profile=1", f"-runs={MOST_RUNS}", folder=folder)
            self.assertEqual(found.returncode, 77, found.stderr[-2000:])
            self.assertIn("three_constants does not hold", found.stderr)
            [path] = glob.glob(folder + "/crash-*")

            explained = run(REPLAY, "--explain", path, folder=folder)
            self.assertEqual(explained.returncode, 0, explained.stderr)
            self.assertIn(str(NUMBERS), explained.stdout)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
