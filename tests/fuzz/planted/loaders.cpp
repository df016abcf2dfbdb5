#include "tests/fuzz/planted/loaders.h"

#include "gradgrind/fuzz/formats/known.h"

namespace planted {
namespace {

namespace gg = gradgrind;

template <class Read>
gg::Loader reader(const std::string& name, gg::Format format, Read read, Fault fault) {
  return gg::loader(name)
      .format(std::move(format))
      .memory([read, fault](std::string_view bytes) { return read(bytes, fault); })
      .template throws<FileError>();
}

gg::Loader idx_data(const std::string& name, Fault fault) {
  return gg::loader(name)
      .format(gg::formats::idx())
      .receiver([] { return IdxData(); },
                [fault](IdxData& data, std::string_view bytes) { data.load(bytes, fault); },
                [](const IdxData& data) { return data.array; })
      .throws<FileError>();
}

gg::Loader read_by(const std::string& name, Fault fault, Fault reader_of) {
  switch (reader_of) {
    case Fault::pads_with_zeros:
    case Fault::counts_in_int:
      return reader(name, gg::formats::idx(), read_idx, fault);
    case Fault::forgets_first:
      return idx_data(name, fault);
    case Fault::trusts_header_length:
    case Fault::transposes_matrices:
    case Fault::infers_sizes:
      return reader(name, gg::formats::npy(), read_npy, fault);
    case Fault::lets_range_errors_out:
      return reader(name, gg::formats::csv(), read_csv, fault);
    case Fault::allows_overlaps:
    case Fault::measures_whole_file:
    case Fault::allocates_first:
      return reader(name, gg::formats::safetensors(), read_safetensors, fault);
    case Fault::forgets_the_rest:
      return reader(name, gg::formats::raw(kRawColumns), read_raw, fault);
    default:
      return reader(name, block_format(), read_block, fault);
  }
}

struct Planted {
  const char* name;
  Fault fault;
  const char* description;
};

constexpr Planted kPlanted[] = {
    {"IdxPadsWithZeros", Fault::pads_with_zeros, "a file that is cut gives zeros"},
    {"IdxCountsInInt", Fault::counts_in_int, "the bytes are counted in 32 bits"},
    {"IdxForgetsFirst", Fault::forgets_first, "a refused file empties what was loaded before"},
    {"NpyTrustsHeaderLength", Fault::trusts_header_length, "a header is read beyond the file"},
    {"NpyTransposesMatrices", Fault::transposes_matrices, "Fortran order of three dims is ignored"},
    {"NpyInfersSizes", Fault::infers_sizes, "a size of -1 is taken for the one that fits"},
    {"CsvLetsRangeErrorsOut", Fault::lets_range_errors_out, "1e400 throws std::out_of_range"},
    {"SafetensorsAllowsOverlaps", Fault::allows_overlaps, "two tensors may share bytes"},
    {"SafetensorsMeasuresWholeFile", Fault::measures_whole_file,
     "offsets beyond the data, but within the file's size, are followed"},
    {"SafetensorsAllocatesFirst", Fault::allocates_first,
     "a shape is allocated before it is checked"},
    {"RawForgetsTheRest", Fault::forgets_the_rest, "the last elements are never written"},
    {"BlockIgnoresChecksum", Fault::ignores_checksum, "the checksum is not compared"},
};

}  // namespace

gg::Format block_format() {
  return gg::format("block", [](gg::Draft& file) {
    file.magic("magic", "BLK1");
    const gg::Shape shape = file.draw_shape(0, 2);
    file.rank("rank", gg::u8, shape);
    file.dims("sizes", gg::u32_le, shape);
    file.payload("data", file.draw_array(gg::DType::float32, shape));
    file.checksum("checksum", gg::u32_le, "data", block_checksum);
  });
}

std::vector<PlantedLoader> planted_loaders() {
  std::vector<PlantedLoader> loaders;
  for (const Planted& planted : kPlanted) {
    loaders.push_back(
        {planted.name, planted.description, read_by(planted.name, planted.fault, planted.fault)});
  }
  return loaders;
}

std::vector<PlantedLoader> sound_loaders() {
  std::vector<PlantedLoader> loaders;
  for (const Planted& planted : kPlanted) {
    const std::string name = std::string("Sound") + planted.name;
    loaders.push_back({name, "nothing", read_by(name, Fault::none, planted.fault)});
  }
  return loaders;
}

}  // namespace planted
