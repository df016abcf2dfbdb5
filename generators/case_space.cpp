#include "gradgrind/generators/case_space.h"

#include <fmt/format.h>

#include <mutex>
#include <utility>

#include "generators/edges.h"
#include "generators/parsed_signature.h"
#include "gradgrind/generators/error.h"

namespace gradgrind {
namespace {

constexpr std::size_t kMostPairwiseRows = 60;

}  // namespace

struct CaseSpace::Body {
  explicit Body(Signature signature) : parsed(detail::parse(std::move(signature))) {}

  detail::ParsedSignature parsed;
  // Found by running the generator often, so only when first asked for.
  mutable std::once_flag edges_once;
  mutable std::vector<EdgeRow> edges;
};

CaseSpace::CaseSpace(Signature signature)
    : body_(std::make_shared<const Body>(std::move(signature))) {}

const Signature& CaseSpace::signature() const { return body_->parsed.signature; }

const DimTable& CaseSpace::dims() const { return body_->parsed.table; }

Case CaseSpace::generate(Source& source) const { return detail::generate(body_->parsed, source); }

const std::vector<EdgeRow>& CaseSpace::edges() const {
  std::call_once(body_->edges_once, [this] {
    const auto facets = detail::discover_facets([this](Source& source) { generate(source); });
    body_->edges = detail::edge_rows(facets, kMostPairwiseRows);
  });
  return body_->edges;
}

Case CaseSpace::at(std::uint64_t seed, std::uint64_t index) const {
  const std::uint64_t stream = mix(mix(seed) ^ index);
  if (index < edges().size()) {
    detail::EdgeSource source(edges()[index], stream);
    return generate(source);
  }
  RandomSource source(stream);
  return generate(source);
}

const ShapeExpr& CaseSpace::shape_of(std::size_t input) const {
  const auto& inputs = body_->parsed.inputs;
  if (input < inputs.size()) return inputs[input].shape;
  throw UsageError(
      fmt::format("CaseSpace::shape_of({}): the contract has {} inputs; give a place "
                  "below that",
                  input, inputs.size()));
}

void CaseSpace::repair(Case& a_case) const { detail::repair(body_->parsed, a_case); }

std::string CaseSpace::mismatch(const Case& a_case) const {
  const std::string structural = structural_mismatch(a_case);
  return structural.empty() ? value_mismatch(a_case) : structural;
}

std::string CaseSpace::structural_mismatch(const Case& a_case) const {
  return detail::structural_mismatch(body_->parsed, a_case);
}

std::string CaseSpace::value_mismatch(const Case& a_case) const {
  return detail::value_mismatch(body_->parsed, a_case);
}

std::optional<Case> CaseSpace::sliced(const Case& a_case, const std::string& name,
                                      const std::vector<std::int64_t>& kept,
                                      const std::vector<std::string>& built_from) const {
  return detail::sliced(body_->parsed, a_case, name, kept, built_from);
}

}  // namespace gradgrind
