// Lists the versions of objects, those that are current among them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "runtime/database/database.h"
#include "services/storage/model/object.h"

namespace triad::storage {

// A version among all of a bucket: names in order, the newest of each first.
struct VersionPlace {
  std::string name;
  Generation generation = 0;
};

struct VersionQuery {
  std::string bucket = {};
  std::string prefix = {};
  std::optional<std::string> object = {};  // of this object alone
  std::optional<VersionPlace> after = {};
  std::int64_t limit = 0;
};

struct VersionPage {
  std::vector<Object> versions;
  bool more = false;
};

// Thread-safe. Blocks. NOT_FOUND if there is no such bucket.
class VersionLister {
 public:
  // `database` must outlive it.
  explicit VersionLister(db::Database& database) : database_(database) {}

  // All of a page is of one moment; it may have fewer than so many.
  absl::StatusOr<VersionPage> List(const VersionQuery& query);

 private:
  db::Database& database_;
};

}  // namespace triad::storage
