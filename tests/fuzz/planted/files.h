// Readers of files, of ordinary quality but for one bug each, if asked for. They know LibTorch
// alone: whatever drives them, a contract or a harness written by hand, drives the same code.
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>

namespace planted {

/// A file is not what the reader reads.
class FileError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What is wrong with a reader.
enum class Fault : std::uint8_t {
  none,
  // of read_idx()
  pads_with_zeros,  ///< A file that is cut gives the whole array, with zeros at its end.
  counts_in_int,    ///< The number of bytes is a product of 32 bits.
  // of IdxData
  forgets_first,  ///< Empties itself before it knows that the file is one.
  // of read_npy()
  trusts_header_length,  ///< Reads as much header as the file says.
  transposes_matrices,   ///< Heeds Fortran order in two dims, and not in three.
  infers_sizes,          ///< Takes a size of -1 for what the other sizes leave.
  // of read_csv()
  lets_range_errors_out,  ///< std::stof throws for 1e400, and nobody looks.
  // of read_safetensors()
  allows_overlaps,      ///< Looks where the last range ends, not whether ranges meet.
  measures_whole_file,  ///< Compares offsets with the size of the file, not with that of its data.
  allocates_first,      ///< Makes a tensor before it compares the shape with the bytes.
  // of read_raw()
  forgets_the_rest,  ///< Copies four elements at a time, and not those that are left.
  // of read_block()
  ignores_checksum,
};

/// The array of an IDX file.
torch::Tensor read_idx(std::string_view bytes, Fault fault);

/// An array that can be loaded again: a file that is refused leaves it as it was.
struct IdxData {
  torch::Tensor array = torch::zeros({0});

  void load(std::string_view bytes, Fault fault);
};

/// The array of an .npy file of version 1.0, as NumPy writes it.
torch::Tensor read_npy(std::string_view bytes, Fault fault);

/// The numbers below a line of names, as a float32 matrix.
torch::Tensor read_csv(std::string_view text, Fault fault);

/// The tensors of a safetensors file.
std::map<std::string, torch::Tensor> read_safetensors(std::string_view bytes, Fault fault);

/// Nothing but rows of three float32.
torch::Tensor read_raw(std::string_view bytes, Fault fault);
constexpr std::int64_t kRawColumns = 3;

/// "BLK1", a rank, sizes of 32 bits, float32 elements, and the checksum of these.
torch::Tensor read_block(std::string_view bytes, Fault fault);
std::uint64_t block_checksum(std::string_view bytes);

}  // namespace planted
