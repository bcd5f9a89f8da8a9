#include "services/config/schemas/schema_cache.h"

#include <utility>
#include <vector>

#include "runtime/base/status.h"
#include "services/config/rows/schema_rows.h"

namespace triad::config {
namespace {

// What is kept has so many bytes of text at most, beside the namespaces without schemas.
constexpr std::size_t kMaxKeptBytes = 4 << 20;
constexpr std::size_t kMaxSlots = 10'000;

std::size_t BytesOf(const std::vector<StoredSchema>& rows) {
  std::size_t bytes = 0;
  for (const StoredSchema& row : rows) bytes += row.json_schema.size();
  return bytes;
}

}  // namespace

absl::StatusOr<std::shared_ptr<const SchemaSet>> SchemaCache::Find(db::Session& session,
                                                                   const std::string& space) {
  if (std::shared_ptr<const SchemaSet> kept = FindKept(space)) return kept;
  std::int64_t changes = 0;
  {
    MutexLock lock(mutex_);
    changes = changes_;
  }
  TRIAD_ASSIGN_OR_RETURN(std::vector<StoredSchema> rows,
                         SchemaRows(session).List(space, "", kMaxSchemas));
  TRIAD_ASSIGN_OR_RETURN(SchemaSet set, SchemaSet::Make(rows));
  auto schemas = std::make_shared<const SchemaSet>(std::move(set));
  Keep(space, changes, schemas, BytesOf(rows));
  return schemas;
}

std::shared_ptr<const SchemaSet> SchemaCache::FindFitting(const EntryName& name,
                                                          const Value& value) {
  std::shared_ptr<const SchemaSet> kept = FindKept(name.space);
  if (kept == nullptr || kept->Find(name.key) == nullptr) return kept;
  MutexLock lock(checking_);
  bool fits = kept->Check(name.key, KindOf(value), FormatValue(value)).ok();
  return fits ? kept : nullptr;
}

std::shared_ptr<const SchemaSet> SchemaCache::FindKept(const std::string& space) {
  MutexLock lock(mutex_);
  auto found = slots_.find(space);
  return found == slots_.end() ? nullptr : found->second.schemas;
}

// What was read before a change began, or while one is under way, may not be what is committed.
void SchemaCache::Keep(const std::string& space, std::int64_t changes,
                       const std::shared_ptr<const SchemaSet>& schemas, std::size_t bytes) {
  MutexLock lock(mutex_);
  if (changes != changes_) return;
  auto found = slots_.find(space);
  if (found != slots_.end() && (found->second.changing > 0 || found->second.schemas != nullptr)) {
    return;
  }
  MakeRoom(bytes);
  slots_[space] = {schemas, bytes, 0};
  bytes_ += bytes;
}

void SchemaCache::MakeRoom(std::size_t bytes) {
  if (bytes_ + bytes <= kMaxKeptBytes && slots_.size() < kMaxSlots) return;
  absl::erase_if(slots_, [](const auto& slot) { return slot.second.changing == 0; });
  bytes_ = 0;
}

SchemaCache::Changing::Changing(SchemaCache& cache, std::string space)
    : cache_(cache), space_(std::move(space)) {
  MutexLock lock(cache_.mutex_);
  Slot& slot = cache_.slots_[space_];
  cache_.bytes_ -= slot.bytes;
  slot = {nullptr, 0, slot.changing + 1};
  ++cache_.changes_;
}

SchemaCache::Changing::~Changing() {
  MutexLock lock(cache_.mutex_);
  ++cache_.changes_;
  auto slot = cache_.slots_.find(space_);
  if (--slot->second.changing == 0) cache_.slots_.erase(slot);
}

}  // namespace triad::config
