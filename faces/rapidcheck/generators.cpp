#include "gradgrind/generators/shrink.h"
#include "gradgrind/rapidcheck.h"

namespace gradgrind {
namespace {

// Thrown through the shrinker when it reaches the candidate that RapidCheck asks for.
struct Reached {};

// The candidate that the shrinker offers after these answers, or nothing when it is dry. The
// shrinker is deterministic, so going through it again reaches the same place.
std::optional<Case> candidate_after(const CaseSpace& space, const Case& start,
                                    const std::vector<bool>& answers) {
  std::optional<Case> reached;
  std::size_t next = 0;
  ShrinkOptions options;
  options.seconds = 1e9;
  try {
    shrink(
        space, start,
        [&](const Case& candidate) {
          if (next < answers.size()) return static_cast<bool>(answers[next++]);
          reached = candidate;
          throw Reached();
        },
        options);
  } catch (const Reached&) {
  }
  return reached;
}

rc::Shrinkable<Case> shrinkable(const CaseSpace& space, std::shared_ptr<const Case> start,
                                const Case& value, std::vector<bool> answers);

// The candidates that follow one another while RapidCheck finds that each passes.
class Candidates {
 public:
  Candidates(CaseSpace space, std::shared_ptr<const Case> start, std::vector<bool> answers)
      : space_(std::move(space)), start_(std::move(start)), answers_(std::move(answers)) {}

  rc::Maybe<rc::Shrinkable<Case>> operator()() {
    const std::optional<Case> candidate = candidate_after(space_, *start_, answers_);
    if (!candidate.has_value()) return rc::Nothing;
    std::vector<bool> taken = answers_;
    taken.push_back(true);
    answers_.push_back(false);
    return shrinkable(space_, start_, *candidate, std::move(taken));
  }

 private:
  CaseSpace space_;
  std::shared_ptr<const Case> start_;
  std::vector<bool> answers_;
};

rc::Shrinkable<Case> shrinkable(const CaseSpace& space, std::shared_ptr<const Case> start,
                                const Case& value, std::vector<bool> answers) {
  return rc::shrinkable::lambda(
      [value] { return value; },
      [space, start, answers] {
        return rc::Seq<rc::Shrinkable<Case>>(Candidates(space, start, answers));
      });
}

CaseSpace space_of(Domain domain, std::vector<Dim> dims, std::vector<DType> dtypes) {
  Signature signature;
  signature.dims = std::move(dims);
  signature.dtypes = std::move(dtypes);
  signature.weights = {WeightPolicy::fresh};
  signature.inputs.emplace_back("value", std::move(domain));
  return CaseSpace(std::move(signature));
}

template <class T>
rc::Gen<T> one_of(std::vector<T> set, const char* what) {
  if (set.empty()) throw UsageError(std::string(what) + ": the set is empty; name one or more");
  return rc::gen::map(rc::gen::inRange<std::size_t>(0, set.size()),
                      [set](std::size_t position) { return set[position]; });
}

}  // namespace

std::uint64_t RapidCheckSource::pick(Facet, std::uint64_t count) { return key() % count; }

std::uint64_t RapidCheckSource::key() { return random_.split().next(); }

Dim free_dim(const std::string& name, std::int64_t lowest, std::int64_t highest) {
  Dim dim;
  dim.name = name;
  dim.lowest = lowest;
  dim.highest = highest;
  return dim;
}

namespace gen {

rc::Gen<Case> cases(const CaseSpace& space) {
  return rc::Gen<Case>([space](const rc::Random& random, int) {
    RapidCheckSource source(random);
    auto start = std::make_shared<const Case>(space.generate(source));
    return shrinkable(space, start, *start, {});
  });
}

rc::Gen<Inputs> inputs(const Contract& contract) {
  const CaseSpace space = contract.space();
  return rc::gen::map(cases(space),
                      [space](const Case& a_case) { return materialise(space, a_case); });
}

rc::Gen<at::Tensor> tensor(Domain domain, std::vector<Dim> dims, std::vector<DType> dtypes) {
  const CaseSpace space = space_of(std::move(domain), std::move(dims), std::move(dtypes));
  return rc::gen::map(cases(space), [](const Case& a_case) {
    const Input& input = a_case.inputs.front();
    return input.tensors.empty() ? at::Tensor() : materialise(input.tensors.front());
  });
}

rc::Gen<at::Tensor> broadcastable(const Shape& shape) {
  std::string text;
  for (const std::int64_t size : shape) text += std::to_string(size) + " ";
  Signature signature;
  signature.dtypes = {DType::float32};
  signature.weights = {WeightPolicy::fresh};
  signature.inputs.emplace_back("whole", floats(text));
  signature.inputs.emplace_back("partner", gradgrind::broadcastable("whole"));
  return rc::gen::map(cases(CaseSpace(std::move(signature))), [](const Case& a_case) {
    return materialise(a_case.inputs.back().tensors.front());
  });
}

rc::Gen<at::Tensor> mask(const std::string& shape, std::vector<Dim> dims) {
  return tensor(padding_mask(shape, marks_padding), std::move(dims));
}

rc::Gen<Shape> shape(const std::string& text, std::vector<Dim> dims) {
  return rc::gen::map(
      cases(space_of(booleans(text), std::move(dims), {DType::float32})),
      [](const Case& a_case) { return a_case.inputs.front().tensors.front().values.shape(); });
}

rc::Gen<DType> dtype(std::vector<DType> set) { return one_of(std::move(set), "gen::dtype"); }

rc::Gen<Device> device(std::vector<Device> set) { return one_of(std::move(set), "gen::device"); }

}  // namespace gen

ParameterDomain generated_parameter(
    std::function<GeneratedValue(std::uint64_t seed, const std::vector<std::uint32_t>& path)>
        make) {
  ParameterDomain domain;
  domain.text = "generated by RapidCheck";
  domain.draw = [make](std::string_view, Source& source) -> ParameterValue {
    return make(source.key(), {}).value;
  };
  domain.simpler = [make](const ParameterValue& value) {
    const OpaqueValue& opaque = std::get<OpaqueValue>(value);
    std::vector<ParameterValue> simpler;
    for (OpaqueValue& shrink : make(opaque.seed, opaque.path).shrinks) {
      simpler.emplace_back(std::move(shrink));
    }
    return simpler;
  };
  domain.restore = [make](std::uint64_t seed, const std::vector<std::uint32_t>& path) {
    return ParameterValue(make(seed, path).value);
  };
  return domain;
}

}  // namespace gradgrind
