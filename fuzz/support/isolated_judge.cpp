#include "fuzz/support/isolated_judge.h"

#include "fuzz/support/finding_text.h"
#include "properties/journal.h"

namespace gradgrind::fuzz {

LoaderFinding death_finding(const Loader& loader, const TestedFile& file, Way way,
                            const Reply& reply) {
  LoaderFinding found;
  found.loader = loader.name();
  const bool hangs = reply.death.rfind("no end", 0) == 0;
  found.verdict = hangs ? "hangs" : "dies";
  found.damage = file.damage;
  found.what = file.words();
  found.message = reply.death;
  found.site = reply.site.empty() ? reply.death : reply.site;
  found.way = way;
  found.bytes = file.bytes;
  return found;
}

std::optional<LoaderFinding> judge_in_child(const LoaderJudge& judge, const TestedFile& file,
                                            Way way) {
  Worker worker(
      [&](const std::string&, const Worker::Tell&) {
        journal_case_begins(0);
        const Judged judged = judge.judge_with_receiver(file, way, Depth::thorough);
        journal_case_ends();
        return to_text(judged);
      },
      {judge.loader().data().seconds, kMemoryGb});
  const Reply reply = worker.request("judge");
  if (!reply.text.has_value()) return death_finding(judge.loader(), file, way, reply);
  std::optional<LoaderFinding> found = judged_from_text(*reply.text).finding;
  if (found.has_value()) found->bytes = file.bytes;
  return found;
}

}  // namespace gradgrind::fuzz
