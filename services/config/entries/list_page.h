// What a list of entries asks for, and a page of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "runtime/base/resources/labels.h"
#include "services/config/model/entry.h"

namespace triad::config {

struct ListQuery {
  EntryFilter filter;
  // Where the list goes on: only keys after this one, or before it if `descending`.
  std::string after = {};
  std::int64_t limit = 100;
  // As the store was then; else as it is.
  std::optional<Revision> at = {};
  LabelSelector labels = {};
  std::vector<ValueKind> kinds = {};  // only of these, and no secrets unless `secrets`
  bool secrets = false;               // only these, beside what `kinds` has
  std::string search = {};            // in lower case; the key has it somewhere, in any case
  bool descending = false;
  // Keys that have it after the prefix are counted together, up to it.
  std::string delimiter = {};
  bool with_values = true;
};

// Keys of a list that begin with the same.
struct KeyGroup {
  std::string prefix;
  std::int64_t count = 0;
  bool at_least = false;  // whether there may be more of them
};

struct EntryPage {
  std::vector<Entry> entries;
  std::vector<KeyGroup> groups;
  bool more = false;
  std::string after;  // where the next page goes on
  // Of the store when the list was begun.
  Revision revision;
  // The newest that has changed the namespace, if that is known.
  std::optional<Revision> changed;
};

// A key that may go onto a page.
struct Candidate {
  absl::string_view key;
  absl::string_view labels;
  ValueKind kind = ValueKind::kString;
  bool secret = false;
  bool deleted = false;
  std::size_t value_bytes = 0;
};

// Fills a page with candidates in the order of the list.
class PageBuilder {
 public:
  // A page looks at no more keys than this, whatever it finds.
  static constexpr std::int64_t kMaxLookedAt = 10'000;

  // It ends once its values have `page_bytes`, but holds at least one entry if there is one.
  // `query` must outlive this.
  PageBuilder(const ListQuery& query, std::int64_t page_bytes)
      : query_(query), page_bytes_(page_bytes) {}

  // What becomes of the next key: kFull ends the page before it.
  enum class Verdict { kTake, kPass, kFull };
  Verdict Offer(const Candidate& candidate);
  // The entry of a candidate that was to be taken.
  void Take(Entry entry) { page_.entries.push_back(std::move(entry)); }

  EntryPage Finish(Revision revision) &&;

 private:
  bool Matches(const Candidate& candidate) const;
  Verdict Judge(const Candidate& candidate);
  // The group of a key; empty if it stands alone.
  absl::string_view GroupOf(absl::string_view key) const;

  const ListQuery& query_;
  const std::int64_t page_bytes_;
  EntryPage page_;
  std::int64_t looked_at_ = 0;
  std::int64_t bytes_ = 0;
};

}  // namespace triad::config
