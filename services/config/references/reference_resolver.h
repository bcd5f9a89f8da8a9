// Replaces the references in values by what they name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "runtime/database/database.h"
#include "services/config/model/entry.h"

namespace triad::config {

class DataKeys;

// For one read. Not thread-safe.
class ReferenceResolver {
 public:
  // Of references that lead from one value to the next.
  static constexpr std::size_t kMaxDepth = 16;
  // Of one read: references that are looked up, and bytes that are put in their places.
  static constexpr std::size_t kMaxReferences = 1000;
  static constexpr std::size_t kMaxBytes = 4 << 20;

  // What references name is read as it was at `at`, or as it is. A secret is masked, unless
  // `secrets` opens it. Both must outlive it.
  ReferenceResolver(db::Session& session, std::optional<Revision> at, const DataKeys* secrets)
      : session_(session), at_(at), secrets_(secrets) {}

  // The value of the entry `of`. FAILED_PRECONDITION, naming the entry with the reference, if one
  // is malformed, names no entry, is in a circle, or is beyond the limits.
  absl::StatusOr<Value> Resolve(const EntryName& of, Value value);

  // The secrets that were opened: "namespaces/{namespace}/entries/{key}@{version}".
  const std::vector<std::string>& revealed() const { return revealed_; }

 private:
  absl::StatusOr<std::string> ResolveText(const EntryName& of, ValueKind kind, std::string text);
  // What stands in the place of a reference to `name`.
  absl::StatusOr<std::string> Look(const EntryName& name);
  absl::StatusOr<std::string> Read(const EntryName& name);
  absl::Status CheckCircle(const EntryName& name) const;

  db::Session& session_;
  const std::optional<Revision> at_;
  const DataKeys* secrets_;
  std::vector<EntryName> path_;  // from the entry that is read to the one that is looked at
  std::map<EntryName, std::string> known_;
  std::size_t bytes_ = 0;
  std::vector<std::string> revealed_;
};

}  // namespace triad::config
