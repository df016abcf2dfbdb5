#include "fuzz/support/isolation.h"

#include <nlohmann/json.hpp>

#include "fuzz/support/message_shape.h"
#include "properties/journal.h"

namespace gradgrind::fuzz {

Failure failure_of_death(const std::string& target, const Reply& reply) {
  const bool hangs = reply.death.rfind("no end", 0) == 0;
  Failure failure;
  failure.verdict = hangs ? "hangs" : "dies";
  const std::string where = reply.site.empty() ? "" : ", in " + reply.site;
  failure.signature =
      target + ": " + (hangs ? "hangs" : "dies: " + shape_of_message(reply.death)) + where;
  failure.report = target + " " + failure.verdict + ": " + reply.death + where +
                   "\n\nsignature: " + failure.signature;
  return failure;
}

std::string to_text(const std::optional<Failure>& failure) {
  if (!failure.has_value()) return {};
  const nlohmann::json value = {{"verdict", failure->verdict},
                                {"signature", failure->signature},
                                {"report", failure->report}};
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::optional<Failure> failure_from_text(const std::string& text) {
  if (text.empty()) return std::nullopt;
  const nlohmann::json value = nlohmann::json::parse(text);
  return Failure{value.at("verdict"), value.at("signature"), value.at("report")};
}

std::optional<Failure> Isolation::run(Bytes input) {
  if (worker_ == nullptr) {
    worker_ = std::make_unique<Worker>(
        [this](const std::string& bytes, const Worker::Tell&) {
          journal_case_begins(0);
          const std::optional<Failure> failure = target_.run(bytes);
          journal_case_ends();
          return to_text(failure);
        },
        limits_);
  }
  const Reply reply = worker_->request(std::string(input));
  if (reply.text.has_value()) return failure_from_text(*reply.text);
  worker_ = nullptr;
  return failure_of_death(target_.name(), reply);
}

}  // namespace gradgrind::fuzz
