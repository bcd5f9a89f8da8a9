#include "services/config/entries/list_page.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace triad::config {
namespace {

// After every character of a key.
constexpr absl::string_view kAfterKeys = "\x7f";

}  // namespace

bool PageBuilder::Matches(const Candidate& candidate) const {
  if (candidate.deleted) return false;
  if (query_.secrets || !query_.kinds.empty()) {
    bool wanted = candidate.secret ? query_.secrets
                                   : std::find(query_.kinds.begin(), query_.kinds.end(),
                                               candidate.kind) != query_.kinds.end();
    if (!wanted) return false;
  }
  if (!query_.search.empty() &&
      !absl::StrContains(absl::AsciiStrToLower(candidate.key), query_.search)) {
    return false;
  }
  return query_.labels.Matches(candidate.labels);
}

absl::string_view PageBuilder::GroupOf(absl::string_view key) const {
  if (query_.delimiter.empty()) return {};
  std::size_t found = key.find(query_.delimiter, query_.filter.prefix.size());
  if (found == absl::string_view::npos) return {};
  return key.substr(0, found + query_.delimiter.size());
}

PageBuilder::Verdict PageBuilder::Offer(const Candidate& candidate) {
  if (looked_at_ == kMaxLookedAt) {
    page_.more = true;
    if (!page_.groups.empty() && absl::StartsWith(page_.after, page_.groups.back().prefix)) {
      // The rest of the group is not counted any more.
      KeyGroup& group = page_.groups.back();
      group.at_least = true;
      page_.after = query_.descending ? group.prefix : absl::StrCat(group.prefix, kAfterKeys);
    }
    return Verdict::kFull;
  }
  ++looked_at_;
  Verdict verdict = Matches(candidate) ? Judge(candidate) : Verdict::kPass;
  if (verdict == Verdict::kFull) {
    page_.more = true;
  } else {
    page_.after = std::string(candidate.key);
  }
  return verdict;
}

PageBuilder::Verdict PageBuilder::Judge(const Candidate& candidate) {
  absl::string_view group = GroupOf(candidate.key);
  if (!group.empty() && !page_.groups.empty() && page_.groups.back().prefix == group) {
    ++page_.groups.back().count;
    return Verdict::kPass;
  }
  std::size_t items = page_.entries.size() + page_.groups.size();
  if (static_cast<std::int64_t>(items) == query_.limit) return Verdict::kFull;
  if (!group.empty()) {
    page_.groups.push_back({std::string(group), 1, false});
    return Verdict::kPass;
  }
  auto value_bytes = static_cast<std::int64_t>(query_.with_values ? candidate.value_bytes : 0);
  if (items > 0 && bytes_ + value_bytes > page_bytes_) return Verdict::kFull;
  bytes_ += value_bytes;
  return Verdict::kTake;
}

EntryPage PageBuilder::Finish(Revision revision) && {
  page_.revision = revision;
  return std::move(page_);
}

}  // namespace triad::config
