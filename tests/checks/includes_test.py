"""What .ci/checks/includes says of small repositories, each with one fault."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

CHECK = Path(__file__).parents[2] / ".ci/checks/includes"


class Includes(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        subprocess.run(["git", "init", "--quiet", self.root], check=True)

    def write(self, path, *headers):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("".join(f"#include <{header}>\n" for header in headers))

    def check(self):
        done = subprocess.run([sys.executable, CHECK, self.root], capture_output=True, text=True)
        *problems, _ = done.stdout.splitlines()
        self.assertEqual(done.returncode, 1 if problems else 0, done.stderr)
        return problems

    def test_accepts_what_the_layers_allow(self):
        self.write("include/gradgrind/generators/a.h", "vector")
        self.write("generators/a.cpp", "gradgrind/generators/a.h", "nlohmann/json.hpp", "c10/util/Half.h")
        self.write("include/gradgrind/properties/b.h", "gradgrind/generators/a.h", "ATen/core/Tensor.h")
        self.write("include/gradgrind/gtest.h", "gradgrind/properties/b.h", "gtest/gtest.h")
        self.write("tests/c.cpp", "gradgrind/gtest.h", "rapidcheck.h", "torch/torch.h")
        self.assertEqual(self.check(), [])

    def test_keeps_libtorch_out_of_the_generators(self):
        self.write("generators/a.cpp", "ATen/core/Tensor.h")
        self.assertEqual(
            self.check(),
            ["generators/a.cpp: sources of the layer generators may not include ATen/core/Tensor.h (LibTorch)"])

    def test_keeps_upper_layers_out_of_lower_ones(self):
        self.write("include/gradgrind/properties/b.h")
        self.write("generators/a.cpp", "gradgrind/properties/b.h")
        self.assertEqual(
            self.check(),
            ["generators/a.cpp: the layer generators may not include include/gradgrind/properties/b.h"])

    def test_keeps_private_headers_out_of_public_ones(self):
        self.write("generators/inner.h")
        self.write("include/gradgrind/generators/a.h", "generators/inner.h")
        self.assertEqual(
            self.check(),
            ["include/gradgrind/generators/a.h: a public header may not include generators/inner.h, "
             "which is not installed"])

    def test_keeps_umbrella_headers_out_of_public_ones(self):
        self.write("include/gradgrind/properties/b.h", "torch/torch.h")
        self.assertEqual(
            self.check(),
            ["include/gradgrind/properties/b.h: a public header may not include torch/torch.h: "
             "it costs each of its users seconds"])

    def test_keeps_third_parties_out_of_public_headers(self):
        self.write("include/gradgrind/properties/b.h", "fmt/format.h", "unistd.h")
        self.assertEqual(
            self.check(),
            ["include/gradgrind/properties/b.h: public headers of the layer properties may not include "
             "fmt/format.h (fmt)",
             "include/gradgrind/properties/b.h: a public header may include the standard library, but not unistd.h"])

    def test_gives_a_face_one_third_party(self):
        self.write("faces/a.cpp", "gtest/gtest.h", "rapidcheck.h")
        self.assertEqual(
            self.check(),
            ["faces/a.cpp: a face has one third party, but this one includes GoogleTest and RapidCheck"])

    def test_names_a_header_of_ours_that_does_not_exist(self):
        self.write("tests/a.cpp", "gradgrind/gone.h")
        self.write("generators/b.cpp", "gradgrind/gone.h")
        self.assertEqual(self.check(), ['generators/b.cpp: "gradgrind/gone.h" is not in the repository'])

    def test_counts_translation_units_that_reach_torch_through_a_header(self):
        self.write("tests/zoo/heavy.h", "torch/torch.h")
        for number in range(80):
            self.write(f"tests/zoo/unit_{number}.cpp", "zoo/heavy.h")
        self.assertEqual(self.check(), [])
        self.write("tests/unit_80.cpp", "tests/zoo/heavy.h")
        self.assertEqual(self.check(), ["81 translation units include torch/torch.h; at most 80 may"])


if __name__ == "__main__":
    unittest.main()
