// Watching the operators that LibTorch dispatches: which ones ran, on what, what came out, and from
// which line of the user's source.
//
// Layer 3, properties.
#pragma once

#include <c10/util/SmallVector.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gradgrind {

namespace detail {
class CallArgumentsWriter;
}  // namespace detail

/// Sizes of a tensor, outermost first; those of few dims lie in the object itself.
using TensorSizes = c10::SmallVector<std::int64_t, 5>;

/// What is known of one tensor that an operator returned.
struct TensorFacts {
  std::string_view dtype;  ///< "float32"; empty for an undefined tensor.
  TensorSizes shape;
  /// Whether the values were looked at. False when nobody asked, for memory that the operator left
  /// uninitialised (`empty`), for a view of an input, and for a tensor that is not strided or holds
  /// no data (sparse, meta, a wrapper); the members below then keep their defaults.
  bool scanned = false;
  bool has_nan = false;
  bool has_inf = false;
  double max_abs = 0;  ///< Largest magnitude among the finite values; 0 without any.
  std::uint64_t digest =
      0;  ///< Hash of dtype, shape and bits in logical order, whatever the layout.
  /// The values themselves, row-major, real and imaginary parts in turn; with `keep_values`, where
  /// the tensor is scanned and has at most 16,384 elements.
  std::vector<double> values;
};

/// The arguments that an operator was called with, kept in few bytes and put into words only when
/// somebody reads them.
class CallArguments {
 public:
  /// "float32 [2, 3], int 1, none": one line, whatever the values hold.
  std::string text() const;

  /// Whether both read alike.
  friend bool operator==(const CallArguments& a, const CallArguments& b) {
    return a.bytes_ == b.bytes_;
  }
  friend bool operator!=(const CallArguments& a, const CallArguments& b) { return !(a == b); }

 private:
  friend class detail::CallArgumentsWriter;
  c10::SmallVector<char, 48> bytes_;
};

/// Where an operator was called.
struct CallSite {
  std::vector<const void*> stack;  ///< Return addresses, innermost first.
  /// In the TorchScript interpreter: "f at net.py:12", innermost function first, one a line.
  std::string script;
  /// In a backward pass, the gradient function that makes the call: "SqrtBackward0".
  std::string gradient;
  /// Autograd numbers its gradient functions. In a backward pass the number of `gradient`,
  /// elsewhere that of the first one that this call made, or none. See forward_of().
  std::optional<std::uint64_t> gradient_number;
};

/// One dispatched operator call.
struct OperatorCall {
  std::string_view name;  ///< "aten::softmax.int"; lives as long as the process.
  CallArguments inputs;
  int depth = 0;          ///< 0 for a call that the subject makes itself.
  bool returned = false;  ///< False when the operator threw.

  /// Whether all numbers among the inputs were finite, scalars included (an `out=` argument is no
  /// input). Looked at when values are scanned and an output is not finite; true otherwise.
  bool inputs_finite = true;
  bool inputs_have_nan = false;  ///< Looked at like `inputs_finite`; false otherwise.

  std::optional<std::size_t>
      caller;  ///< Index of the operator that made this call; none at depth 0.
  /// Returned tensors, lists flattened; written ones if none.
  c10::SmallVector<TensorFacts, 1> outputs;

  std::shared_ptr<CallSite> site;  ///< Null without source lines.
};

/// All operator calls of a run, in the order in which they began: a caller stands before its
/// callees.
struct Trace {
  std::vector<OperatorCall> calls;
  bool truncated = false;  ///< The run made more calls than `ObserveOptions::limit`.
};

struct ObserveOptions {
  bool scan_values = false;     ///< Fill has_nan, has_inf, max_abs and what is known of the inputs.
  bool record_digests = false;  ///< Fill digest.
  /// Where above 0: digests are of slice `row` alone, of tensors whose first dim has this size;
  /// other tensors get none. The first difference is then the operator by which that row is
  /// reached.
  std::int64_t rows = 0;
  std::int64_t row = 0;
  bool keep_values = false;    ///< Fill values; for small replays.
  bool source_lines = false;   ///< Keep return addresses: 2 to 10 times slower, for replays.
  std::size_t limit = 100000;  ///< Calls kept; those beyond it run unrecorded.
};

/// Whether this LibTorch lets operators be observed. Where it does not, traces are empty and
/// everything else works.
bool observation_is_available();

/// Records the operators dispatched on this thread from construction to `finish()` or destruction,
/// which must happen on the same thread, in reverse order of construction.
///
/// Seen: composite operators and what they call, views, in-place and `out=` calls, inference mode,
/// the TorchScript interpreter, backward passes that run while the observation is alive, and
/// threads to which `at::ThreadLocalState` is carried over, as `at::launch`
/// does. Not seen: other threads that the subject starts (a bare `std::thread`, the
/// workers of `at::parallel_for`; with one thread, as in all checks, that runs on the caller's),
/// and code that works on data pointers. Observing changes no result: random streams, version
/// counters and the autograd graph stay as they are, and exceptions pass through.
class Observation {
 public:
  explicit Observation(const ObserveOptions& options = {});
  Observation(const Observation&) = delete;
  Observation& operator=(const Observation&) = delete;
  ~Observation();

  /// Stops recording and hands over the trace; a second call returns an empty one.
  Trace finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The trace of `run()`. An exception that it throws passes through.
Trace observe(const ObserveOptions& options, const std::function<void()>& run);

/// Index of the operator that first made a non-finite value: an output is NaN or infinite and all
/// inputs were finite, or an output is NaN and no input was. An infinity that was asked for counts
/// as an input (`masked_fill(mask, -inf)` makes nothing), and one that stays inside a composite
/// operator is that operator's business. Of a composite and its callees the innermost is named, but
/// for copies and casts, whose callers say more.
/// Needs `scan_values`.
std::optional<std::size_t> first_non_finite(const Trace& trace);

/// The same for NaN alone: the first operator with NaN in its outputs and none in its inputs.
std::optional<std::size_t> first_nan(const Trace& trace);

/// Index in `a` of the first operator that differs between two runs in name, or in an output's
/// dtype, shape or digest; `a.calls.size()` where `b` only goes on longer. Callees are compared
/// where their callers differ, so the innermost is named, as above. Needs `record_digests`.
std::optional<std::size_t> first_difference(const Trace& a, const Trace& b);

/// Which rows of two runs started from the same contents: pairs of a row of the first run's batch
/// and one of the second's. Without pairs the runs started from the same inputs.
struct SameRows {
  std::int64_t first_batch = 0;   ///< Rows of the first run's batch.
  std::int64_t second_batch = 0;  ///< Likewise of the second's.
  std::vector<std::pair<std::int64_t, std::int64_t>> pairs;
};

/// Where two runs part beyond rounding.
struct Divergence {
  std::size_t first = 0;   ///< Index of the operator in the first trace ...
  std::size_t second = 0;  ///< ... and in the second.
  double difference = 0;  ///< The largest of its outputs; 0 where other operators or shapes differ.
  double bound = 0;       ///< What rounding explains.
};

/// The first operator at which two runs of one subject part by more than rounding: runs in another
/// dtype, on another device, with another number of threads, with other rows in the batch, or twice
/// the same. Values are compared, not bits, up to 64 * (8 + 2*sqrt(4096)) * u * M, with u the
/// larger unit roundoff of the two dtypes and M the largest magnitude so far: float64 runs show
/// most. Of a composite and its callees the innermost is named, as in first_difference().
///
/// With `rows`, the rows of a tensor are found along any axis whose size is a multiple of the batch
/// in both runs, as outer or inner part of it; what holds the batch in no such way says nothing.
/// Needs `keep_values` and `scan_values`.
std::optional<Divergence> first_divergence(const Trace& a, const Trace& b,
                                           const SameRows& rows = {});

/// The operator of a forward that made the gradient function that call `backward` of a backward
/// pass belongs to; none where that was made elsewhere. Both traces need `source_lines`.
std::optional<std::size_t> forward_of(const Trace& forward, const OperatorCall& backward);

/// A place in the source. Members that cannot be had are empty or 0: without debug info function
/// and module remain, without symbols the module alone, as "libnet.so+0x1f40".
struct SourceLine {
  std::string function;  ///< Qualified and demangled, with its parameters where they are known.
  std::string file;      ///< As the compiler was given it.
  int line = 0;
  std::string module;  ///< File name of the executable or shared library.
};

/// "forward(at::Tensor) at net.cpp:12", with what is known of it.
std::string to_text(const SourceLine& line);

/// The user's line that called this operator: the innermost frame outside LibTorch, the standard
/// library and Gradgrind. Needs `source_lines`; none when no such frame is on the stack.
std::optional<SourceLine> source_line(const OperatorCall& call);

/// The user's outermost frame that leads to this operator, up to Gradgrind's call of the subject
/// or, without one, up to the test framework or main. It says where a fault belongs, whichever
/// operator shows it first.
std::optional<SourceLine> outermost_source_line(const OperatorCall& call);

}  // namespace gradgrind
