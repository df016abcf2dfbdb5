#!/usr/bin/env python3
"""Nights that are stopped, killed, started twice or too short.

usage: interruptions_test.py GRADGRIND [TEST...]
"""

import os
import random
import signal
import subprocess
import time
import unittest

from fake_build import Nights


class Interruptions(Nights):
    def test_two_nights_over_one_folder_do_not_meet(self):
        build = self.build("sound")
        first = subprocess.Popen(build.command("nightly", "--time", "8s"), stdout=subprocess.PIPE, text=True)
        first.stdout.readline()
        second = build.night()
        self.assertEqual(second.returncode, 2)
        self.assertIn("another night runs in", second.stderr)
        first.communicate()
        self.assertEqual(first.returncode, 0)

    def test_a_budget_that_is_too_small_for_all_says_who_was_not_run(self):
        build = self.build(*[f"sound.{i}" for i in range(12)])
        self.assertEqual(build.night("--jobs", "1", seconds=7).returncode, 0)
        self.assertRegex(" ".join(build.report()["problems"]), r"\d+ of 12 targets were not run: 7.0 s is too little")

    def test_ctrl_c_ends_the_night_with_its_report(self):
        build = self.build("finds")
        night = subprocess.Popen(build.command("nightly", "--time", "100s"), stdout=subprocess.PIPE, text=True)
        while "new: finds" not in night.stdout.readline():
            self.assertIsNone(night.poll())
        night.send_signal(signal.SIGINT)
        night.communicate(timeout=30)
        self.assertEqual(night.returncode, 1)
        self.assertEqual(len(build.report()["findings"]), 1)

    def test_ctrl_c_while_a_crash_is_replayed_leaves_it_for_the_next_start(self):
        build = self.build("crashes_once")
        night = subprocess.Popen(build.command("nightly", "--time", "100s"), stdout=subprocess.DEVNULL)
        while not os.path.exists(build.path + "/is_replayed"):
            self.assertIsNone(night.poll())
            time.sleep(0.02)
        night.send_signal(signal.SIGINT)
        night.wait(timeout=30)
        self.assertEqual(build.report()["findings"], [])

        self.assertEqual(build.night().returncode, 1)
        [found] = build.report()["findings"]
        self.assertEqual(found["signature"], "crashes_once: dies")

    def test_fifty_kills_lose_no_finding(self):
        build = self.build("finds_more.a", "finds_more.b")
        rng = random.Random(7)
        for _ in range(50):
            night = subprocess.Popen(build.command("nightly", "--time", "30s"), stdout=subprocess.DEVNULL)
            time.sleep(rng.uniform(0.05, 0.6))
            night.kill()
            night.wait()
        with open(build.path + "/ledger") as file:
            found = set(file.read().split("\n")) - {""}
        self.assertGreater(len(found), 50)
        last = build.night("--anew", seconds=4)
        self.assertEqual(last.returncode, 1, last.stderr)
        stored = {finding["signature"] for finding in build.report()["findings"]}
        self.assertEqual(found - stored, set())

    def test_a_second_start_goes_on_with_what_is_left(self):
        build = self.build("sound")
        night = subprocess.Popen(build.command("nightly", "--time", "9s"), stdout=subprocess.PIPE, text=True)
        while "executions/s" not in night.stdout.readline():
            self.assertIsNone(night.poll())
        night.kill()
        night.communicate()
        second = build.night(seconds=1000)
        self.assertIn("goes on with the night of", second.stdout)
        self.assertEqual(build.report()["starts"], 2)
        self.assertEqual(build.report()["budget"], 9)
        self.assertGreaterEqual(build.target("sound")["executions"], 1000)


if __name__ == "__main__":
    unittest.main()
