#include "services/transform/rows/recipe_rows.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "runtime/base/status.h"
#include "services/transform/rows/content_json.h"

namespace triad::transform {
namespace {

// Each thread may hold a page, as rows and as a message.
constexpr std::size_t kMaxPageBytes = std::size_t{512} << 10;
constexpr std::int64_t kMaxLookedAt = 1000;

constexpr absl::string_view kSelect =
    "SELECT r.id, v.version, r.version, r.published, r.etag, r.create_time, v.update_time, "
    "v.title, v.description, v.tags, v.text, v.parameters, v.tests "
    "FROM recipes r JOIN recipe_versions v ON v.recipe = r.id ";

enum Column : std::size_t {
  kId,
  kVersion,
  kNewest,
  kPublished,
  kEtag,
  kCreateTime,
  kUpdateTime,
  kTitle,
  kDescription,
  kTags,
  kText,
  kParameters,
  kTests
};

std::vector<std::string> TagsOf(absl::string_view text) {
  return absl::StrSplit(text, '\n', absl::SkipEmpty());
}

SavedRecipe FromRow(const db::Row& row) {
  SavedRecipe recipe;
  recipe.id = row.Text(kId);
  recipe.version = row.Int(kVersion);
  recipe.newest = row.Int(kNewest);
  recipe.published = row.Int(kPublished);
  recipe.etag = row.Text(kEtag);
  recipe.create_time = absl::FromUnixMicros(row.Int(kCreateTime));
  recipe.update_time = absl::FromUnixMicros(row.Int(kUpdateTime));
  recipe.saved.title = row.Text(kTitle);
  recipe.saved.description = row.Text(kDescription);
  recipe.saved.tags = TagsOf(row.TextView(kTags));
  recipe.saved.content.text = row.Text(kText);
  recipe.saved.content.parameters = ParseParameters(row.TextView(kParameters));
  recipe.saved.content.tests = ParseTests(row.TextView(kTests));
  return recipe;
}

// About what it takes in an answer.
std::size_t SizeOf(const db::Row& row) {
  std::size_t bytes = 0;
  for (std::size_t column = kTitle; column <= kTests; ++column) {
    bytes += row.TextView(column).size();
  }
  return bytes;
}

class Filter {
 public:
  explicit Filter(const RecipeFilter& filter)
      : tags_(filter.tags), search_(absl::AsciiStrToLower(filter.search)) {}

  bool Matches(const db::Row& row) const {
    if (!tags_.empty()) {
      std::vector<std::string> tags = TagsOf(row.TextView(kTags));
      for (const std::string& tag : tags_) {
        if (std::find(tags.begin(), tags.end(), tag) == tags.end()) return false;
      }
    }
    return search_.empty() ||
           std::any_of(std::begin(kSearched), std::end(kSearched), [&](Column c) {
             return absl::StrContains(absl::AsciiStrToLower(row.TextView(c)), search_);
           });
  }

 private:
  static constexpr Column kSearched[] = {kId, kTitle, kDescription, kText};

  const std::vector<std::string>& tags_;
  const std::string search_;
};

}  // namespace

absl::StatusOr<std::optional<SavedRecipe>> RecipeRows::Find(const std::string& id,
                                                            std::int64_t version) {
  static const std::string kNewestSql =
      absl::StrCat(kSelect, "AND v.version = r.version WHERE r.id = $1");
  static const std::string kSql = absl::StrCat(kSelect, "WHERE r.id = $1 AND v.version = $2");
  TRIAD_ASSIGN_OR_RETURN(std::vector<SavedRecipe> found,
                         version == 0 ? db::QueryEach(session_, kNewestSql, {id}, FromRow)
                                      : db::QueryEach(session_, kSql, {id, version}, FromRow));
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

absl::StatusOr<RecipePage> RecipeRows::List(const RecipeFilter& filter, const std::string& after,
                                            std::int64_t limit) {
  static const std::string kSql =
      absl::StrCat(kSelect, "AND v.version = r.version WHERE r.id > $1 ORDER BY r.id LIMIT $2");
  RecipePage page;
  Filter wanted(filter);
  std::string last;
  std::int64_t looked_at = 0;
  std::size_t bytes = 0;
  TRIAD_RETURN_IF_ERROR(session_.Visit(kSql, {after, kMaxLookedAt + 1}, [&](const db::Row& row) {
    bool matches = wanted.Matches(row);
    std::size_t size = matches ? SizeOf(row) : 0;
    bool full = static_cast<std::int64_t>(page.recipes.size()) == limit ||
                (!page.recipes.empty() && bytes + size > kMaxPageBytes);
    if (looked_at == kMaxLookedAt || (matches && full)) {
      page.next = last;
      return false;
    }
    ++looked_at;
    bytes += size;
    last = row.Text(kId);
    if (matches) page.recipes.push_back(FromRow(row));
    return true;
  }));
  return page;
}

absl::StatusOr<std::vector<SavedRecipe>> RecipeRows::ListVersions(const std::string& id,
                                                                  std::int64_t below,
                                                                  std::int64_t limit) {
  static const std::string kSql =
      absl::StrCat(kSelect, "WHERE r.id = $1 AND v.version < $2 ORDER BY v.version DESC LIMIT $3");
  std::vector<SavedRecipe> versions;
  std::size_t bytes = 0;
  TRIAD_RETURN_IF_ERROR(session_.Visit(kSql, {id, below, limit}, [&](const db::Row& row) {
    bytes += SizeOf(row);
    if (!versions.empty() && bytes > kMaxPageBytes) return false;
    versions.push_back(FromRow(row));
    return true;
  }));
  return versions;
}

absl::StatusOr<std::int64_t> RecipeRows::Count() {
  TRIAD_ASSIGN_OR_RETURN(std::vector<db::KeptRow> rows,
                         session_.Query("SELECT COUNT(*) FROM recipes"));
  return rows.front().Int(0);
}

absl::Status RecipeRows::Put(const SavedRecipe& recipe) {
  TRIAD_RETURN_IF_ERROR(PutHead(recipe));
  const RecipeVersion& saved = recipe.saved;
  return session_
      .Execute(
          "INSERT INTO recipe_versions (recipe, version, title, description, tags, text, "
          "parameters, tests, update_time) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
          {recipe.id, recipe.version, saved.title, saved.description,
           absl::StrJoin(saved.tags, "\n"), saved.content.text,
           FormatParameters(saved.content.parameters), FormatTests(saved.content.tests),
           absl::ToUnixMicros(recipe.update_time)})
      .status();
}

absl::Status RecipeRows::PutHead(const SavedRecipe& recipe) {
  return session_
      .Execute(
          "INSERT INTO recipes (id, version, published, etag, create_time) "
          "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO UPDATE SET version = excluded.version, "
          "published = excluded.published, etag = excluded.etag",
          {recipe.id, recipe.newest, recipe.published, recipe.etag,
           absl::ToUnixMicros(recipe.create_time)})
      .status();
}

absl::Status RecipeRows::Delete(const std::string& id) {
  TRIAD_RETURN_IF_ERROR(
      session_.Execute("DELETE FROM recipe_versions WHERE recipe = $1", {id}).status());
  return session_.Execute("DELETE FROM recipes WHERE id = $1", {id}).status();
}

}  // namespace triad::transform
