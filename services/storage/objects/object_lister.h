// Lists the names of a bucket: in order of their bytes, by prefix, and with what a delimiter
// makes of them, which is folders.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "runtime/database/database.h"
#include "services/storage/model/object.h"

namespace triad::storage {

// Where a page ends: at a name, or at all names that begin with a common prefix.
struct ListPlace {
  std::string text;
  bool common = false;
};

struct ObjectQuery {
  std::string bucket = {};
  std::string prefix = {};
  // Names in which this stands after the prefix are not listed, but for what they have in
  // common up to there. Empty for none.
  std::string delimiter = {};
  // Only what follows this place, or precedes it in a descending list.
  std::optional<ListPlace> after = {};
  bool descending = false;
  std::int64_t limit = 0;  // of names and common prefixes
};

// What a page has beside its objects.
struct ObjectPage {
  std::vector<std::string> prefixes;  // with the delimiter at their ends
  std::optional<ListPlace> next;      // where the next page goes on; unset on the last one
};

// How many names there are, as far as they were counted.
struct NameCount {
  std::int64_t count = 0;
  bool at_least = false;  // whether there may be more

  friend bool operator==(const NameCount&, const NameCount&) = default;
};

// Thread-safe. Blocks. NOT_FOUND if there is no such bucket.
class ObjectLister {
 public:
  // So many names are counted at most.
  static constexpr std::int64_t kMaxCounted = 10'000;

  // `database` must outlive it.
  explicit ObjectLister(db::Database& database) : database_(database) {}

  // Calls `take` with each object of the page. All of it is of one moment; it may have fewer than
  // so many. Looks at no more names than it lists, and one for each common prefix. After an error,
  // what was taken is no page.
  using Take = absl::FunctionRef<void(const ObjectView&)>;
  absl::StatusOr<ObjectPage> List(const ObjectQuery& query, Take take);
  // How many names begin with the prefix of `query`, and how many of them come before its
  // first page.
  absl::StatusOr<NameCount> Count(const ObjectQuery& query);
  absl::StatusOr<NameCount> CountBefore(const ObjectQuery& query);

 private:
  db::Database& database_;
};

}  // namespace triad::storage
