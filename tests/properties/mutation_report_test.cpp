// What a mutation score says to its reader.
#include <gtest/gtest.h>

#include <string>

#include "gradgrind/properties/mutation.h"

namespace gradgrind {
namespace {

TEST(MutationReport, SaysWhatWasKilledByWhatAndWhatWasNot) {
  MutationScore score;
  score.contract = "Net";
  score.properties = {"stays_finite", "equals_the_reference"};
  score.possible = 5;
  const std::string line = "net::forward(at::Tensor const&) at net.cpp:12";
  score.mutants = {
      {"negates_its_result",
       "value",
       "aten::relu",
       1,
       line,
       MutantOutcome::killed,
       "",
       {"equals_the_reference"},
       2,
       false},
      {"scales_its_result",
       "value",
       "aten::relu",
       1,
       line,
       MutantOutcome::survived,
       "",
       {},
       0,
       false},
      {"rolls_its_rows", "batch", "aten::relu", 1, line, MutantOutcome::survived, "", {}, 0, true},
      {"detaches_its_result",
       "gradient",
       "aten::relu",
       1,
       line,
       MutantOutcome::unviable,
       "acts in no case",
       {},
       0,
       false},
      {"breaks_keepdim",
       "shape",
       "aten::sum",
       2,
       line,
       MutantOutcome::killed,
       "segmentation fault",
       {kFirstForward},
       0,
       false},
  };
  EXPECT_EQ(to_text(score),
            "Net: 2 of 4 mutants killed, 50.0 %\n"
            "  2 survived, 0 equivalent (0.0 %), 0 timed out, 1 unviable\n"
            "\n"
            "  killed by                               value  numeric gradient    batch   memory"
            "    shape     mask     mode\n"
            "  equals_the_reference                        1        -        -        -        -"
            "        -        -        -\n"
            "  the first forward                           -        -        -        -        -"
            "        1        -        -\n"
            "  mutants                                     2        -        -        1        -"
            "        1        -        -\n"
            "  none by: stays_finite\n"
            "\n"
            "Survivors, which the tests do not notice:\n"
            "  1. aten::relu, net::forward(at::Tensor const&) at net.cpp:12\n"
            "       scales_its_result: its result is larger by a thousandth\n"
            "       rolls_its_rows: each row of its result comes out in the place of the next (no "
            "bit of any case changes)\n");
}

}  // namespace
}  // namespace gradgrind
