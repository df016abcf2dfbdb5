#include "bench/fuzzing/subjects.h"

#include <torch/csrc/jit/serialization/pickle.h>

#include "bench/fuzzing/lever_subjects.h"
#include "bench/fuzzing/npz_loader.h"
#include "fuzz/targets/loading/archives.h"
#include "gradgrind/fuzz/formats/known.h"
#include "gradgrind/fuzz/loader.h"
#include "loaders/csv.h"
#include "loaders/safetensors.h"
#include "tests/fuzz/planted/loaders.h"
#include "tests/fuzz/planted/masker_contracts.h"

namespace bench {
namespace {

namespace gg = gradgrind;

// Of LibTorch's own loader, which is not sound: what it does with damage is known.
at::Tensor load_archive(std::string_view bytes) {
  const c10::IValue value = torch::jit::pickle_load({bytes.begin(), bytes.end()});
  return value.isTensor() ? value.toTensor() : at::Tensor();
}

std::unique_ptr<gg::fuzz::Target> sound(const std::string& name) {
  if (name == "csv") {
    return gg::fuzz::make_target(
        gg::loader("csv")
            .format(gg::formats::csv())
            .memory([](std::string_view text) { return examples::load_csv(text); })
            .throws<examples::CsvError>());
  }
  if (name == "safetensors") {
    return gg::fuzz::make_target(
        gg::loader("safetensors")
            .format(gg::formats::safetensors())
            .memory([](std::string_view bytes) { return examples::load_safetensors(bytes); })
            .throws<examples::SafetensorsError>());
  }
  if (name == "npz") {
    return gg::fuzz::make_target(
        gg::loader("npz").format(gg::formats::npz()).memory(load_npz).throws<planted::FileError>());
  }
  if (name == "pt") {
    return gg::fuzz::make_target(
        archives::loader("pt").format(gg::formats::torch_archive()).memory(load_archive));
  }
  for (const planted::PlantedLoader& loader : planted::sound_loaders()) {
    if (loader.loader.data().format->name() == name) {
      return gg::fuzz::make_target(loader.loader);
    }
  }
  return nullptr;
}

}  // namespace

std::unique_ptr<gg::fuzz::Target> target_of(const std::string& name) {
  if (auto target = lever_target_of(name)) return target;
  for (const planted::PlantedLoader& planted : planted::planted_loaders()) {
    if (planted.name == name) return gg::fuzz::make_target(planted.loader);
  }
  for (const planted::PlantedMasker& planted : planted::planted_maskers()) {
    if (planted.name == name) return gg::fuzz::make_target(planted.faulty);
    if ("sound_" + planted.name == name) return gg::fuzz::make_target(planted.sound);
  }
  return sound(name);
}

}  // namespace bench
