#!/usr/bin/env python3
"""A night over a reader with twenty sites that kill: at least eighteen are found in five minutes.

usage: storm_test.py GRADGRIND MANIFEST
"""

import json
import re
import subprocess
import sys
import tempfile
import unittest

GRADGRIND, MANIFEST = sys.argv[1:3]


class Storm(unittest.TestCase):
    def test_does_not_hide_the_other_sites(self):
        with tempfile.TemporaryDirectory() as folder:
            night = subprocess.run([GRADGRIND, "--manifest", MANIFEST, "--folder", folder, "nightly", "--time", "5m",
                                    "--only", "storm"], capture_output=True, text=True)
            self.assertEqual(night.returncode, 1, night.stderr)
            with open(folder + "/report/report.json") as file:
                findings = json.load(file)["findings"]
            sites = {number for found in findings for number in re.findall(r"site<(\d+)>", found["signature"])}
            print(f"{len(sites)} of 20 sites; missed: {sorted(set(map(str, range(20))) - sites, key=int)}")
            self.assertGreaterEqual(len(sites), 18)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
