// The compiled schemas of namespaces, for the writes that have to fit them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "runtime/base/mutex.h"
#include "runtime/database/database.h"
#include "services/config/schemas/schema_set.h"

namespace triad::config {

// What a namespace's schemas are at most.
inline constexpr std::size_t kMaxSchemas = 64;
inline constexpr std::size_t kMaxSchemaBytes = 256 << 10;  // of the text of one
inline constexpr std::size_t kMaxSchemaBytesOfNamespace = 1 << 20;

// Thread-safe; the sessions are not.
class SchemaCache {
 public:
  // Those of `space` as `session` sees them.
  absl::StatusOr<std::shared_ptr<const SchemaSet>> Find(db::Session& session,
                                                        const std::string& space);

  // The same without a session, if they need not be read and `value`, of the entry `name`, fits
  // them; else nullptr. Holds one value at a time against them, as a document takes ten times its
  // text meanwhile.
  std::shared_ptr<const SchemaSet> FindFitting(const EntryName& name, const Value& value);

  // Lives from before a transaction that changes the schemas of a namespace until after its end.
  // Meanwhile they are read anew each time, as what is read may yet be undone.
  class Changing {
   public:
    Changing(SchemaCache& cache, std::string space);
    ~Changing();
    Changing(const Changing&) = delete;
    Changing& operator=(const Changing&) = delete;

   private:
    SchemaCache& cache_;
    std::string space_;
  };

 private:
  std::shared_ptr<const SchemaSet> FindKept(const std::string& space);

  struct Slot {
    std::shared_ptr<const SchemaSet> schemas;  // nullptr if they have to be read
    std::size_t bytes = 0;
    int changing = 0;
  };

  void Keep(const std::string& space, std::int64_t changes,
            const std::shared_ptr<const SchemaSet>& schemas, std::size_t bytes);
  void MakeRoom(std::size_t bytes) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Mutex checking_;
  Mutex mutex_;
  absl::flat_hash_map<std::string, Slot> slots_ ABSL_GUARDED_BY(mutex_);
  std::size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  // Counts what has begun and ended to change.
  std::int64_t changes_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace triad::config
