#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "cli/output/document.h"
#include "cli/session.h"
#include "cli/storage/batch_delete.h"
#include "cli/storage/call.h"
#include "cli/storage/commands.h"
#include "cli/storage/object_output.h"
#include "cli/storage/paths.h"
#include "cli/terminal/terminal.h"
#include "runtime/base/status.h"
#include "triad/storage/v1/storage.pb.h"

namespace triad::cli {
namespace {

namespace v1 = storage::v1;

constexpr absl::Duration kBetweenLooks = absl::Milliseconds(100);

absl::StatusOr<std::vector<ObjectPath>> ParseObjects(const Session& session) {
  std::vector<ObjectPath> paths;
  for (const std::string& text : session.arguments()) {
    TRIAD_ASSIGN_OR_RETURN(ObjectPath path, ParseObject("PATH", text));
    paths.push_back(std::move(path));
  }
  return paths;
}

absl::Status RemoveOne(Session& session, const ObjectPath& path) {
  v1::DeleteObjectRequest request;
  request.set_name(path.resource());
  request.set_generation(session.flags().Integer("generation"));
  request.set_validate_only(session.flags().Has("dry-run"));
  TRIAD_ASSIGN_OR_RETURN(auto done,
                         AskStorage<v1::DeleteObjectResponse>(session, "DeleteObject", request));
  WriteDone(session, path.text(), request.validate_only() ? "would be deleted" : "deleted", done);
  return absl::OkStatus();
}

// What became of each is said; the first that could not be deleted is the error.
absl::Status RemoveSeveral(Session& session, const std::vector<ObjectPath>& paths) {
  bool dry_run = session.flags().Has("dry-run");
  TRIAD_ASSIGN_OR_RETURN(auto all, BatchDelete(session, paths, dry_run));
  absl::Status failed;
  for (const auto& one : all.results()) {
    absl::Status status = StatusOfResult(one);
    if (failed.ok()) failed = status;
    if (!session.wants_table()) continue;
    std::string what =
        status.ok() ? (dry_run ? "would be deleted" : "deleted") : OneLine(status.message());
    WriteDone(session, PathOfResource(one.name()).text(), what, one);
  }
  if (!session.wants_table()) session.WriteDocument(MessageJson(all));
  return failed;
}

absl::StatusOr<v1::Removal> WaitForEnd(Session& session, v1::Removal removal) {
  Progress progress;
  v1::GetRemovalRequest request;
  request.set_name(removal.name());
  while (!removal.done()) {
    absl::SleepFor(kBetweenLooks);
    TRIAD_ASSIGN_OR_RETURN(removal, AskStorage<v1::Removal>(session, "GetRemoval", request));
    progress.Show(removal.removed_count(), "objects deleted");
  }
  return removal;
}

absl::Status RemoveFolder(Session& session, const ObjectPath& folder) {
  v1::DeletePrefixRequest request;
  request.set_parent(folder.bucket_resource());
  request.set_prefix(folder.name);
  request.set_validate_only(session.flags().Has("dry-run"));
  TRIAD_ASSIGN_OR_RETURN(auto removal, AskStorage<v1::Removal>(session, "DeletePrefix", request));
  if (request.validate_only()) {
    WriteDone(session, folder.text(), "would be deleted", removal);
    return absl::OkStatus();
  }
  TRIAD_ASSIGN_OR_RETURN(removal, WaitForEnd(session, std::move(removal)));
  WriteDone(session, folder.text(), absl::StrCat(removal.removed_count(), " objects deleted"),
            removal);
  return absl::OkStatus();
}

absl::Status RemoveFolders(Session& session) {
  std::vector<ObjectPath> folders;
  for (const std::string& text : session.arguments()) {
    TRIAD_ASSIGN_OR_RETURN(ObjectPath path, ParsePath("PATH", text));
    if (path.name.empty()) {
      return UsageError(
          absl::StrCat("PATH: expected a folder, triad://BUCKET/NAME/, not '", text,
                       "': 'storage rb --force' deletes a bucket with all that is in it"));
    }
    folders.push_back(path.folder());
  }
  if (folders.size() > 1 && !session.wants_table()) {
    return UsageError("PATH: expected one folder with -o json and -o yaml");
  }
  for (const ObjectPath& folder : folders) {
    bool ask = !session.flags().Has("dry-run") && !session.flags().Has("yes");
    if (ask) {
      std::string question = absl::StrCat("Delete all that is below ", folder.text(), "?");
      TRIAD_ASSIGN_OR_RETURN(bool yes, Confirm(question));
      if (!yes) return absl::CancelledError("nothing more was deleted");
    }
    TRIAD_RETURN_IF_ERROR(RemoveFolder(session, folder));
  }
  return absl::OkStatus();
}

absl::StatusOr<ExitCode> Rm(Session& session) {
  bool with_generation = session.flags().Has("generation");
  if (session.flags().Has("recursive")) {
    if (with_generation) return UsageError("--generation: is of one object, and not of a folder");
    TRIAD_RETURN_IF_ERROR(RemoveFolders(session));
    return ExitCode::kOk;
  }
  TRIAD_ASSIGN_OR_RETURN(std::vector<ObjectPath> paths, ParseObjects(session));
  if (paths.size() > 1 && with_generation) {
    return UsageError("--generation: is of one object, and not of several");
  }
  TRIAD_RETURN_IF_ERROR(paths.size() == 1 ? RemoveOne(session, paths[0])
                                          : RemoveSeveral(session, paths));
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Restore(Session& session) {
  TRIAD_ASSIGN_OR_RETURN(ObjectPath path, ParseObject("PATH", session.argument(0)));
  v1::UndeleteObjectRequest request;
  request.set_name(path.resource());
  request.set_generation(session.flags().Integer("generation"));
  request.set_validate_only(session.flags().Has("dry-run"));
  TRIAD_ASSIGN_OR_RETURN(auto object, AskStorage<v1::Object>(session, "UndeleteObject", request));
  std::string what = request.validate_only()
                         ? "would be restored"
                         : absl::StrCat("restored, generation ", object.generation());
  WriteDone(session, path.text(), what, object);
  return ExitCode::kOk;
}

}  // namespace

std::vector<Command> StorageRemoveCommands() {
  Flag dry_run = {"dry-run", "", "checks everything and changes nothing", FlagType::kSwitch};
  return {
      {"storage rm",
       "Deletes objects, or folders with -r",
       "Several objects of a bucket go in one transaction for each 1000 of them; one that cannot\n"
       "be deleted keeps no other from going. With -r it deletes what is below PATH now, and\n"
       "waits until all of it is gone. Where versioning is on, a version is kept.",
       {{"PATH", "triad://BUCKET/NAME", false, true, {}, ObjectCandidates}},
       {{"recursive", "", "what is below the folder PATH", FlagType::kSwitch, {}, 'r'},
        {"yes", "", "does not ask", FlagType::kSwitch},
        {"generation", "N", "this version, for good", FlagType::kInteger},
        dry_run},
       "triadctl storage rm triad://photos/2026/a.txt triad://photos/2026/b.txt\n"
       "triadctl storage rm -r triad://photos/2026/ --yes",
       Rm},
      {"storage restore",
       "Brings a deleted object back, or makes an older version the current one",
       "",
       {ObjectArgument()},
       {{"generation", "N", "this version; else the newest one of an object that is deleted",
         FlagType::kInteger},
        dry_run},
       "triadctl storage restore triad://photos/2026/note.txt\n"
       "triadctl storage restore triad://photos/2026/note.txt --generation 4",
       Restore},
  };
}

}  // namespace triad::cli
