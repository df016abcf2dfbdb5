#!/usr/bin/env python3
"""What services read of a night is what they expect: JUnit XML and SARIF 2.1.0, read by parsers that are not ours.

usage: structure_test.py FOLDER    (written by write_sample_reports)
"""

import json
import re
import sys
import unittest
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from urllib.parse import unquote

FOLDER = Path(sys.argv[1])
NIGHTS = ("rich", "empty", "hostile")


def junit(night):
    return ElementTree.parse(FOLDER / night / "junit.xml").getroot()


def run_of(night):
    sarif = json.loads((FOLDER / night / "findings.sarif").read_text())
    assert sarif["version"] == "2.1.0"
    [run] = sarif["runs"]
    return run


class Junit(unittest.TestCase):
    def test_counts_are_those_of_its_parts(self):
        parts = {"tests": "testcase", "failures": "testcase/failure", "errors": "testcase/error",
                 "skipped": "testcase/skipped"}
        for night in NIGHTS:
            root = junit(night)
            for name, path in parts.items():
                for suite in root:
                    self.assertEqual(int(suite.get(name)), len(suite.findall(path)), (night, name))
                self.assertEqual(int(root.get(name)), sum(int(suite.get(name)) for suite in root), (night, name))

    def test_each_target_is_a_suite_and_each_finding_a_test(self):
        data = json.loads((FOLDER / "rich/report.json").read_text())
        suites = {suite.get("name"): suite for suite in junit("rich")}
        for target in data["targets"]:
            names = [test.get("name") for test in suites[target["name"]].findall("testcase")]
            self.assertEqual(names, ["ran"] + [finding["signature"] for finding in data["findings"]
                                               if finding["target"] == target["name"]])

    def test_states_are_failures_skips_and_passes(self):
        tests = {test.get("name"): test for test in junit("rich").iter("testcase")}
        new = tests["load_csv|wrong value|an empty cell is read as 0|csv.cpp:41"].find("failure")
        self.assertEqual(new.get("type"), "wrong value")
        self.assertIn("replay  gradgrind replay ", new.text)
        known = tests["masked_softmax|NaN from a mask|y|masked_softmax.cpp:12"]
        self.assertIn("0/0 by definition", known.find("skipped").get("message"))
        fixed = tests["load_safetensors|over-allocates|header length|safetensors.cpp:88"]
        self.assertEqual([child.tag for child in fixed], ["system-out"])

    def test_a_target_that_could_not_run_is_an_error(self):
        [mnist] = [suite for suite in junit("rich") if suite.get("name") == "mnist"]
        self.assertIn("which is not there", mnist.find("testcase/error").get("message"))

    def test_properties_have_the_figures(self):
        [csv] = [suite for suite in junit("rich") if suite.get("name") == "load_csv"]
        figures = {item.get("name"): item.get("value") for item in csv.findall("properties/property")}
        self.assertEqual(figures["executions"], "311040512")
        self.assertEqual((figures["classes_exercised"], figures["classes"]), ("4", "5"))


class Sarif(unittest.TestCase):
    def test_results_have_what_the_standard_demands(self):
        for night in NIGHTS:
            run = run_of(night)
            rules = run["tool"]["driver"]["rules"]
            self.assertEqual(len({rule["id"] for rule in rules}), len(rules))
            for result in run["results"]:
                self.assertEqual(rules[result["ruleIndex"]]["id"], result["ruleId"])
                self.assertIn(result["level"], ("error", "note", "none"))
                # A result that is no failure has no level.
                self.assertEqual(result["kind"] == "pass", result["level"] == "none")
                self.assertTrue(result["message"]["text"])
                uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
                self.assertRegex(uri, r"^[A-Za-z0-9/._~%:-]+$")
                self.assertRegex(result["partialFingerprints"]["gradgrindSignature/v1"], r"^[0-9a-f]{16}$")

    def test_findings_have_their_states(self):
        new, _, earlier, known, fixed = run_of("rich")["results"]
        self.assertEqual((new["level"], new["baselineState"]), ("error", "new"))
        self.assertEqual((earlier["level"], earlier["baselineState"]), ("error", "unchanged"))
        self.assertEqual(known["level"], "note")
        self.assertIn("0/0 by definition", known["suppressions"][0]["justification"])
        self.assertEqual((fixed["kind"], fixed["baselineState"]), ("pass", "absent"))

    def test_fingerprints_are_those_of_the_signatures(self):
        data = json.loads((FOLDER / "rich/report.json").read_text())
        for finding, result in zip(data["findings"], run_of("rich")["results"]):
            value = 0xCBF29CE484222325
            for byte in finding["signature"].encode():
                value = (value ^ byte) * 0x100000001B3 % 2**64
            self.assertEqual(result["partialFingerprints"]["gradgrindSignature/v1"], f"{value:016x}")

    def test_places_are_those_of_the_source_or_the_target(self):
        new, *_, fixed = run_of("rich")["results"]
        place = new["locations"][0]["physicalLocation"]
        self.assertEqual(place["artifactLocation"]["uri"], "examples/loaders/csv.cpp")
        self.assertEqual(place["region"]["startLine"], 41)
        place = fixed["locations"][0]["physicalLocation"]
        self.assertEqual(unquote(place["artifactLocation"]["uri"]), "load_safetensors")
        self.assertNotIn("region", place)

    def test_what_did_not_run_is_told(self):
        [invocation] = run_of("rich")["invocations"]
        self.assertFalse(invocation["executionSuccessful"])
        self.assertEqual(len(invocation["toolExecutionNotifications"]), 3)


class Page(unittest.TestCase):
    def test_has_nothing_from_elsewhere(self):
        for night in NIGHTS:
            page = (FOLDER / night / "report.html").read_text()
            markup = re.findall(r"<[^>]*>", page)
            # Attributes are quoted and their quotes escaped, so a tag's own attributes can be read off.
            for tag in markup:
                for name, value in re.findall(r'\s(src|href|srcset|action|data)="([^"]*)"', tag):
                    self.assertTrue(value.startswith(("#", "data:,")), tag)
            self.assertNotRegex(page.split("</style>")[0], r"url\(|@import")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
