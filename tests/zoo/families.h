// The families of the zoo, a source each.
#pragma once

#include "tests/zoo/zoo.h"

namespace zoo {

std::vector<Pair> linear_heads();
std::vector<Pair> convolutions();
std::vector<Pair> recurrence();
std::vector<Pair> attention();
std::vector<Pair> masks();
std::vector<Pair> normalisation();
std::vector<Pair> custom_autograd();
std::vector<Pair> losses();
std::vector<Pair> metrics();
std::vector<Pair> embeddings();
std::vector<Pair> registration();
std::vector<Pair> gradient_flow();
std::vector<Pair> training_steps();
std::vector<Pair> data();
std::vector<Pair> numerics();

}  // namespace zoo
