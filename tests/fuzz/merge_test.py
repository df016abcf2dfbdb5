#!/usr/bin/env python3
"""`gradgrind corpus merge` keeps fewer inputs that cover the same, and a failed merge changes nothing.

usage: merge_test.py GRADGRIND MANIFEST SOUND_IDX_FUZZER
"""

import os
import re
import subprocess
import sys
import tempfile
import unittest

GRADGRIND, MANIFEST, FUZZER = sys.argv[1:4]


def features_of(corpus):
    """How many features libFuzzer counts over a folder of inputs."""
    done = subprocess.run([FUZZER, "-runs=0", "--gradgrind_lever_hostile_memory=0", corpus], capture_output=True,
                          text=True, timeout=120, check=True)
    return int(re.findall(r"INITED cov: \d+ ft: (\d+)", done.stderr)[-1])


class Merge(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.corpus = os.path.join(self.folder.name, "targets/sound_idx/corpus")
        os.makedirs(self.corpus)

    def merge(self, *options):
        return subprocess.run([GRADGRIND, "--manifest", MANIFEST, "--folder", self.folder.name, "corpus", "merge",
                               *options], capture_output=True, text=True, timeout=300)

    def fill(self):
        subprocess.run([FUZZER, "-runs=20000", "-seed=1", "-max_len=200", "-reduce_inputs=0", self.corpus],
                       capture_output=True, timeout=300, check=True)
        names = sorted(os.listdir(self.corpus))
        for name in names:  # each twice, the second time with bytes that add nothing
            with open(os.path.join(self.corpus, name), "rb") as one, \
                    open(os.path.join(self.corpus, name + "_again"), "wb") as other:
                other.write(one.read() + b"\0" * 40)
        return 2 * len(names)

    def test_keeps_fewer_inputs_that_cover_the_same(self):
        before = self.fill()
        features = features_of(self.corpus)
        merged = self.merge("sound_idx")
        self.assertEqual(merged.returncode, 0, merged.stderr)
        after = len(os.listdir(self.corpus))
        self.assertEqual(merged.stdout, f"sound_idx: {after} inputs, of {before}\n")
        self.assertLess(after, before / 2)
        self.assertEqual(features_of(self.corpus), features)

    def test_goes_on_where_one_was_killed_between_its_last_steps(self):
        before = self.fill()
        features = features_of(self.corpus)
        seeds = os.path.join(self.folder.name, "seeds")
        os.makedirs(seeds + ".before")
        for name in sorted(os.listdir(self.corpus))[1:]:
            os.rename(os.path.join(self.corpus, name), os.path.join(seeds + ".before", name))
        merged = self.merge("sound_idx", "--into", seeds)
        self.assertEqual(merged.returncode, 0, merged.stderr)
        self.assertEqual(features_of(seeds), features)
        # One was left in the corpus of the nights, the others had been seeds.
        self.assertRegex(merged.stdout, rf"sound_idx: \d+ inputs, of {before}\n")
        self.assertFalse(os.path.exists(seeds + ".before"))

    def test_says_that_there_is_nothing_to_merge(self):
        merged = self.merge("sound_idx")
        self.assertEqual(merged.returncode, 0, merged.stderr)
        self.assertEqual(merged.stdout, "sound_idx: nothing to merge: no night has kept an input of it\n")

    def test_refuses_a_target_that_is_not_there(self):
        refused = self.merge("sound_idy")
        self.assertEqual(refused.returncode, 2)
        self.assertIn("there is no target sound_idy; `gradgrind list` names them", refused.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
