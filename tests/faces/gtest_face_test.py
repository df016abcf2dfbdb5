"""What a program that uses gradgrind/gtest.h prints, for each of its flags: gtest_face_test.py PROGRAM."""

import os
import re
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree

PROGRAM = os.path.abspath(sys.argv.pop(1))


class Run:
    def __init__(self, folder, *flags, **environment):
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("GRADGRIND_", "GTEST_"))}
        command = [PROGRAM, "--gtest_color=no", *flags]
        done = subprocess.run(
            command, cwd=folder, env={**kept, **environment}, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, timeout=300, check=False)
        self.status = done.returncode
        self.text = done.stdout
        self.started = self.tests_after("[ RUN      ]")

    def tests_after(self, mark):
        return re.findall("^" + re.escape(mark) + r" (\S+)", self.text, re.MULTILINE)


class GtestFace(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def run_program(self, *flags, **environment):
        return Run(self.folder, *flags, **environment)

    def passes(self, run):
        self.assertEqual(run.status, 0, run.text)

    def fails(self, run):
        self.assertEqual(run.status, 1, run.text)

    def shows(self, run, text):
        self.assertIn(text, run.text)

    def shows_once(self, run, text):
        self.assertEqual(run.text.count(text), 1, run.text)


class Names(GtestFace):
    def test_each_property_is_a_test_of_its_name(self):
        listed = self.run_program("--gtest_list_tests")
        self.passes(listed)
        self.shows(listed, "Half.\n  stays_finite\n  keeps_batch_rows_apart\n")
        self.shows(listed, "Centre.\n  stays_finite\n  keeps_batch_rows_apart\n")

    def test_they_can_be_filtered(self):
        run = self.run_program("--gtest_filter=*.keeps_batch_rows_apart:-Centre.*")
        self.passes(run)
        self.assertEqual(run.started, ["Half.keeps_batch_rows_apart"])

    def test_what_the_contract_rules_out_is_no_test_but_one_line(self):
        run = self.run_program("--gtest_filter=Half.*")
        self.passes(run)
        self.assertEqual(run.started, ["Half.stays_finite", "Half.keeps_batch_rows_apart"])
        self.shows_once(run, "Half: 1 property says nothing about this contract")
        self.assertNotIn("a_descent_step_exists", run.text)

    def test_statistics_name_what_is_ruled_out(self):
        run = self.run_program("--gtest_filter=Half.*", "--gradgrind_statistics")
        self.shows_once(run, "a_descent_step_exists: ")

    def test_what_probing_rules_out_is_skipped_with_the_reason(self):
        run = self.run_program("--gtest_filter=Narrow.*")
        self.passes(run)
        self.shows(run, "probed: the subject casts to a lower dtype inside")
        self.shows(run, "[  SKIPPED ] Narrow.gradients_match_finite_differences")

    def test_shards_share_the_tests(self):
        whole = self.run_program("--gtest_filter=Half.*:Own.*").started
        shards = [self.run_program("--gtest_filter=Half.*:Own.*", GTEST_TOTAL_SHARDS="2",
                                   GTEST_SHARD_INDEX=str(i)).started for i in range(2)]
        self.assertTrue(shards[0] and shards[1])
        self.assertEqual(sorted(shards[0] + shards[1]), sorted(whole))

    def test_the_order_does_not_change_what_is_found(self):
        def case_of(*flags):
            run = self.run_program("--gtest_filter=Centre.*:Half.*", *flags)
            self.fails(run)
            return re.findall(r"^  case (?:.*\n)*?(?=  \w)", run.text, re.MULTILINE)

        self.assertEqual(case_of(), case_of("--gtest_shuffle", "--gtest_random_seed=3"))
        self.assertEqual(len(case_of()), 1)


class Failures(GtestFace):
    def test_the_report_is_printed_once(self):
        run = self.run_program("--gtest_filter=Centre.*")
        self.fails(run)
        self.shows_once(run, "Centre.keeps_batch_rows_apart does not hold")
        self.shows_once(run, ": Failure\n")
        self.shows(run, "x         float32 [2, 3]")

    def test_throwing_on_failure_changes_no_count(self):
        run = self.run_program("--gtest_filter=Own.*", "--gtest_throw_on_failure")
        self.assertNotEqual(run.status, 0)
        # Then GoogleTest throws out of main(), and what() says it again.
        run.text = run.text.split("terminate called")[0]
        self.shows_once(run, "Own.is_at_most_one does not hold")
        self.shows_once(run, "of 3 elements")

    def test_assertions_of_an_own_property_show_for_the_smallest_case_alone(self):
        run = self.run_program("--gtest_filter=Own.*")
        self.fails(run)
        self.shows_once(run, "Own.is_at_most_one does not hold")
        self.shows_once(run, "of 3 elements")
        self.shows(run, "x         float32 [1, 3] contiguous: [[")

    def test_the_xml_report_holds_cases_seed_and_path(self):
        self.run_program("--gtest_filter=Centre.*", "--gtest_output=xml:out.xml", "--gradgrind_seed=7")
        tree = xml.etree.ElementTree.parse(os.path.join(self.folder, "out.xml"))
        recorded = {}
        for case in tree.iter("testcase"):
            recorded[case.get("name")] = {p.get("name"): p.get("value") for p in case.iter("property")}
        self.assertEqual(recorded["stays_finite"]["seed"], "7")
        self.assertGreater(int(recorded["stays_finite"]["cases"]), 50)
        self.assertNotIn("finding", recorded["stays_finite"])
        path = recorded["keeps_batch_rows_apart"]["finding"]
        self.assertTrue(path.startswith("build/gradgrind/Centre/keeps_batch_rows_apart-"), path)
        self.assertTrue(os.path.exists(os.path.join(self.folder, path)))

    def test_an_impossible_contract_is_one_failing_test_with_all_problems(self):
        run = self.run_program("--gtest_filter=Impossible.*")
        self.fails(run)
        self.assertEqual(run.started, ["Impossible.contract_is_possible"])
        problems = re.findall(r"gtest_subjects\.cpp:\d+: .*", run.text)
        self.assertTrue(any("B" in p for p in problems) and any("Q" in p for p in problems), run.text)

    def test_the_second_contract_of_a_name_fails(self):
        run = self.run_program("--gtest_filter=Twice.*")
        self.fails(run)
        self.assertEqual(run.started, ["Twice.stays_finite", "Twice.contract_is_possible"])
        self.shows(run, "two contracts are named Twice: the other one stands at ")

    def test_the_matcher_passes_and_fails_with_the_report(self):
        run = self.run_program("--gtest_filter=Matcher.*")
        self.fails(run)
        self.shows(run, "[       OK ] Matcher.PassesWhereAPropertyHolds")
        self.shows(run, "[       OK ] Matcher.PassesNegatedWhereAPropertyFails")
        self.shows_once(run, "Centre.keeps_batch_rows_apart does not hold")


class Settings(GtestFace):
    def runs_nothing(self, run, text):
        self.fails(run)
        self.shows_once(run, text)
        self.assertEqual(run.tests_after("[       OK ]"), [])
        self.assertEqual(len(run.started), 1)
        self.shows(run, "[  SKIPPED ] " + run.started[0])

    def test_an_unknown_flag_fails_and_runs_nothing(self):
        self.runs_nothing(self.run_program("--gradgrind_secnds=3"), "Did you mean 'seconds'?")

    def test_an_unknown_flag_fails_whatever_is_filtered(self):
        self.runs_nothing(self.run_program("--gradgrind_secnds=3", "--gtest_filter=Ordinary.*"), "'secnds'")

    def test_an_unknown_variable_fails_and_runs_nothing(self):
        self.runs_nothing(self.run_program(GRADGRIND_X="1"), "'x'")

    def test_a_wrong_value_fails_with_its_rule(self):
        self.runs_nothing(self.run_program("--gradgrind_scale=0"),
                          "setting 'scale' is '0'; it must be a number above 0")

    def test_a_flag_wins_over_its_variable(self):
        run = self.run_program("--gtest_filter=Half.*", "--gradgrind_seed=5", GRADGRIND_SEED="4")
        self.shows(run, "seed 5; other cases: --gradgrind_seed=6")

    def test_statistics_are_printed(self):
        run = self.run_program("--gtest_filter=Half.stays_finite", "--gradgrind_statistics")
        self.passes(run)
        self.shows(run, "dtype float32")
        self.shows(run, "x.values zero")

    def test_the_slowest_properties_are_printed(self):
        run = self.run_program("--gtest_filter=Half.*", "--gradgrind_slowest=1")
        self.assertEqual(len(re.findall(r"^\[gradgrind \] +[\d.]+ s +\d+ cases  Half\.", run.text,
                                        re.MULTILINE)), 1, run.text)


class Replay(GtestFace):
    def stored_case(self):
        found = self.run_program("--gtest_filter=Centre.*")
        return re.search(r"--gradgrind_replay=(\S+)", found.text).group(1)

    def test_one_case_is_replayed_and_nothing_else_runs(self):
        run = self.run_program("--gradgrind_replay=" + self.stored_case())
        self.fails(run)
        self.assertEqual(run.started, ["Gradgrind.replay"])
        self.shows(run, "Centre.keeps_batch_rows_apart fails")
        self.shows(run, "x         float32 [2, 3]")

    def test_a_case_of_an_unknown_contract_names_the_known_ones(self):
        path = os.path.join(self.folder, self.stored_case())
        with open(path, "rb") as file:
            content = file.read()
        with open(path, "wb") as file:
            file.write(content.replace(b"Centre", b"Center"))
        run = self.run_program("--gradgrind_replay=" + path)
        self.fails(run)
        self.shows(run, "a case of the contract Center, which no GRADGRIND_TEST of this program names")
        self.shows(run, "Centre")

    def test_a_missing_file_fails(self):
        run = self.run_program("--gradgrind_replay=nowhere.safetensors")
        self.fails(run)
        self.shows(run, "nowhere.safetensors")


class Mutate(GtestFace):
    def test_a_score_takes_the_place_of_the_properties(self):
        run = self.run_program("--gradgrind_mutate=Half")
        self.passes(run)
        self.assertEqual(sorted(run.started), ["Gradgrind.mutates_a_contract", "Half.mutation_score"])
        self.shows(run, " mutants killed, ")
        self.shows(run, "aten::mul, (anonymous namespace)::halved")
        self.shows(run, "gtest_subjects.cpp:14\n")
        self.shows(run, "negates_its_result: its result comes out with the other sign")

    def test_a_score_that_is_too_low_fails(self):
        run = self.run_program("--gradgrind_mutate=Half", "--gradgrind_least_score=99.5")
        self.fails(run)
        self.shows(run, ", below the 99.5 % asked for")

    def test_a_suite_that_fails_has_no_score(self):
        run = self.run_program("--gradgrind_mutate=Centre")
        self.fails(run)
        self.shows(run, "mutation_score(Centre): the suite must hold without a mutant, but fails:")

    def test_an_unknown_contract_fails(self):
        run = self.run_program("--gradgrind_mutate=Hlaf")
        self.fails(run)
        self.shows(run, "--gradgrind_mutate: unknown contract 'Hlaf'")

    def test_a_least_score_is_a_percentage_of_something(self):
        run = self.run_program("--gradgrind_mutate", "--gradgrind_least_score=many")
        self.fails(run)
        self.shows(run, "--gradgrind_least_score is 'many'; it must be a percentage from 0 to 100")
        run = self.run_program("--gradgrind_least_score=85")
        self.fails(run)
        self.shows(run, "but --gradgrind_mutate is not given; add it")


if __name__ == "__main__":
    unittest.main()
