#include "bench/fuzzing/by_hand.h"

#include <ATen/ops/equal.h>
#include <ATen/ops/ones.h>

#include <functional>
#include <map>
#include <stdexcept>
#include <vector>

#include "loaders/csv.h"
#include "loaders/safetensors.h"
#include "tests/fuzz/planted/files.h"

namespace bench {
namespace {

using planted::Fault;
using Tensors = std::vector<at::Tensor>;
using Load = std::function<Tensors(std::string_view)>;

template <class Key>
Tensors values_of(const std::map<Key, at::Tensor>& named) {
  Tensors tensors;
  for (const auto& [name, tensor] : named) tensors.push_back(tensor);
  return tensors;
}

template <class Read>
Load one(Read read, Fault fault) {
  return [read, fault](std::string_view bytes) { return Tensors{read(bytes, fault)}; };
}

Load tensors_of_safetensors(Fault fault) {
  return [fault](std::string_view bytes) {
    return values_of(planted::read_safetensors(bytes, fault));
  };
}

// A loader that keeps its object from file to file, as an engineer would test it.
Tensors load_into_one(std::string_view bytes) {
  planted::IdxData data;
  data.array = at::ones({3});
  try {
    data.load(bytes, Fault::forgets_first);
  } catch (const planted::FileError&) {
    if (data.array.numel() != 3) throw std::logic_error("a refused file changed the object");
    throw;
  }
  return {data.array};
}

const Load& loader_called(const std::string& name) {
  static const std::map<std::string, Load> all = {
      {"IdxPadsWithZeros", one(planted::read_idx, Fault::pads_with_zeros)},
      {"IdxCountsInInt", one(planted::read_idx, Fault::counts_in_int)},
      {"IdxForgetsFirst", load_into_one},
      {"NpyTrustsHeaderLength", one(planted::read_npy, Fault::trusts_header_length)},
      {"NpyTransposesMatrices", one(planted::read_npy, Fault::transposes_matrices)},
      {"NpyInfersSizes", one(planted::read_npy, Fault::infers_sizes)},
      {"CsvLetsRangeErrorsOut", one(planted::read_csv, Fault::lets_range_errors_out)},
      {"SafetensorsAllowsOverlaps", tensors_of_safetensors(Fault::allows_overlaps)},
      {"SafetensorsMeasuresWholeFile", tensors_of_safetensors(Fault::measures_whole_file)},
      {"SafetensorsAllocatesFirst", tensors_of_safetensors(Fault::allocates_first)},
      {"RawForgetsTheRest", one(planted::read_raw, Fault::forgets_the_rest)},
      {"BlockIgnoresChecksum", one(planted::read_block, Fault::ignores_checksum)},
      {"csv", [](std::string_view text) { return Tensors{examples::load_csv(text)}; }},
      {"safetensors",
       [](std::string_view bytes) { return values_of(examples::load_safetensors(bytes)); }},
  };
  const auto found = all.find(name);
  if (found == all.end()) throw std::logic_error("no loader is called " + name);
  return found->second;
}

// A row of a table takes two bytes for each number of four.
bool is_table(const std::string& name) { return name.rfind("Csv", 0) == 0 || name == "csv"; }

}  // namespace

void check_by_hand(const std::string& name, std::string_view bytes) {
  const Load& load = loader_called(name);
  Tensors tensors;
  try {
    tensors = load(bytes);
  } catch (const planted::FileError&) {
    return;
  } catch (const examples::CsvError&) {
    return;
  } catch (const examples::SafetensorsError&) {
    return;
  }
  std::size_t size = 0;
  volatile unsigned char sum = 0;
  for (const at::Tensor& tensor : tensors) {
    const auto* const data = static_cast<const unsigned char*>(tensor.data_ptr());
    size += tensor.nbytes();
    if (size > 2 * bytes.size() || (size > bytes.size() && !is_table(name))) {
      throw std::logic_error("more elements than there are bytes");
    }
    for (std::size_t i = 0; i < tensor.nbytes(); ++i) {
      sum = static_cast<unsigned char>(sum + data[i]);
    }
  }
}

}  // namespace bench
