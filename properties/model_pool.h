// Models kept for reuse: building one costs 9-79 % of a small forward.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "gradgrind/properties/model.h"

namespace gradgrind {

/// Models by what they were built from. A model is given out with the weights of its case, in
/// evaluation mode and without gradients, whatever was done to it before.
class ModelPool {
 public:
  explicit ModelPool(const Subject& subject) : subject_(subject) {}
  /// Leaves an instance with the parameters and buffers that it came with.
  ~ModelPool();
  ModelPool(const ModelPool&) = delete;
  ModelPool& operator=(const ModelPool&) = delete;

  /// Valid until the next call. Builds at most once for cases that agree in all that the factory
  /// reads, weights and dtype; throws what Model's constructor throws.
  Model& at(const Case& a_case);

  /// A model of its own, built anew.
  std::unique_ptr<Model> build(const Case& a_case) const;

  /// Builds anew from now on: what a model remembers outside its state is gone.
  void forget();

  const Subject& subject() const { return subject_; }
  /// Names that the factory asked for so far.
  const std::set<std::string>& built_from() const { return built_from_; }

 private:
  struct Entry {
    std::string key;
    std::unique_ptr<Model> model;
    std::vector<NamedTensor> snapshot;
    std::uint64_t version = 0;
    std::int64_t bytes = 0;
  };

  void keep_instance(const Case& a_case);

  std::string key_of(const Case& a_case) const;
  void evict();

  const Subject& subject_;
  std::set<std::string> built_from_;
  std::list<Entry> entries_;         // most recently used first
  std::unique_ptr<Model> instance_;  // of an instance: as it is, and as it came
  std::vector<NamedTensor> original_;
};

}  // namespace gradgrind
