"""The report of MixingMlp in the README against a run of the demo."""

import difflib
import pathlib
import re
import sys

START = "<!-- report: MixingMlp -->\n```\n"
END = "\n```\n<!-- end of report -->"
TITLE = "MixingMlp.keeps_batch_rows_apart does not hold"


def printed_report(demo: str, folder: str) -> str:
    """The demo's report with what depends on the machine taken out."""
    report = demo[demo.index(TITLE):]
    report = report[: report.index("\n---")].rstrip("\n")
    report = report.replace(folder, "build/gradgrind")
    report = report.replace(str(pathlib.Path.cwd()) + "/", "")
    return re.sub(r"replay    \S+ ", "replay    ./build/demo/examples/gradgrind_demo ", report)


def main() -> int:
    path, demo, folder, option = sys.argv[1:5]
    readme = pathlib.Path(path)
    text = readme.read_text()
    start = text.index(START) + len(START)
    end = text.index(END, start)
    shown, printed = text[start:end], printed_report(pathlib.Path(demo).read_text(), folder)
    if shown == printed:
        return 0
    if option == "--update":
        readme.write_text(text[:start] + printed + text[end:])
        return 0
    sys.stdout.writelines(difflib.unified_diff(shown.splitlines(True), printed.splitlines(True), path, "demo"))
    print("\nREADME.md shows another report than the demo prints; .ci/checks/readme --update")
    return 1


if __name__ == "__main__":
    sys.exit(main())
