#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/output/document.h"
#include "cli/output/table.h"
#include "cli/output/time.h"
#include "cli/session.h"
#include "cli/transform/call.h"
#include "cli/transform/commands.h"
#include "cli/transform/recipes/names.h"
#include "cli/transform/recipes/recipe_output.h"
#include "runtime/base/status.h"

namespace triad::cli {
namespace {

namespace v1 = transform::v1;

constexpr std::size_t kMaxCellWidth = 60;

std::string VersionText(std::int64_t version) { return version == 0 ? "" : absl::StrCat(version); }

// All pages of `Response`, in a table whose lines `row` makes or in a document.
template <typename Response, typename Request>
absl::StatusOr<ExitCode> WriteList(Session& session, absl::string_view method, Request request,
                                   std::vector<std::string> headers,
                                   Row (*row)(const v1::Recipe& recipe)) {
  request.set_page_size(kMaxPageSize);
  TRIAD_ASSIGN_OR_RETURN(Client * client, session.client());
  TableWriter table(std::move(headers), session.colours(), session.sink());
  DocumentWriter document("recipes", session.settings().output, session.sink());
  auto take = [&](const Response& page) {
    std::vector<Row> rows;
    for (const v1::Recipe& one : page.recipes()) {
      rows.push_back(row(one));
      if (!session.wants_table()) document.Add(MessageJson(one));
    }
    if (session.wants_table()) table.Write(rows);
    return true;
  };
  TRIAD_RETURN_IF_ERROR(
      ForEachPage<Response>(*client, TransformMethod(method), std::move(request), take));
  if (!session.wants_table()) document.End({});
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> List(Session& session) {
  v1::ListRecipesRequest request;
  request.set_search(session.flags().Text("search"));
  for (const std::string& tag : session.flags().All("tag")) request.add_tags(tag);
  return WriteList<v1::ListRecipesResponse>(
      session, "ListRecipes", std::move(request),
      {"NAME", "VERSION", "PUBLISHED", "TAGS", "UPDATED", "TITLE"}, [](const v1::Recipe& one) {
        return Row{
            {ShortRecipeName(one.name()), Style::kCyan},  {VersionText(one.version())},
            {VersionText(one.published_version())},       {absl::StrJoin(one.tags(), ",")},
            {FormatTime(one.update_time()), Style::kDim}, {OneLine(one.title(), kMaxCellWidth)}};
      });
}

absl::StatusOr<ExitCode> Versions(Session& session) {
  v1::ListRecipeVersionsRequest request;
  request.set_parent(RecipeName(session.argument(0)));
  return WriteList<v1::ListRecipeVersionsResponse>(
      session, "ListRecipeVersions", std::move(request), {"VERSION", "STATE", "SAVED", "RECIPE"},
      [](const v1::Recipe& one) {
        return Row{{VersionText(one.version()), Style::kCyan},
                   {VersionState(one)},
                   {FormatTime(one.update_time()), Style::kDim},
                   {OneLine(one.recipe(), kMaxCellWidth)}};
      });
}

absl::StatusOr<ExitCode> Show(Session& session) {
  TRIAD_ASSIGN_OR_RETURN(v1::Recipe recipe, GetRecipe(session, RecipeName(session.argument(0)),
                                                      session.flags().Integer("at-version")));
  if (session.flags().Has("raw")) {
    session.Write(recipe.recipe());
  } else {
    WriteRecipe(session, recipe);
  }
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Publish(Session& session) {
  v1::PublishRecipeRequest request;
  request.set_name(RecipeName(session.argument(0)));
  request.set_version(session.flags().Integer("at-version"));
  request.set_etag(session.flags().Text("if-etag"));
  request.set_validate_only(session.flags().Has("dry-run"));
  TRIAD_ASSIGN_OR_RETURN(v1::Recipe recipe,
                         AskTransform<v1::Recipe>(session, "PublishRecipe", request));
  WriteChanged(session, recipe, "published, ");
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Delete(Session& session) {
  v1::DeleteRecipeRequest request;
  request.set_name(RecipeName(session.argument(0)));
  request.set_etag(session.flags().Text("if-etag"));
  request.set_validate_only(session.flags().Has("dry-run"));
  TRIAD_ASSIGN_OR_RETURN(v1::DeleteRecipeResponse done,
                         AskTransform<v1::DeleteRecipeResponse>(session, "DeleteRecipe", request));
  if (!session.wants_table()) {
    session.WriteDocument(MessageJson(done));
    return ExitCode::kOk;
  }
  session.Write(absl::StrCat(session.colours()(Style::kCyan, ShortRecipeName(request.name())),
                             request.validate_only() ? "  would be deleted\n" : "  deleted\n"));
  return ExitCode::kOk;
}

Command ListCommand() {
  return {"transform recipes list",
          "Lists the recipes that the server keeps",
          "",
          {},
          {{"search", "TEXT", "stands in its name, title, description or recipe, in any case"},
           {"tag", "TAG", "has this tag; all of several", FlagType::kText, {}, 0, true}},
          "triadctl transform recipes list --search json --tag logs",
          List};
}

}  // namespace

std::vector<Command> RecipeCommands() {
  Flag dry_run = {"dry-run", "", "checks everything and writes nothing", FlagType::kSwitch};
  Flag at_version = {"at-version", "N", "this version (default: the newest)", FlagType::kInteger};
  return {
      ListCommand(),
      {"transform recipes show",
       "Shows a recipe, as it is or as it was",
       "",
       {RecipeNameArgument()},
       {at_version, {"raw", "", "what is run alone, as it was written", FlagType::kSwitch}},
       "triadctl transform recipes show find -o yaml > find.yaml",
       Show},
      {"transform recipes versions",
       "Lists the versions of a recipe, the newest first",
       "",
       {RecipeNameArgument()},
       {},
       "triadctl transform recipes versions find",
       Versions},
      {"transform recipes publish",
       "Makes a version the one that runs if none is named",
       "Until then the newest runs; from then on this one, until another is published.",
       {RecipeNameArgument()},
       {at_version, RecipeEtagFlag(), dry_run},
       "triadctl transform recipes publish find --at-version 3",
       Publish},
      {"transform recipes delete",
       "Deletes a recipe with all its versions",
       "",
       {RecipeNameArgument()},
       {RecipeEtagFlag(), dry_run},
       "triadctl transform recipes delete find",
       Delete},
  };
}

}  // namespace triad::cli
