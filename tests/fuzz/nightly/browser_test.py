#!/usr/bin/env python3
"""A night's page is looked at in headless Chromium: light and dark, on a desk and on a phone.

usage: browser_test.py FOLDER    (written by write_sample_reports)

Each page is shown as it is but for a script that measures what a reader would see. Ends with 77 where there is no
Chromium.
"""

import html
import json
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

FOLDER = Path(sys.argv[1])
NIGHTS = ("rich", "empty", "hostile")
WIDTHS = {"desk": 1280, "phone": 375}
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
MEASURE = Path(__file__).with_name("measure.js").read_text()
ALERTS = "<script>window.alerts = 0; window.alert = () => { ++window.alerts; };</script>"

# A window cannot be as narrow as a phone, a frame can. It has the colours that its surroundings prefer.
FRAMES = """<!DOCTYPE html><meta charset="utf-8"><meta name="color-scheme" content="light dark">
<pre id="measured">[]</pre>
<script>
const measured = [];
addEventListener("message", (event) => {
  measured.push(event.data);
  document.querySelector("#measured").textContent = JSON.stringify(measured);
});
</script>
"""


def with_script(page):
    """The page with leave to run our two scripts, which its own policy would refuse."""
    page, policies = re.subn(r'<meta http-equiv="Content-Security-Policy"[^>]*>', ALERTS, page)
    assert policies == 1
    return page.replace("</body>", f"<script>{MEASURE}</script></body>")


def look(dark):
    """What the pages look like, by night and device."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        frames = FRAMES
        for night in NIGHTS:
            (folder / f"{night}.html").write_text(with_script((FOLDER / night / "report.html").read_text()))
            for device, width in WIDTHS.items():
                frames += f'<iframe name="{night} {device}" src="{night}.html" width="{width}" height="900"></iframe>\n'
        (folder / "frames.html").write_text(frames)
        done = subprocess.run(
            [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/profile",
             f"--blink-settings=preferredColorScheme={0 if dark else 1}", "--window-size=1600,900",
             "--virtual-time-budget=10000", "--dump-dom", f"file://{folder}/frames.html"],
            capture_output=True, text=True, timeout=300)
        found = re.search(r'<pre id="measured">(.*?)</pre>', done.stdout, re.DOTALL)
        if not found:
            raise RuntimeError(f"Chromium showed nothing:\n{done.stderr[-2000:]}")
        return {page["name"]: page for page in json.loads(html.unescape(found.group(1)))}


@unittest.skipIf(CHROMIUM is None, "no Chromium")
class Pages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.looks = {dark: look(dark) for dark in (False, True)}

    def each(self, *nights):
        return [page for pages in self.looks.values() for name, page in pages.items() if name.split()[0] in nights]

    def part_of(self, page):
        return self.subTest(page=page["name"], dark=page["dark"])

    def test_are_all_shown(self):
        names = sorted(f"{night} {device}" for night in NIGHTS for device in WIDTHS)
        for pages in self.looks.values():
            self.assertEqual(sorted(pages), names)

    def test_follow_the_colours_that_the_reader_prefers(self):
        for dark, pages in self.looks.items():
            for page in pages.values():
                self.assertEqual(page["dark"], dark)
                self.assertEqual(page["pageLight"] < 0.2, dark)

    def test_request_nothing_and_run_nothing(self):
        for page in self.each(*NIGHTS):
            with self.part_of(page):
                self.assertEqual(page["requests"], [])
                self.assertEqual((page["scripts"], page["alerts"]), (0, 0))

    def test_fit_the_width_of_the_screen(self):
        for page in self.each(*NIGHTS):
            with self.part_of(page):
                self.assertEqual(page["width"], WIDTHS[page["name"].split()[1]])
                self.assertLessEqual(page["overflow"], 0)

    def test_start_with_the_headline(self):
        headlines = {"rich": "3 new findings in 2 targets, 1 of an earlier night; 13 targets and 1 suite ran 8 h 0 min "
                             "on 2 cores, 1 could not run",
                     "empty": "No new findings; no target ran in 0 s"}
        for page in self.each(*headlines):
            with self.part_of(page):
                self.assertEqual(page["headline"], headlines[page["name"].split()[0]])
                self.assertGreater(page["headlineBox"]["height"], 20)
                self.assertLessEqual(page["headlineBox"]["right"], page["width"])

    def test_show_every_finding_with_its_command(self):
        findings = json.loads((FOLDER / "rich/report.json").read_text())["findings"]
        for page in self.each("rich"):
            with self.part_of(page):
                self.assertEqual(len(page["findings"]), len(findings))
                for finding, text, box in zip(findings, page["findings"], page["boxes"]):
                    for part in ("target", "verdict", "summary", "signature", "first_seen", "report"):
                        self.assertIn(finding[part], text)
                    self.assertGreater(box["height"], 0)
                self.assertEqual(page["commands"], [[finding["replay"], "all"] for finding in findings])

    def test_fold_what_is_known_and_fixed(self):
        for page in self.each("rich"):
            with self.part_of(page):
                # Known, fixed, their two reports, and two loaders; the reports of the three new ones are open.
                self.assertEqual((page["lists"], page["folded"]), (9, 6))

    def test_draw_a_curve_for_the_night_and_for_each_target(self):
        data = json.loads((FOLDER / "rich/report.json").read_text())
        curves = 2 + sum(len(target["curve"]["seconds"]) > 0 for target in data["targets"])
        for page in self.each("rich"):
            with self.part_of(page):
                self.assertEqual(len(page["lines"]), curves)
                for picture, line in zip(page["pictures"], page["lines"]):
                    self.assertTrue(picture["title"])
                    self.assertGreater(picture["width"], 100)
                    self.assertGreater(line["width"], 50, picture["title"])
                    self.assertGreater(line["height"], 20, picture["title"])
                for label in page["labels"]:
                    self.assertGreaterEqual(label["left"], 0)
                    self.assertLessEqual(label["right"], page["width"])

    def test_can_be_read_by_everyone(self):
        for page in self.each(*NIGHTS):
            with self.part_of(page):
                self.assertGreaterEqual(page["worst"][0], 4.5, page["worst"][1])  # WCAG 2, level AA
                self.assertEqual(page["headings"].count(1), 1)
                for level, after in zip(page["headings"], page["headings"][1:]):
                    self.assertLessEqual(after, level + 1)
                self.assertEqual(set(page["headers"]) - {0}, set())


if __name__ == "__main__":
    if CHROMIUM is None:
        print("skipped: there is no Chromium (Debian's chromium) to look at the pages with")
        sys.exit(77)
    unittest.main(argv=sys.argv[:1])
