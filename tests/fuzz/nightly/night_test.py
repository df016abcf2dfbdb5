#!/usr/bin/env python3
"""Nights over targets that behave as badly as targets can.

usage: night_test.py GRADGRIND [TEST...]
"""

import glob
import json
import os
import subprocess
import unittest

from fake_build import FAKE, GRADGRIND, Nights


class BadTargets(Nights):
    def test_one_that_dies_at_once_is_given_up_and_the_others_go_on(self):
        build = self.build("dies_at_once", "sound")
        night = build.night()
        self.assertEqual(night.returncode, 3, night.stdout + night.stderr)
        self.assertIn("ends at its start with signal 11", build.target("dies_at_once")["problem"])
        self.assertGreater(build.target("sound")["executions"], 0)

    def test_what_one_says_at_its_end_is_told(self):
        build = self.build("misused", "needs_a_file")
        self.assertEqual(build.night().returncode, 3)
        self.assertEqual(build.target("misused")["problem"],
                         "ends at its start with status 2: no such contract: Attention")
        self.assertEqual(build.target("needs_a_file")["problem"],
                         "ends at its start with status 1: model.pt: No such file or directory")

    def test_one_that_hangs_at_its_start_is_given_up(self):
        build = self.build("hangs_at_start")
        self.assertEqual(build.night(start=1).returncode, 3)
        self.assertIn("hangs at its start: no input was run in 1 s", build.target("hangs_at_start")["problem"])

    def test_one_that_prints_a_gigabyte_is_heard_all_the_same(self):
        build = self.build("talks")
        night = build.night(seconds=12)
        self.assertEqual(night.returncode, 0, night.stdout + night.stderr)
        self.assertGreater(build.target("talks")["executions"], 0)
        self.assertIn("talks: prints 1024 MB in one slice", " ".join(build.report()["problems"]))
        self.assertLess(len(night.stdout), 10000)

    def test_one_that_is_killed_leaves_the_input_that_ran(self):
        build = self.build("vanishes")
        self.assertEqual(build.night().returncode, 1)
        self.assertEqual([found["signature"] for found in build.report()["findings"]], ["vanishes: dies"])
        [path] = glob.glob(build.folder + "/findings/vanishes/inputs/*")
        with open(path) as file:
            self.assertEqual(file.read(), "deadly")

    def test_one_that_is_not_built_is_said_to_be(self):
        build = self.build("sound", "gone")
        os.unlink(build.path + "/gone_fuzzer")
        self.assertEqual(build.night().returncode, 3)
        self.assertIn("gone_fuzzer: No such file or directory", build.target("gone")["problem"])


class Findings(Nights):
    def test_are_shrunk_counted_and_end_the_night_with_status_1(self):
        build = self.build("finds")
        night = build.night()
        self.assertEqual(night.returncode, 1, night.stdout + night.stderr)
        [found] = build.report()["findings"]
        self.assertEqual(found["signature"], "finds: finding 1")
        self.assertEqual(found["state"], "new")
        self.assertTrue(found["is_from_this_night"])
        self.assertEqual(found["summary"], "one edit")
        self.assertEqual(found["report"], "it is bad, smallest")
        self.assertGreaterEqual(found["times_met"], 7)
        self.assertIn("finds: finding 1", night.stdout)
        [damage] = build.target("finds")["damage"]
        self.assertEqual(damage["refused"] / damage["inputs"], 0.6)
        for name in ("report.html", "junit.xml", "findings.sarif"):
            self.assertTrue(os.path.getsize(f"{build.folder}/report/{name}") > 0)

    def test_in_valid_inputs_are_sought_where_that_is_asked_for(self):
        build = self.build("finds_valid")
        self.assertEqual(build.night().returncode, 0)
        self.assertEqual(build.night("--valid").returncode, 1)
        [found] = build.report()["findings"]
        self.assertEqual(found["summary"], "one edit")  # its replay knows too what is given

    def test_that_are_known_are_passed_by(self):
        build = self.build("finds")
        with open(build.path + "/corpus/finds/known.json", "w") as file:
            json.dump([{"signature": "finds: *", "reason": "a slip", "ends_with": "2.0", "until": "2020-01-01"}], file)
        night = build.night()
        self.assertEqual(night.returncode, 0)
        self.assertIn("known: finds: finding 1", night.stdout)
        self.assertNotIn("new: ", night.stdout)
        [found] = build.report()["findings"]
        self.assertEqual(found["state"], "known")
        self.assertEqual(found["reason"], "a slip; ends with 2.0")
        self.assertIn("was to be over by 2020-01-01", " ".join(build.report()["problems"]))

    def test_are_none_of_inputs_that_waited_for_the_machine(self):
        build = self.build("waits")
        night = build.night()
        self.assertEqual(night.returncode, 0, night.stdout + night.stderr)
        self.assertEqual(build.report()["findings"], [])
        self.assertGreater(build.target("waits")["deaths"], 0)

    def test_that_are_fixed_become_regressions(self):
        build = self.build("crashes")
        self.assertEqual(build.night().returncode, 1)
        [found] = build.report()["findings"]
        self.assertEqual(found["signature"], "crashes: dies")
        self.assertGreater(build.target("crashes")["deaths"], 0)

        open(build.path + "/is_fixed", "w").close()
        os.unlink(build.path + "/crashes_fuzzer")  # one that is fixed crashes no more
        os.symlink(FAKE, build.path + "/sound_fuzzer")
        os.rename(build.path + "/sound_fuzzer", build.path + "/crashes_fuzzer")
        night = build.night("--only", "none", "--anew")
        self.assertEqual(night.returncode, 2)
        self.assertIn("lists no fuzzer and no suite by the name none", night.stderr)
        build.night()
        fixed = [found for found in build.report()["findings"] if found["state"] == "fixed"]
        self.assertEqual([found["signature"] for found in fixed], ["crashes: dies"])
        [regression] = glob.glob(build.path + "/corpus/crashes/regressions/*")
        with open(regression) as file:
            self.assertEqual(file.read(), "deadly")

    def test_that_were_slow_and_are_not_leave_no_regression(self):
        build = self.build("is_slow")
        build.night()
        [found] = build.report()["findings"]
        self.assertEqual((found["verdict"], found["state"]), ("slow", "new"))

        open(build.path + "/is_fixed", "w").close()
        build.night()
        [found] = build.report()["findings"]
        self.assertEqual((found["verdict"], found["state"]), ("slow", "fixed"))
        self.assertEqual(found["reason"], "its input passes now")
        self.assertEqual(glob.glob(build.path + "/corpus/is_slow/regressions/*"), [])

    def test_are_replayed_shrunk_and_explained_by_their_path(self):
        build = self.build("finds")
        build.night()
        [path] = glob.glob(build.folder + "/findings/finds/inputs/*")
        self.assertEqual(build.run("replay", path).returncode, 1)
        self.assertEqual(build.run("explain", path).returncode, 0)
        self.assertEqual(build.run("shrink", path).returncode, 0)
        self.assertTrue(os.path.exists(path + ".smallest"))
        lost = build.run("replay", build.path + "/gradgrind_fuzz.json")
        self.assertEqual(lost.returncode, 2)
        self.assertIn("say whose input it is with --target", lost.stderr)
        self.assertIn("1 findings", build.run("list").stdout)


class BadCorpora(Nights):
    def test_what_no_engine_can_read_is_passed_over_and_named(self):
        build = self.build("sound")
        with open(build.seed("sound", "fine"), "w") as file:
            file.write("fine")
        with open(build.seed("sound", "huge"), "w") as file:
            file.truncate(1 << 30)
        os.symlink("/etc/passwd", build.seed("sound", "link"))
        os.symlink("/gone", build.seed("sound", "broken"))
        os.mkdir(build.seed("sound", "folder"))
        os.mkfifo(build.seed("sound", "pipe"))
        with open(build.seed("sound", "secret"), "w") as file:
            file.write("secret")
        os.chmod(build.seed("sound", "secret"), 0)
        self.assertEqual(build.night().returncode, 0)
        problems = " ".join(build.report()["problems"])
        self.assertIn("huge: passed over: 1073741824 bytes; an input has at most 1048576", problems)
        self.assertIn("link: passed over: a link", problems)
        self.assertIn("broken: passed over: a link", problems)
        self.assertIn("pipe: passed over: no plain file", problems)
        if os.geteuid() != 0:
            self.assertIn("secret: passed over: Permission denied", problems)
        self.assertIn("fine", os.listdir(build.folder + "/targets/sound/seeds"))

    def test_a_full_disk_ends_the_night_with_words_and_keeps_what_there_is(self):
        build = self.build("finds")
        os.mkdir(build.folder)
        mount = ["mount", "-t", "tmpfs", "-o", "size=17m", "none", build.folder]
        if subprocess.run(mount, capture_output=True).returncode != 0:
            self.skipTest("a small file system cannot be mounted here")
        self.addCleanup(subprocess.run, ["umount", build.folder])
        self.assertEqual(build.night().returncode, 1)
        with open(build.folder + "/ballast", "w") as file:
            file.write("x" * (3 << 20))
        full = build.night()
        self.assertEqual(full.returncode, 1)
        self.assertIn("the disk of", " ".join(build.report()["problems"]))
        self.assertEqual([found["signature"] for found in build.report()["findings"]], ["finds: finding 1"])
        try:
            with open(build.folder + "/more_ballast", "w") as file:
                file.write("x" * (20 << 20))
        except OSError:
            pass
        none = build.night()
        self.assertEqual(none.returncode, 2)
        self.assertIn("No space left on device", none.stderr)
        self.assertEqual(len(os.listdir(build.folder + "/findings/finds/inputs")), 1)


class Cores(Nights):
    def test_are_those_that_the_night_may_use(self):
        build = self.build("sound")
        usable = os.sched_getaffinity(0)
        os.sched_setaffinity(0, {min(usable)})
        self.addCleanup(os.sched_setaffinity, 0, usable)
        self.assertEqual(build.night(seconds=2).returncode, 0)
        self.assertEqual(build.report()["cores"], 1)


class Misuse(Nights):
    def test_is_said_before_anything_runs(self):
        build = self.build("sound")
        with open(build.path + "/gradgrind_fuzz.json", "w") as file:
            file.write("[")
        night = build.night()
        self.assertEqual(night.returncode, 2)
        self.assertIn("is no manifest of fuzz targets", night.stderr)
        gone = subprocess.run([GRADGRIND, "list"], cwd=build.path + "/corpus", capture_output=True, text=True)
        self.assertEqual(gone.returncode, 2)
        self.assertIn("name the one of your build with --manifest", gone.stderr)
        self.assertEqual(build.run("nightly", "--time", "soon").returncode, 2)
        self.assertEqual(build.run("sleep").returncode, 2)

    def test_a_build_without_fuzzers_is_told_how_to_get_them(self):
        build = self.build("sound")
        with open(build.path + "/gradgrind_fuzz.json") as file:
            entries = json.load(file)
        entries[0]["fuzzer"] = ""
        with open(build.path + "/gradgrind_fuzz.json", "w") as file:
            json.dump(entries, file)
        night = build.night()
        self.assertEqual(night.returncode, 2)
        self.assertIn("configure the build with clang and GRADGRIND_FUZZ=ON", night.stderr)


if __name__ == "__main__":
    unittest.main()
