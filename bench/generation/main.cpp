// Cases a second: decode, fill and materialise, for each dtype and layout, beside LibTorch's own
// generator into a tensor that exists already, and beside stock RapidCheck.
#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/view_as_real.h>
#include <fmt/format.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "bench/support/measure.h"
#include "bench/support/rows.h"
#include "gradgrind/generators/case_space.h"
#include "gradgrind/properties/materialise.h"

namespace gg = gradgrind;

namespace {

constexpr std::int64_t kGoalNumel = 4096;
constexpr int kRounds = 9;

struct Size {
  std::int64_t numel;
  std::string matrix;
  std::string image;  // for channels_last, which needs four dims
};

const std::vector<Size>& sizes() {
  static const std::vector<Size> all = {{16, "4 4", "1 4 2 2"},
                                        {256, "16 16", "1 4 8 8"},
                                        {4096, "64 64", "1 16 16 16"},
                                        {65536, "256 256", "4 16 32 32"}};
  return all;
}

const std::vector<gg::DType>& dtypes() {
  static const std::vector<gg::DType> all = [] {
    std::vector<gg::DType> list = gg::all_floats();
    list.insert(list.end(), gg::all_complex().begin(), gg::all_complex().end());
    list.insert(list.end(), gg::all_integers().begin(), gg::all_integers().end());
    list.push_back(gg::DType::boolean);
    return list;
  }();
  return all;
}

std::vector<gg::LayoutKind> layouts() {
  std::vector<gg::LayoutKind> all = gg::all_layouts();
  all.push_back(gg::LayoutKind::alias);
  return all;
}

gg::Domain domain_of(gg::DType dtype, const std::string& shape) {
  if (dtype == gg::DType::boolean) return gg::booleans(shape);
  if (gg::is_integral(dtype)) return gg::integers(shape, 0, 100).of_dtypes({dtype});
  if (gg::is_complex(dtype)) return gg::complexes(shape).of_dtypes({dtype});
  return gg::floats(shape).of_dtypes({dtype});
}

// A space of one input; of two for an alias, which needs a partner.
gg::CaseSpace space_of(gg::DType dtype, gg::LayoutKind layout, const Size& size) {
  const std::string& shape = layout == gg::LayoutKind::channels_last ? size.image : size.matrix;
  gg::Signature signature;
  const gg::Domain domain = domain_of(dtype, shape);
  if (layout == gg::LayoutKind::alias) {
    signature.inputs = {{"x", domain},
                        {"y", domain.maybe_alias_of("x").with_layouts({gg::LayoutKind::alias})}};
  } else {
    signature.inputs = {{"x", domain.with_layouts({layout})}};
  }
  return gg::CaseSpace(std::move(signature));
}

// So many that a round takes about a millisecond.
int repetitions(std::int64_t numel) {
  return static_cast<int>(std::clamp<std::int64_t>(500'000 / (numel + 250), 8, 1024));
}

// What is compared with: LibTorch's own random numbers into memory that is there.
std::function<void()> torch_fill(gg::DType dtype, std::int64_t numel, int count) {
  at::Tensor tensor = at::empty({numel}, gg::scalar_type(dtype));
  const bool is_floating = gg::is_floating(dtype) || gg::is_complex(dtype);
  // uniform_ knows no complex dtypes: their parts are filled.
  if (gg::is_complex(dtype)) tensor = at::view_as_real(tensor);
  // Nor float16 on the CPU: a user makes float32 and converts.
  at::Tensor staged = dtype == gg::DType::float16 ? at::empty({numel}, at::kFloat) : at::Tensor();
  return [=]() mutable {
    for (int i = 0; i < count; ++i) {
      if (staged.defined()) {
        tensor.copy_(staged.uniform_());
      } else if (is_floating) {
        tensor.uniform_();
      } else {
        tensor.random_();
      }
    }
  };
}

std::function<void()> our_cases(const gg::CaseSpace& space, int count) {
  return [space, count] {
    for (int i = 0; i < count; ++i) {
      gg::RandomSource source(static_cast<std::uint64_t>(i));
      const gg::Case a_case = space.generate(source);
      gg::materialise(space, a_case);
    }
  };
}

std::function<void()> stock_containers(std::int64_t numel, int count) {
  const auto generator = rc::gen::container<std::vector<float>>(static_cast<std::size_t>(numel),
                                                                rc::gen::arbitrary<float>());
  return [generator, count] {
    for (int i = 0; i < count; ++i) {
      const std::vector<float> values =
          generator(rc::Random(static_cast<std::uint64_t>(i)), rc::kNominalSize).value();
    }
  };
}

void bench_stock(const Size& size, bench::Rows& rows) {
  const auto space = space_of(gg::DType::float32, gg::LayoutKind::contiguous, size);
  const int ours = repetitions(size.numel);
  const int theirs = std::max(1, ours / 64);
  const auto seconds = bench::medians_in_turns(
      kRounds, {our_cases(space, ours), stock_containers(size.numel, theirs)});
  const double speedup = (seconds[1] / theirs) / (seconds[0] / ours);
  rows.add(fmt::format("generation, {} float32: cases a second", size.numel), ours / seconds[0],
           "1/s");
  const std::string name = fmt::format("generation, {} float32, stock RapidCheck", size.numel);
  if (size.numel == kGoalNumel) {
    rows.at_least(16, name, speedup, "times its speed");
  } else {
    rows.add(name, speedup, "times its speed");
  }
}

void bench_kind(gg::DType dtype, gg::LayoutKind layout, const Size& size, bench::Rows& rows) {
  const auto space = space_of(dtype, layout, size);
  const int count = repetitions(size.numel);
  // An alias shares its memory, but not the work of deciding what it holds.
  const std::int64_t numel = size.numel * static_cast<int>(space.signature().inputs.size());
  const auto seconds =
      bench::medians_in_turns(kRounds, {our_cases(space, count), torch_fill(dtype, numel, count)});
  const std::string name =
      fmt::format("generation, {} {} {}", size.numel, gg::name(dtype), gg::name(layout));
  const double speed = seconds[1] / seconds[0];
  const bool is_plain = dtype == gg::DType::float32 && layout == gg::LayoutKind::contiguous;
  const char* unit =
      gg::is_integral(dtype) || dtype == gg::DType::boolean ? "times random_" : "times uniform_";
  if (size.numel == kGoalNumel) {
    rows.at_least(is_plain ? 0.5 : 0.25, name, speed, unit);
  } else {
    rows.add(name, speed, unit);
  }
}

}  // namespace

int main(int count, char** arguments) {
  bench::Rows rows(count, arguments);
  at::set_num_threads(1);
  for (const Size& size : sizes()) {
    bench_stock(size, rows);
    for (const gg::DType dtype : dtypes()) {
      for (const gg::LayoutKind layout : layouts()) {
        const bool is_of_all_sizes =
            dtype == gg::DType::float32 || layout == gg::LayoutKind::contiguous;
        if (size.numel == kGoalNumel || is_of_all_sizes) bench_kind(dtype, layout, size, rows);
      }
    }
  }
  return rows.finish();
}
