// Recipes that are kept, with their versions.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "runtime/audit/audit_log.h"
#include "runtime/base/resources/dry_run.h"
#include "runtime/database/database.h"
#include "services/transform/engine/cancelled.h"
#include "services/transform/engine/recipe/limits.h"
#include "services/transform/engine/running_bytes.h"
#include "services/transform/model/saved_recipe.h"

namespace triad {
class Clock;
class Random;
}  // namespace triad

namespace triad::transform {

struct RecipeLimits {
  std::int64_t max_recipes = 10'000;
  // Of each recipe.
  std::int64_t max_versions = 1'000;
};

// What the store uses. All must outlive it.
struct RecipeParts {
  db::Database& database;
  audit::AuditLog& audit;
  const Clock& clock;
  Random& random;
  const Limits& limits;   // of the tests that run when a recipe is saved
  RunningBytes& running;  // what they may hold
};

// Whether, and on what condition, something is changed.
struct ChangeOptions {
  std::string etag = {};  // what it must be now; empty if any will do
  DryRun dry_run = DryRun::kNo;
};

// A version is never changed: each update adds one. Every change has a line in the audit log.
// What is saved has been checked, and its tests have run: errors of CheckSaved. NOT_FOUND for a
// recipe or a version that is not there; ABORTED if the etag is another. Thread-safe. Blocks.
class RecipeStore {
 public:
  RecipeStore(RecipeParts parts, RecipeLimits limits) : parts_(parts), limits_(limits) {}

  // ALREADY_EXISTS; RESOURCE_EXHAUSTED if there are max_recipes.
  absl::StatusOr<SavedRecipe> Create(const std::string& id, const RecipeChanges& given,
                                     DryRun dry_run, Cancelled cancelled);
  // Of the newest version. If nothing changes there is no new one. RESOURCE_EXHAUSTED if there are
  // max_versions.
  absl::StatusOr<SavedRecipe> Update(const std::string& id, const RecipeChanges& changes,
                                     const ChangeOptions& options, Cancelled cancelled);
  // From now on `version`, the newest if that is 0, is the one that runs if none is named.
  absl::StatusOr<SavedRecipe> Publish(const std::string& id, std::int64_t version,
                                      const ChangeOptions& options);
  absl::Status Delete(const std::string& id, const ChangeOptions& options);

  // At a version, or the newest if that is 0.
  absl::StatusOr<SavedRecipe> Get(const std::string& id, std::int64_t version);
  // At a version; if that is 0 the published one, or the newest if none was published.
  absl::StatusOr<SavedRecipe> GetToRun(const std::string& id, std::int64_t version);
  absl::StatusOr<RecipePage> List(const RecipeFilter& filter, const std::string& after,
                                  std::int64_t limit);
  // Versions before `below`, the newest first; fewer than `limit` when they are large. The last of
  // all is version 1.
  absl::StatusOr<std::vector<SavedRecipe>> ListVersions(const std::string& id, std::int64_t below,
                                                        std::int64_t limit);

 private:
  absl::Status Check(const RecipeVersion& saved, Cancelled cancelled) const;
  absl::Status Write(const std::string& id, DryRun dry_run,
                     absl::FunctionRef<absl::Status(db::Session&)> work);

  const RecipeParts parts_;
  const RecipeLimits limits_;
};

}  // namespace triad::transform
