#include "services/transform/recipes/recipe_store.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/audit/audited_write.h"
#include "runtime/base/clock.h"
#include "runtime/base/random.h"
#include "runtime/base/resources/expectation.h"
#include "runtime/base/status.h"
#include "services/transform/engine/saved/check.h"
#include "services/transform/model/recipe_name.h"
#include "services/transform/rows/recipe_rows.h"

namespace triad::transform {
namespace {

constexpr std::size_t kEtagBytes = 12;

absl::StatusOr<SavedRecipe> Find(db::Session& session, const std::string& id,
                                 std::int64_t version) {
  TRIAD_ASSIGN_OR_RETURN(std::optional<SavedRecipe> found, RecipeRows(session).Find(id, version));
  if (found.has_value()) return *std::move(found);
  std::string of = version == 0 ? "" : absl::StrCat(" at version ", version);
  return absl::NotFoundError(absl::StrCat(FormatRecipeName(id), of, " does not exist"));
}

absl::Status CheckEtag(const SavedRecipe& recipe, const std::string& etag) {
  return Expectation{.etag = etag}.Check(FormatRecipeName(recipe.id),
                                         CurrentState{recipe.etag, recipe.newest});
}

}  // namespace

absl::Status RecipeStore::Check(const RecipeVersion& saved, Cancelled cancelled) const {
  return CheckSaved(saved.content, parts_.limits, parts_.running, cancelled);
}

absl::Status RecipeStore::Write(const std::string& id, DryRun dry_run,
                                absl::FunctionRef<absl::Status(db::Session&)> work) {
  return audit::WriteAudited(parts_.database, parts_.audit,
                             audit::LineOfRequest(FormatRecipeName(id), "recipes"), dry_run, work);
}

absl::StatusOr<SavedRecipe> RecipeStore::Create(const std::string& id, const RecipeChanges& given,
                                                DryRun dry_run, Cancelled cancelled) {
  absl::Time now = parts_.clock.NowMicros();
  SavedRecipe recipe = {.id = id,
                        .version = 1,
                        .update_time = now,
                        .newest = 1,
                        .etag = RandomId(parts_.random, kEtagBytes),
                        .create_time = now};
  given.Apply(recipe.saved);
  TRIAD_RETURN_IF_ERROR(Check(recipe.saved, cancelled));
  TRIAD_RETURN_IF_ERROR(Write(id, dry_run, [&](db::Session& session) -> absl::Status {
    RecipeRows rows(session);
    TRIAD_ASSIGN_OR_RETURN(std::optional<SavedRecipe> found, rows.Find(id, 0));
    if (found.has_value()) {
      return absl::AlreadyExistsError(absl::StrCat(FormatRecipeName(id), " already exists"));
    }
    TRIAD_ASSIGN_OR_RETURN(std::int64_t count, rows.Count());
    if (count >= limits_.max_recipes) {
      return absl::ResourceExhaustedError(
          absl::StrCat("recipe_id: there are ", count,
                       " recipes, which is the most there may be: delete one "
                       "first (--max_recipes)"));
    }
    return rows.Put(recipe);
  }));
  return recipe;
}

absl::StatusOr<SavedRecipe> RecipeStore::Update(const std::string& id, const RecipeChanges& changes,
                                                const ChangeOptions& options, Cancelled cancelled) {
  TRIAD_ASSIGN_OR_RETURN(SavedRecipe before, Get(id, 0));
  TRIAD_RETURN_IF_ERROR(CheckEtag(before, options.etag));
  SavedRecipe recipe = before;
  changes.Apply(recipe.saved);
  if (recipe.saved == before.saved) return before;
  // Tests may take long: they run before the transaction, which sees that nothing came between.
  TRIAD_RETURN_IF_ERROR(Check(recipe.saved, cancelled));
  recipe.version = ++recipe.newest;
  recipe.update_time = parts_.clock.NowMicros();
  recipe.etag = RandomId(parts_.random, kEtagBytes);
  if (recipe.version > limits_.max_versions) {
    return absl::ResourceExhaustedError(
        absl::StrCat(FormatRecipeName(id), " has ", before.newest,
                     " versions, which is the most there may be: save it under another name "
                     "(--max_recipe_versions)"));
  }
  TRIAD_RETURN_IF_ERROR(Write(id, options.dry_run, [&](db::Session& session) -> absl::Status {
    TRIAD_ASSIGN_OR_RETURN(SavedRecipe current, Find(session, id, 0));
    TRIAD_RETURN_IF_ERROR(CheckEtag(current, before.etag));
    return RecipeRows(session).Put(recipe);
  }));
  return recipe;
}

absl::StatusOr<SavedRecipe> RecipeStore::Publish(const std::string& id, std::int64_t version,
                                                 const ChangeOptions& options) {
  SavedRecipe recipe;
  TRIAD_RETURN_IF_ERROR(Write(id, options.dry_run, [&](db::Session& session) -> absl::Status {
    TRIAD_ASSIGN_OR_RETURN(recipe, Find(session, id, version));
    TRIAD_RETURN_IF_ERROR(CheckEtag(recipe, options.etag));
    recipe.published = recipe.version;
    recipe.etag = RandomId(parts_.random, kEtagBytes);
    return RecipeRows(session).PutHead(recipe);
  }));
  return recipe;
}

absl::Status RecipeStore::Delete(const std::string& id, const ChangeOptions& options) {
  return Write(id, options.dry_run, [&](db::Session& session) -> absl::Status {
    TRIAD_ASSIGN_OR_RETURN(SavedRecipe recipe, Find(session, id, 0));
    TRIAD_RETURN_IF_ERROR(CheckEtag(recipe, options.etag));
    return RecipeRows(session).Delete(id);
  });
}

absl::StatusOr<SavedRecipe> RecipeStore::Get(const std::string& id, std::int64_t version) {
  return db::Read(parts_.database,
                  [&](db::Session& session) { return Find(session, id, version); });
}

absl::StatusOr<SavedRecipe> RecipeStore::GetToRun(const std::string& id, std::int64_t version) {
  return db::Read(parts_.database, [&](db::Session& session) -> absl::StatusOr<SavedRecipe> {
    TRIAD_ASSIGN_OR_RETURN(SavedRecipe recipe, Find(session, id, version));
    bool other = version == 0 && recipe.published != 0 && recipe.published != recipe.version;
    if (!other) return recipe;
    return Find(session, id, recipe.published);
  });
}

absl::StatusOr<RecipePage> RecipeStore::List(const RecipeFilter& filter, const std::string& after,
                                             std::int64_t limit) {
  return db::Read(parts_.database, [&](db::Session& session) {
    return RecipeRows(session).List(filter, after, limit);
  });
}

absl::StatusOr<std::vector<SavedRecipe>> RecipeStore::ListVersions(const std::string& id,
                                                                   std::int64_t below,
                                                                   std::int64_t limit) {
  return db::Read(parts_.database,
                  [&](db::Session& session) -> absl::StatusOr<std::vector<SavedRecipe>> {
                    TRIAD_RETURN_IF_ERROR(Find(session, id, 0).status());
                    return RecipeRows(session).ListVersions(id, below, limit);
                  });
}

}  // namespace triad::transform
