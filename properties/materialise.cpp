#include "gradgrind/properties/materialise.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/empty_strided.h>
#include <ATen/ops/from_blob.h>

#include <cstring>

#include "gradgrind/generators/case_file.h"
#include "properties/strided_view.h"

namespace gradgrind {
namespace {

at::Device device_of(Device device) {
  switch (device) {
    case Device::cpu:
      return at::kCPU;
    case Device::cuda:
      return at::kCUDA;
    case Device::meta:
      return at::kMeta;
  }
  throw InternalError("unknown device");
}

at::Tensor contiguous_tensor(const Array& values) {
  at::Tensor tensor = at::empty(values.shape(), scalar_type(values.dtype()));
  if (values.size_in_bytes() > 0) {
    std::memcpy(tensor.data_ptr(), values.data(), values.size_in_bytes());
  }
  return tensor;
}

}  // namespace

at::ScalarType scalar_type(DType dtype) {
  switch (dtype) {
    case DType::float32:
      return at::kFloat;
    case DType::float64:
      return at::kDouble;
    case DType::bfloat16:
      return at::kBFloat16;
    case DType::float16:
      return at::kHalf;
    case DType::complex64:
      return at::kComplexFloat;
    case DType::complex128:
      return at::kComplexDouble;
    case DType::int64:
      return at::kLong;
    case DType::int32:
      return at::kInt;
    case DType::int16:
      return at::kShort;
    case DType::int8:
      return at::kChar;
    case DType::uint8:
      return at::kByte;
    case DType::boolean:
      return at::kBool;
  }
  throw InternalError("unknown dtype");
}

DType dtype_of(at::ScalarType type) {
  for (const DType dtype : {DType::float32, DType::float64, DType::bfloat16, DType::float16,
                            DType::complex64, DType::complex128, DType::int64, DType::int32,
                            DType::int16, DType::int8, DType::uint8, DType::boolean}) {
    if (scalar_type(dtype) == type) return dtype;
  }
  throw UsageError(std::string("a tensor has the dtype ") + c10::toString(type) +
                   ", which cases do not have; convert it first");
}

at::Tensor materialise(const TensorValue& value) {
  const Array& values = value.values;
  const Layout& layout = value.layout;
  if (layout.is_contiguous() && value.device == Device::cpu) return contiguous_tensor(values);
  const StridedView view = strided_view(layout, values.shape());
  if (value.device == Device::meta) {
    return at::empty_strided(values.shape(), view.strides,
                             at::device(at::kMeta).dtype(scalar_type(values.dtype())));
  }
  at::Tensor storage = at::empty({view.storage}, scalar_type(values.dtype()));
  write_view(values, layout, view, static_cast<std::byte*>(storage.data_ptr()));
  if (value.device != Device::cpu) storage = storage.to(device_of(value.device));
  return storage.as_strided(values.shape(), view.strides, view.offset);
}

Inputs materialise(const CaseSpace& space, const Case& a_case) {
  std::vector<Inputs::Slot> slots;
  const auto& declared = space.signature().inputs;
  for (std::size_t i = 0; i < a_case.inputs.size(); ++i) {
    const Input& input = a_case.inputs[i];
    Inputs::Slot slot;
    slot.name = input.name;
    slot.is_list = i < declared.size() && declared[i].second.is_list;
    for (const TensorValue& tensor : input.tensors) {
      const std::string& partner = tensor.layout.alias_of;
      if (partner.empty()) {
        slot.tensors.push_back(materialise(tensor));
        continue;
      }
      for (const Inputs::Slot& earlier : slots) {
        if (earlier.name == partner) slot.tensors.push_back(earlier.tensors.at(0).detach());
      }
    }
    slots.push_back(std::move(slot));
  }
  return Inputs(std::move(slots), a_case.dims, a_case.parameters);
}

Array array_of(const at::Tensor& tensor) {
  if (!tensor.defined()) throw UsageError("array_of: the tensor is undefined");
  Array values(dtype_of(tensor.scalar_type()), tensor.sizes().vec());
  if (tensor.is_meta() || values.size_in_bytes() == 0) return values;
  const at::Tensor dense = tensor.detach().resolve_conj().resolve_neg().to(at::kCPU).contiguous();
  std::memcpy(values.data(), dense.data_ptr(), values.size_in_bytes());
  return values;
}

void save_case(const std::string& path,
               const std::vector<std::pair<std::string, at::Tensor>>& inputs) {
  CaseFile file;
  file.message = "saved by save_case()";
  for (const auto& [name, tensor] : inputs) {
    if (!tensor.defined()) {
      throw UsageError("save_case: input '" + name + "' is undefined; leave it out");
    }
    file.content.tensor(name, array_of(tensor));
    if (tensor.is_floating_point()) file.content.dtype = dtype_of(tensor.scalar_type());
  }
  write_case_file(path, file);
}

}  // namespace gradgrind
