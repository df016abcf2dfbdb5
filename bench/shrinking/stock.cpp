#include "bench/shrinking/stock.h"

#include <rapidcheck.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <tuple>
#include <vector>

namespace gradgrind::challenge {
namespace {

using Row = std::vector<double>;
using Rows = std::vector<Row>;

/// One or more matrices of one shape, a value for each row, and a number: what a user of RapidCheck
/// would put into a struct.
struct Value {
  std::size_t rows = 0;
  std::size_t columns = 0;
  Row x;
  std::vector<int> of_row;
  int number = 0;
};

struct StockTask {
  rc::Gen<Value> generator;
  std::function<bool(const Value&)> fails;
  std::function<bool(const Value&)> is_minimal;
};

constexpr int kMost = 64;

rc::Gen<int> size_from(int lowest) { return rc::gen::inRange(lowest, kMost + 1); }

/// Rows and columns first, then the contents, as dependent values are drawn in RapidCheck.
rc::Gen<Value> matrices(rc::Gen<double> element, std::function<rc::Gen<int>(int)> of_row = {}) {
  return rc::gen::mapcat(rc::gen::pair(size_from(1), size_from(1)), [=](std::pair<int, int> size) {
    const auto rows = static_cast<std::size_t>(size.first);
    const auto columns = static_cast<std::size_t>(size.second);
    const auto row_value = of_row ? of_row(size.second) : rc::gen::just(0);
    return rc::gen::map(
        rc::gen::pair(rc::gen::container<Row>(rows * columns, element),
                      rc::gen::container<std::vector<int>>(of_row ? rows : 0, row_value)),
        [=](std::pair<Row, std::vector<int>> drawn) {
          return Value{rows, columns, std::move(drawn.first), std::move(drawn.second), 0};
        });
  });
}

rc::Gen<double> with_some(double special) {
  return rc::gen::weightedOneOf<double>(
      {{1, rc::gen::just(special)}, {200, rc::gen::arbitrary<double>()}});
}

std::function<bool(const Value&)> some_element(std::function<bool(double)> holds) {
  return [=](const Value& value) { return std::any_of(value.x.begin(), value.x.end(), holds); };
}

std::function<bool(const Value&)> is_one(std::function<bool(double)> holds) {
  return [=](const Value& value) { return value.x.size() == 1 && holds(value.x.front()); };
}

bool is_zero(double x) { return x == 0; }

bool all_zero(const Row& x) { return std::all_of(x.begin(), x.end(), is_zero); }

StockTask mean_above_half() {
  const auto fails = [](const Value& value) {
    double sum = 0;
    for (const double x : value.x) sum += std::abs(x);
    return sum / static_cast<double>(value.x.size()) > 0.5;
  };
  return {matrices(rc::gen::arbitrary<double>()), fails, is_one([](double x) { return x == 1; })};
}

StockTask two_equal_rows() {
  const auto with_equal_rows = [](std::tuple<Value, int, int> drawn) {
    auto& [value, from, to] = drawn;
    const auto columns = static_cast<std::ptrdiff_t>(value.columns);
    const auto count = static_cast<int>(value.rows);
    std::copy_n(value.x.begin() + (from % count) * columns, columns,
                value.x.begin() + (to % count) * columns);
    return value;
  };
  const auto fails = [](const Value& value) {
    Rows rows;
    const auto columns = static_cast<std::ptrdiff_t>(value.columns);
    for (auto at = value.x.begin(); at != value.x.end(); at += columns)
      rows.emplace_back(at, at + columns);
    std::sort(rows.begin(), rows.end());
    return std::adjacent_find(rows.begin(), rows.end()) != rows.end();
  };
  return {rc::gen::map(rc::gen::tuple(matrices(rc::gen::arbitrary<double>()),
                                      rc::gen::inRange(0, kMost), rc::gen::inRange(0, kMost)),
                       with_equal_rows),
          fails, [](const Value& value) {
            return value.rows == 2 && value.columns == 1 && all_zero(value.x);
          }};
}

StockTask masked_row() {
  // Valid length of each row; 0 masks it.
  const auto valid = [](int columns) { return rc::gen::inRange(0, columns + 1); };
  return {matrices(rc::gen::arbitrary<double>(), valid),
          [](const Value& value) {
            return std::count(value.of_row.begin(), value.of_row.end(), 0) > 0;
          },
          is_one(is_zero)};
}

StockTask long_lengths() {
  const auto lengths = [](int columns) { return rc::gen::inRange(1, columns + 1); };
  return {matrices(rc::gen::arbitrary<double>(), lengths),
          [](const Value& value) {
            int sum = 0;
            for (const int length : value.of_row) sum += length;
            return sum > 7;
          },
          [](const Value& value) {
            return value.rows == 1 && value.columns == 8 && all_zero(value.x);
          }};
}

StockTask large_batch_and_time() {
  return {matrices(rc::gen::arbitrary<double>()),
          [](const Value& value) { return value.rows >= 2 && value.columns >= 3; },
          [](const Value& value) {
            return value.rows == 2 && value.columns == 3 && all_zero(value.x);
          }};
}

StockTask parameter_above() {
  // RapidCheck's reals have no range, so a user draws thousandths.
  const auto with_number = [](std::pair<Value, int> drawn) {
    drawn.first.number = drawn.second;
    return drawn.first;
  };
  return {
      rc::gen::map(rc::gen::pair(matrices(rc::gen::arbitrary<double>()), rc::gen::inRange(0, 1001)),
                   with_number),
      [](const Value& value) { return value.number > 300; },
      [](const Value& value) { return value.number == 301 && is_one(is_zero)(value); }};
}

StockTask top_id() {
  const auto ids = rc::gen::mapcat(
      rc::gen::tuple(size_from(1), size_from(1), size_from(2)), [](std::tuple<int, int, int> size) {
        const auto [rows, columns, vocabulary] = size;
        const auto numel = static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns);
        const int number = vocabulary;
        return rc::gen::map(
            rc::gen::container<std::vector<int>>(numel, rc::gen::inRange(0, number)),
            [number, rows = rows, columns = columns](const std::vector<int>& drawn) {
              return Value{static_cast<std::size_t>(rows),
                           static_cast<std::size_t>(columns),
                           Row(drawn.begin(), drawn.end()),
                           {},
                           number};
            });
      });
  return {ids,
          [](const Value& value) {
            return std::count(value.x.begin(), value.x.end(), value.number - 1) > 0;
          },
          [](const Value& value) { return value.number == 2 && value.x == Row{1}; }};
}

const std::map<std::string, std::function<StockTask()>>& stock_tasks() {
  const auto element_task = [](double special, std::function<bool(double)> holds,
                               std::function<bool(double)> is_minimal) {
    return [=] {
      return StockTask{matrices(with_some(special)), some_element(holds), is_one(is_minimal)};
    };
  };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto is_999 = [](double x) { return x == 999; };
  const auto is_nan = [](double x) { return std::isnan(x); };
  static const std::map<std::string, std::function<StockTask()>> all = {
      {"an element equals 999", element_task(999, is_999, is_999)},
      {"an element exceeds 1000",
       element_task(
           1e5, [](double x) { return x > 1000; }, [](double x) { return x == 1001; })},
      {"contains NaN", element_task(nan, is_nan, is_nan)},
      {"mean |x| above 0.5", mean_above_half},
      {"two equal rows", two_equal_rows},
      {"a fully masked row", masked_row},
      {"ragged lengths that sum above 7", long_lengths},
      {"batch >= 2 and time >= 3 over three inputs", large_batch_and_time},
      {"a scalar parameter above 0.3", parameter_above},
      {"an id at the top of its vocabulary", top_id},
  };
  return all;
}

rc::Shrinkable<Value> failing(const StockTask& task, std::uint64_t seed) {
  rc::Random random(seed);
  for (;;) {
    const auto candidate = task.generator(random.split(), rc::kNominalSize);
    if (task.fails(candidate.value())) return candidate;
  }
}

}  // namespace

std::optional<StockResult> run_stock(const std::string& name, int seeds, int budget) {
  const auto found = stock_tasks().find(name);
  if (found == stock_tasks().end()) return std::nullopt;
  const StockTask task = found->second();
  StockResult result;
  result.seeds = seeds;
  for (int seed = 0; seed < seeds; ++seed) {
    rc::Shrinkable<Value> best = failing(task, static_cast<std::uint64_t>(seed));
    const auto start = std::chrono::steady_clock::now();
    int runs = 0;
    bool made_progress = true;
    while (made_progress && runs < budget) {
      made_progress = false;
      auto shrinks = best.shrinks();
      while (runs < budget) {
        const auto candidate = shrinks.next();
        if (!candidate) break;
        ++runs;
        if (!task.fails(candidate->value())) continue;
        best = *candidate;
        made_progress = true;
        break;
      }
    }
    const std::chrono::duration<double, std::milli> elapsed =
        std::chrono::steady_clock::now() - start;
    const Value smallest = best.value();
    result.minimal += task.is_minimal(smallest) ? 1 : 0;
    result.cut += runs >= budget ? 1 : 0;
    result.mean_runs += static_cast<double>(runs) / seeds;
    result.mean_numel += static_cast<double>(smallest.x.size()) / seeds;
    result.milliseconds += elapsed.count() / seeds;
  }
  return result;
}

}  // namespace gradgrind::challenge
