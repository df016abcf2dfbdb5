#include "properties/mutation/survey.h"

#include <algorithm>
#include <memory>
#include <string_view>

#include "gradgrind/properties/observation.h"
#include "properties/frames.h"
#include "properties/mutation/comparison.h"
#include "properties/source_line.h"

namespace gradgrind {
namespace {

// "torch::nn::LinearImpl::forward", of the outermost module's forward on the path.
std::string module_of_libtorch(const std::vector<const void*>& path) {
  std::string found;
  for (const void* address : path) {
    for (const detail::Frame& frame : detail::frames_at(address)) {
      const std::string_view name = detail::qualified_name(frame.function);
      const bool is_forward =
          name.rfind("torch::nn::", 0) == 0 && name.find("Impl::forward") != std::string_view::npos;
      if (is_forward) found = name;
    }
  }
  return found;
}

std::string line_of(const std::vector<const void*>& path) {
  OperatorCall call;
  call.site = std::make_shared<CallSite>();
  call.site->stack = path;
  if (const auto line = source_line(call)) return to_text(*line);
  return module_of_libtorch(path);
}

class Surveyor final : public MutationSiteHook {
 public:
  std::vector<SurveyedSite> take() { return std::move(sites_); }

 protected:
  bool is_of_interest(const c10::OperatorName&) const override { return true; }

  Values on_call(const MutationSite& site, const Addresses& path,
                 const MutatedCall& call) override {
    const Values results = call.run(call.arguments);
    auto found = std::find_if(sites_.begin(), sites_.end(),
                              [&](const SurveyedSite& known) { return known.site == site; });
    if (found == sites_.end()) found = sites_.insert(found, {site, line_of(path), {}});
    for (const Mutation& mutation : mutations()) {
      auto& known = found->mutations;
      if (std::find(known.begin(), known.end(), &mutation) != known.end()) continue;
      if (mutation.fits(call, results)) known.push_back(&mutation);
    }
    return results;
  }

 private:
  std::vector<SurveyedSite> sites_;
};

}  // namespace

std::vector<SurveyedSite> survey(Runner& runner, const std::vector<Case>& cases) {
  const auto surveyor = std::make_shared<Surveyor>();
  for (const Case& a_case : cases) {
    for (const bool in_training : {false, true}) {
      try {
        everything_of(runner, a_case, in_training, surveyor);
      } catch (const std::exception&) {
        // Its properties hold, so it is no failure: no kernel for this dtype, say.
      }
    }
  }
  return surveyor->take();
}

}  // namespace gradgrind
