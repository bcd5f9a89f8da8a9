// What differs between two states of namespaces.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "runtime/database/database.h"
#include "services/config/model/entry.h"

namespace triad::config {

// A namespace as it is, or as it was at a revision.
struct NamespaceAt {
  std::string space;
  std::optional<Revision> revision = {};
};

struct DiffQuery {
  NamespaceAt before;
  NamespaceAt after;
  std::string prefix = {};
  std::string after_key = {};  // only keys behind it
  std::int64_t limit = 100;
};

// A key of which the two have something else, or only one has something.
struct Difference {
  std::string key;
  std::optional<Entry> before;
  std::optional<Entry> after;
};

struct DiffPage {
  std::vector<Difference> differences;
  bool more = false;
  std::string after_key;  // where the next page goes on
  // At which the two were read.
  Revision before;
  Revision after;
};

// A page looks at no more than 10,000 keys, and ends once it holds `page_bytes` of values.
// OUT_OF_RANGE if a revision is not kept any more, or has not happened.
absl::StatusOr<DiffPage> DiffEntries(db::Session& session, const DiffQuery& query, Epoch epoch,
                                     std::int64_t page_bytes);

}  // namespace triad::config
