// What a loader promises about files that nobody checked.
//
// Layer 4, faces.
//
//   const auto loader = gg::loader("LoadNpy").format(gg::formats::npy())
//                           .memory([](std::string_view bytes) { return load_npy(bytes); })
//                           .throws<NpyError>();
//   GRADGRIND_TEST(loader);   // with gradgrind/fuzz/gtest.h: LoadNpy.count_too_large, ...
//   GRADGRIND_FUZZ(loader);   // with gradgrind/fuzz.h
#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <iosfwd>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include "gradgrind/fuzz/formats/damage.h"
#include "gradgrind/fuzz/formats/format.h"
#include "gradgrind/properties/contract.h"
#include "gradgrind/properties/values.h"

namespace gradgrind {

template <class T>
struct Flattening<std::map<std::string, T>> {
  static constexpr bool is_known = Flattening<T>::is_known;
  static void append(const std::map<std::string, T>& value, const std::string& path,
                     Outputs& outputs) {
    for (const auto& [key, member] : value) {
      Flattening<T>::append(member, path.empty() ? key : path + "." + key, outputs);
    }
  }
};

template <class T>
struct Flattening<std::unordered_map<std::string, T>> {
  static constexpr bool is_known = Flattening<T>::is_known;
  static void append(const std::unordered_map<std::string, T>& value, const std::string& path,
                     Outputs& outputs) {
    const std::map<std::string, T> sorted(value.begin(), value.end());
    Flattening<std::map<std::string, T>>::append(sorted, path, outputs);
  }
};

/// How bytes reach a loader.
enum class Way : std::uint8_t { memory, stream, file };
std::string_view name(Way way);

/// One promise about what comes back.
struct LoadedOutput {
  std::string name;
  std::string shape;  ///< "N 28 28": numbers are sizes, a name is one size everywhere, "..." any.
  std::vector<DType> dtypes;  ///< Empty: any.
};

/// An object that a loader fills: a refused file must leave it as it was.
struct LoaderReceiver {
  std::function<std::shared_ptr<void>()> make;
  std::function<void(void*, std::string_view)> load;
  std::function<Outputs(const void*)> read;
};

/// Everything a loader's contract says, as data.
struct LoaderData {
  std::string name;
  Location location;
  std::optional<Format> format;
  std::function<Outputs(std::string_view)> memory;
  std::function<Outputs(std::istream&)> stream;
  std::function<Outputs(const std::string&)> file;
  struct Accepted {
    std::string name;
    std::function<bool(const std::exception_ptr&)> matches;

    template <class E>
    static Accepted of();
  };
  std::vector<Accepted> accepted;
  double seconds = 5;
  std::uint64_t bytes = 16 << 20;
  double bytes_per_byte = 64;
  std::vector<std::pair<std::string, std::string>> tolerated;  ///< Class of damage, reason.
  std::function<Outputs(const FileContent&)> expected;
  bool compares = true;
  std::vector<LoadedOutput> outputs;
  std::vector<std::pair<std::string, std::function<bool(const Outputs&)>>> invariants;
  std::optional<LoaderReceiver> receiver;
};

/// The demangled name of a type; kept as long as the thread lives.
const std::string& type_name(const std::type_info& type);

template <class E>
LoaderData::Accepted LoaderData::Accepted::of() {
  return {type_name(typeid(E)), [](const std::exception_ptr& thrown) {
            try {
              std::rethrow_exception(thrown);
            } catch (const E&) {
              return true;
            } catch (...) {
              return false;
            }
          }};
}

/// What a loader promises, as an immutable value: each member gives a changed copy. What is not
/// declared is not allowed: only std::runtime_error and what derives from it may be thrown unless
/// throws() says otherwise, and what is loaded equals what the file holds, bit for bit.
class Loader {
 public:
  explicit Loader(LoaderData data) : data_(std::make_shared<const LoaderData>(std::move(data))) {}

  /// What the files look like.
  Loader format(Format described) const {
    return changed([&](LoaderData& data) { data.format = std::move(described); });
  }

  // -- Ways in; one at least. Each gives back tensors, or pairs, tuples, vectors, maps of them. ---
  /// A callable of std::string_view.
  template <class F>
  Loader memory(F load) const {
    return changed([&](LoaderData& data) {
      data.memory = [load](std::string_view bytes) { return flatten_result(load(bytes)); };
    });
  }
  /// A callable of std::istream&.
  template <class F>
  Loader stream(F load) const {
    return changed([&](LoaderData& data) {
      data.stream = [load](std::istream& in) { return flatten_result(load(in)); };
    });
  }
  /// A callable of const std::string&, the path.
  template <class F>
  Loader file(F load) const {
    return changed([&](LoaderData& data) {
      data.file = [load](const std::string& path) { return flatten_result(load(path)); };
    });
  }
  /// An object that is filled: `make()` gives one, `load(object, bytes)` fills it, `read(object)`
  /// gives its tensors. A refused file leaves it as it was.
  template <class Make, class Load, class Read>
  Loader receiver(Make make, Load load, Read read) const;

  // -- Promises ---------------------------------------------------------------------------------
  /// E, and what derives from it, says that a file is refused.
  template <class E>
  Loader throws() const {
    return changed(
        [](LoaderData& data) { data.accepted.push_back(LoaderData::Accepted::of<E>()); });
  }
  /// No file takes longer.
  Loader seconds(double most) const {
    return changed([&](LoaderData& data) { data.seconds = most; });
  }
  /// No file takes more memory than `fixed` and `per_byte` times its size.
  Loader bytes(std::uint64_t fixed, double per_byte = 64) const {
    return changed([&](LoaderData& data) {
      data.bytes = fixed;
      data.bytes_per_byte = per_byte;
    });
  }
  /// Files of this class of damage (damage_classes()) may load, for a reason.
  Loader tolerates(const std::string& damage, const std::string& reason) const {
    return changed([&](LoaderData& data) { data.tolerated.emplace_back(damage, reason); });
  }
  /// What comes back for content: a callable of const FileContent&. Default: the content itself.
  template <class F>
  Loader reference(F expected) const {
    return changed([&](LoaderData& data) {
      data.expected = [expected](const FileContent& content) {
        return flatten_result(expected(content));
      };
    });
  }
  /// What comes back is not compared with what the file holds.
  Loader values_are_its_own() const {
    return changed([](LoaderData& data) { data.compares = false; });
  }
  /// The next tensor that comes back: "N 28 28", and its dtypes.
  Loader output(const std::string& name, const std::string& shape,
                std::vector<DType> dtypes = {}) const {
    return changed([&](LoaderData& data) {
      data.outputs.push_back({name, shape, std::move(dtypes)});
    });
  }
  /// Whatever is loaded meets `predicate`.
  Loader holds(const std::string& what, std::function<bool(const Outputs&)> predicate) const {
    return changed(
        [&](LoaderData& data) { data.invariants.emplace_back(what, std::move(predicate)); });
  }

  // -- Reading it -------------------------------------------------------------------------------
  const LoaderData& data() const { return *data_; }
  const std::string& name() const { return data_->name; }
  std::vector<Way> ways() const;
  /// Everything that is wrong with the contract itself.
  std::vector<std::string> problems() const;

 private:
  template <class Change>
  Loader changed(Change change) const {
    LoaderData data = *data_;
    change(data);
    return Loader(std::move(data));
  }

  std::shared_ptr<const LoaderData> data_;
};

inline Loader loader(std::string name, Location location = Location::here()) {
  LoaderData data;
  data.name = std::move(name);
  data.location = location;
  return Loader(std::move(data));
}

template <class Make, class Load, class Read>
Loader Loader::receiver(Make make, Load load, Read read) const {
  using Object = std::decay_t<decltype(make())>;
  return changed([&](LoaderData& data) {
    LoaderReceiver receiver;
    receiver.make = [make] {
      return std::static_pointer_cast<void>(std::make_shared<Object>(make()));
    };
    receiver.load = [load](void* object, std::string_view bytes) {
      load(*static_cast<Object*>(object), bytes);
    };
    receiver.read = [read](const void* object) {
      return flatten_result(read(*static_cast<const Object*>(object)));
    };
    if (data.memory == nullptr) {
      data.memory = [receiver](std::string_view bytes) {
        const std::shared_ptr<void> object = receiver.make();
        receiver.load(object.get(), bytes);
        return receiver.read(object.get());
      };
    }
    data.receiver = std::move(receiver);
  });
}

/// A file that a loader does not treat as it promised.
struct LoaderFinding {
  std::string loader;
  std::string verdict;  ///< "partial", "wrong exception", "over-allocates", "dies", ...
  std::string damage;   ///< Name of the class of damage; "valid file" for none.
  std::string what;     ///< "a valid file with 1 edit: dims[1] 3 -> 4294967296".
  std::string message;  ///< What was seen.
  std::string site;     ///< What findings of one cause have in common.
  Way way = Way::memory;
  std::string bytes;  ///< The file.

  std::string report() const;
};

/// One class of damage, tried on a loader.
struct WalkedClass {
  int number = 0;
  std::string name;
  int files = 0;
  int loaded = 0;
  int refused = 0;
  std::string tolerated;  ///< Reason; empty where it is not.
};

struct WalkResult {
  std::vector<WalkedClass> classes;
  std::vector<LoaderFinding> findings;  ///< One for each cause and class of damage.
};

struct WalkOptions {
  std::uint64_t seed = 1;
  int documents = 12;   ///< Valid files that are damaged.
  int variants = 400;   ///< Of one class, over all documents and ways.
  bool isolate = true;  ///< In children: a death is a finding.
};

/// Walks a loader through all classes of damage that apply, and through valid files; in seconds,
/// without a fuzzer. Throws UsageError with the loader's problems.
WalkResult walk(const Loader& loader, const WalkOptions& options = {});

}  // namespace gradgrind
