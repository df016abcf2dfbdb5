#include "bench/shrinking/tasks.h"

#include <cmath>
#include <limits>
#include <utility>

#include "gradgrind/generators/error.h"

namespace gradgrind::challenge {
namespace {

const Array& values(const Case& a_case, const std::string& input) {
  return a_case.input(input).tensors.front().values;
}

Array& values(Case& a_case, const std::string& input) {
  return a_case.input(input).tensors.front().values;
}

double real(const Array& array, std::int64_t index) { return std::get<double>(array.at(index)); }

std::int64_t whole(const Array& array, std::int64_t index) {
  return std::get<std::int64_t>(array.at(index));
}

/// A predicate: whether `holds(x, index)` for some element of input x.
template <class Holds>
std::function<bool(const Case&)> some_element(Holds holds) {
  return [holds](const Case& a_case) {
    const Array& x = values(a_case, "x");
    for (std::int64_t i = 0; i < x.numel(); ++i) {
      if (holds(x, i)) return true;
    }
    return false;
  };
}

/// Puts what `draw` gives somewhere into input x.
template <class Draw>
std::function<void(Case&, Source&)> plant_one(Draw draw) {
  return [draw](Case& a_case, Source& source) {
    Array& x = values(a_case, "x");
    const auto position = source.below(static_cast<std::uint64_t>(x.numel()));
    x.set(static_cast<std::int64_t>(position), draw(source));
  };
}

void plant_nothing(Case&, Source&) {}

Signature matrix(std::int64_t most, Domain x) {
  Signature signature;
  signature.dims = {{Dim::Kind::free, "R", 1, most, "", 1, 4},
                    {Dim::Kind::free, "C", 1, most, "", 1, 4}};
  signature.inputs = {{"x", std::move(x)}};
  return signature;
}

Signature batch_and_time(std::int64_t most, std::vector<std::pair<std::string, Domain>> inputs) {
  Signature signature;
  signature.dims = {{Dim::Kind::free, "B", 1, most, "", 1, 4},
                    {Dim::Kind::free, "T", 1, most, "", 1, 4}};
  signature.inputs = std::move(inputs);
  return signature;
}

/// The case R x C whose x is `x`.
Case of_matrix(Array x, Layout layout = {}) {
  Case minimum;
  minimum.of_dtype(x.dtype()).dim("R", x.shape()[0]).dim("C", x.shape()[1]);
  return minimum.tensor("x", std::move(x), std::move(layout));
}

Case of_one(double element) { return of_matrix(array(DType::float32, {1, 1}, {element})); }

Task equals_999(std::int64_t most) {
  return {"an element equals 999", CaseSpace(matrix(most, floats("R C"))),
          some_element([](const Array& x, std::int64_t i) { return real(x, i) == 999; }),
          plant_one([](Source&) { return 999.0; }), of_one(999)};
}

Task exceeds_1000(std::int64_t most) {
  return {"an element exceeds 1000", CaseSpace(matrix(most, floats("R C", extremes()))),
          some_element([](const Array& x, std::int64_t i) { return real(x, i) > 1000; }),
          plant_one([](Source& source) { return std::pow(10, source.real(3.1, 30)); }),
          of_one(1001)};
}

Task contains_nan(std::int64_t most) {
  return {"contains NaN", CaseSpace(matrix(most, floats("R C", special()))),
          some_element([](const Array& x, std::int64_t i) { return std::isnan(real(x, i)); }),
          plant_one([](Source&) { return std::numeric_limits<double>::quiet_NaN(); }),
          of_one(std::numeric_limits<double>::quiet_NaN())};
}

Task mean_above_half(std::int64_t most) {
  const auto fails = [](const Case& a_case) {
    const Array& x = values(a_case, "x");
    double sum = 0;
    for (std::int64_t i = 0; i < x.numel(); ++i) sum += std::abs(real(x, i));
    return sum / static_cast<double>(x.numel()) > 0.5;
  };
  return {"mean |x| above 0.5", CaseSpace(matrix(most, floats("R C"))), fails, plant_nothing,
          of_one(1)};
}

Task two_equal_rows(std::int64_t most) {
  const auto is_row_of = [](const Array& x, std::int64_t i, std::int64_t j) {
    const std::int64_t columns = x.shape()[1];
    for (std::int64_t c = 0; c < columns; ++c) {
      if (real(x, i * columns + c) != real(x, j * columns + c)) return false;
    }
    return true;
  };
  const auto fails = [is_row_of](const Case& a_case) {
    const Array& x = values(a_case, "x");
    for (std::int64_t i = 0; i < x.shape()[0]; ++i) {
      for (std::int64_t j = 0; j < i; ++j) {
        if (is_row_of(x, i, j)) return true;
      }
    }
    return false;
  };
  const auto plant = [](Case& a_case, Source& source) {
    Array& x = values(a_case, "x");
    const std::int64_t columns = x.shape()[1];
    const std::int64_t from = source.integer(0, x.shape()[0] - 1);
    const std::int64_t to = source.integer(0, x.shape()[0] - 1);
    for (std::int64_t c = 0; c < columns; ++c) x.set(to * columns + c, x.at(from * columns + c));
  };
  return {"two equal rows", CaseSpace(matrix(most, floats("R C"))), fails, plant,
          of_matrix(array(DType::float32, {2, 1}, {0.0, 0.0}))};
}

Task only_float16(std::int64_t most) {
  Signature signature = matrix(most, floats("R C"));
  signature.dtypes = all_floats();
  return {"fails only for float16", CaseSpace(std::move(signature)),
          [](const Case& a_case) { return a_case.dtype == DType::float16; }, plant_nothing,
          of_matrix(array(DType::float16, {1, 1}, {0.0}))};
}

Task only_non_contiguous(std::int64_t most) {
  const auto fails = [](const Case& a_case) {
    return !is_contiguous_in_memory(a_case.input("x").tensors.front());
  };
  Layout wide_rows;
  wide_rows.kind = LayoutKind::strided;
  wide_rows.step = {1, 2};
  return {"fails only for non-contiguous input",
          CaseSpace(matrix(most, floats("R C").with_layouts(all_layouts()))), fails, plant_nothing,
          of_matrix(array(DType::float32, {2, 1}, {0.0, 0.0}), wide_rows)};
}

Task fully_masked_row(std::int64_t most) {
  const auto fails = [](const Case& a_case) {
    const Array& mask = values(a_case, "pad");
    const std::int64_t columns = mask.shape()[1];
    for (std::int64_t row = 0; row < mask.shape()[0]; ++row) {
      std::int64_t masked = 0;
      for (std::int64_t c = 0; c < columns; ++c) masked += whole(mask, row * columns + c);
      if (masked == columns) return true;
    }
    return false;
  };
  const auto plant = [](Case& a_case, Source& source) {
    Array& mask = values(a_case, "pad");
    const std::int64_t columns = mask.shape()[1];
    const std::int64_t row = source.integer(0, mask.shape()[0] - 1);
    for (std::int64_t c = 0; c < columns; ++c) mask.set(row * columns + c, std::int64_t{1});
  };
  Case minimum;
  minimum.dim("B", 1).dim("T", 1).tensor("x", Array(DType::float32, {1, 1}));
  minimum.tensor("pad", array(DType::boolean, {1, 1}, {1.0}));
  return {"a fully masked row",
          CaseSpace(
              batch_and_time(most, {{"x", floats("B T")},
                                    {"pad", padding_mask_or_empty("B T", marks_padding).of("x")}})),
          fails, plant, minimum};
}

Task long_lengths(std::int64_t most) {
  const auto fails = [](const Case& a_case) {
    const Array& lengths_array = values(a_case, "len");
    std::int64_t sum = 0;
    for (std::int64_t i = 0; i < lengths_array.numel(); ++i) sum += whole(lengths_array, i);
    return sum > 7;
  };
  Case minimum;
  minimum.dim("B", 1).dim("T", 8).tensor("x", Array(DType::float32, {1, 8}));
  minimum.tensor("len", array(DType::int64, {1}, {8.0}));
  return {"ragged lengths that sum above 7",
          CaseSpace(batch_and_time(most, {{"x", floats("B T")}, {"len", lengths("B", "T")}})),
          fails, plant_nothing, minimum};
}

Task large_batch_and_time(std::int64_t most) {
  const auto fails = [](const Case& a_case) {
    return a_case.dims["B"] >= 2 && a_case.dims["T"] >= 3;
  };
  Case minimum;
  minimum.dim("B", 2).dim("T", 3).tensor("x", Array(DType::float32, {2, 3}));
  minimum.tensor("y", Array(DType::float32, {2, 3})).tensor("z", Array(DType::float32, {2}));
  return {"batch >= 2 and time >= 3 over three inputs",
          CaseSpace(batch_and_time(
              most, {{"x", floats("B T")}, {"y", floats("B T")}, {"z", floats("B")}})),
          fails, plant_nothing, minimum};
}

Task parameter_above(std::int64_t most) {
  Signature signature = matrix(most, floats("R C"));
  signature.parameters = {{"p", gradgrind::real(0, 1)}};
  return {"a scalar parameter above 0.3", CaseSpace(std::move(signature)),
          [](const Case& a_case) { return std::get<double>(a_case.parameters.at("p")) > 0.3; },
          plant_nothing, of_one(0).parameter("p", 0.3000001)};
}

Task top_id(std::int64_t most) {
  Signature signature = batch_and_time(most, {{"x", ids("B T", "V")}});
  signature.dims.push_back({Dim::Kind::free, "V", 2, most, "", 1, 4});
  const auto fails = [](const Case& a_case) {
    const Array& x = values(a_case, "x");
    for (std::int64_t i = 0; i < x.numel(); ++i) {
      if (whole(x, i) == a_case.dims["V"] - 1) return true;
    }
    return false;
  };
  const auto plant = [](Case& a_case, Source& source) {
    Array& x = values(a_case, "x");
    x.set(source.integer(0, x.numel() - 1), a_case.dims["V"] - 1);
  };
  Case minimum;
  minimum.dim("B", 1).dim("T", 1).dim("V", 2);
  minimum.tensor("x", array(DType::int64, {1, 1}, {1.0}));
  return {"an id at the top of its vocabulary", CaseSpace(std::move(signature)), fails, plant,
          minimum};
}

}  // namespace

std::vector<Task> tasks(std::int64_t most) {
  std::vector<Task> all;
  for (const auto make : {equals_999, exceeds_1000, contains_nan, mean_above_half, two_equal_rows,
                          only_float16, only_non_contiguous, fully_masked_row, long_lengths,
                          large_batch_and_time, parameter_above, top_id})
    all.push_back(make(most));
  return all;
}

Case failing_case(const Task& task, std::uint64_t seed) {
  constexpr int kAttempts = 1000;
  RandomSource source(mix(seed));
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    Case candidate = task.space.generate(source);
    task.plant(candidate, source);
    task.space.repair(candidate);
    if (task.fails(candidate)) return candidate;
  }
  throw InternalError("no failing case for the task '" + task.name + "'");
}

bool is_contiguous_in_memory(const TensorValue& tensor) {
  const Layout& layout = tensor.layout;
  const Shape& shape = tensor.values.shape();
  const std::size_t rank = shape.size();
  // Innermost in memory first; a step or a start makes the storage longer than the view.
  std::vector<std::int64_t> strides(rank, 0);
  std::int64_t stride = 1;
  for (std::size_t i = rank; i-- > 0;) {
    const std::size_t dim = layout.order.empty() ? i : static_cast<std::size_t>(layout.order[i]);
    const std::int64_t step = layout.step.empty() ? 1 : layout.step[dim];
    const std::int64_t start = layout.start.empty() ? 0 : layout.start[dim];
    const bool is_expanded = !layout.expanded.empty() && layout.expanded[dim];
    strides[dim] = is_expanded ? 0 : stride * step;
    stride *= is_expanded ? 1 : start + shape[dim] * step;
  }
  std::int64_t dense = 1;
  for (std::size_t dim = rank; dim-- > 0;) {
    if (shape[dim] == 1) continue;
    if (strides[dim] != dense) return false;
    dense *= shape[dim];
  }
  return true;
}

}  // namespace gradgrind::challenge
