#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cli/files/input_file.h"
#include "cli/session.h"
#include "cli/storage/batch_delete.h"
#include "cli/storage/commands.h"
#include "cli/storage/copy/content.h"
#include "cli/storage/copy/copy_report.h"
#include "cli/storage/copy/crew.h"
#include "cli/storage/copy/places.h"
#include "cli/storage/copy/transfer.h"
#include "runtime/base/status.h"

namespace triad::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kHashBytes = 256 * 1024;  // read at a time

// By name. All names of both sides are held, and nothing of their content.
using Names = std::map<std::string, FoundBelow>;

absl::StatusOr<Names> NamesBelow(Session& session, const Place& folder) {
  Names names;
  std::error_code ignored;
  if (!folder.in_storage && !fs::exists(folder.file, ignored)) return names;
  TRIAD_RETURN_IF_ERROR(ForEachBelow(session, folder, [&](const std::vector<FoundBelow>& some) {
    for (const FoundBelow& one : some) names.emplace(one.name, one);
    return absl::OkStatus();
  }));
  return names;
}

// Whether the file has the content of the object.
absl::StatusOr<bool> HasContentOf(const FoundBelow& file, const FoundBelow& object) {
  TRIAD_ASSIGN_OR_RETURN(InputFile input, InputFile::Open(file.place.file));
  ContentSum sum;
  for (;;) {
    TRIAD_ASSIGN_OR_RETURN(std::string bytes, input.Read(kHashBytes));
    if (bytes.empty()) return sum.Check(object.about).ok();
    sum.Update(bytes);
  }
}

absl::StatusOr<bool> AreAlike(const FoundBelow& from, const FoundBelow& to) {
  if (from.about.size() != to.about.size()) return false;
  if (!from.place.in_storage) return HasContentOf(from, to);
  if (!to.place.in_storage) return HasContentOf(to, from);
  bool hashed = !from.about.sha256().empty() && !to.about.sha256().empty();
  if (hashed) return from.about.sha256() == to.about.sha256();
  return !from.about.crc32c().empty() && from.about.crc32c() == to.about.crc32c();
}

class Sync {
 public:
  Sync(Session& session, Copying folders, int parallel)
      : session_(session),
        folders_(std::move(folders)),
        dry_run_(session.flags().Has("dry-run")),
        crew_(session, parallel),
        report_(session, "copied", false) {}

  absl::Status Run() {
    TRIAD_ASSIGN_OR_RETURN(from_, NamesBelow(session_, folders_.from));
    TRIAD_ASSIGN_OR_RETURN(to_, NamesBelow(session_, folders_.to));
    bool deletes = session_.flags().Has("delete");
    if (deletes && from_.empty() && !to_.empty()) {
      return absl::FailedPreconditionError(
          absl::StrCat(folders_.from.text(), ": has nothing, and --delete would leave nothing of ",
                       folders_.to.text()));
    }
    TRIAD_RETURN_IF_ERROR(CopyAll());
    if (deletes) TRIAD_RETURN_IF_ERROR(DeleteOthers());
    report_.End();
    return absl::OkStatus();
  }

 private:
  absl::Status CopyAll() {
    std::vector<const FoundBelow*> sources;
    for (const auto& [name, source] : from_) sources.push_back(&source);
    return crew_.Run(sources.size(), [&](Client& client, std::size_t number) {
      return CopyUnlessAlike(client, *sources[number]);
    });
  }

  absl::Status CopyUnlessAlike(Client& client, const FoundBelow& source) {
    auto there = to_.find(source.name);
    if (there != to_.end()) {
      TRIAD_ASSIGN_OR_RETURN(bool alike, AreAlike(source, there->second));
      if (alike) return absl::OkStatus();
    }
    Copying copy = {source.place, folders_.to.Below(source.name)};
    std::int64_t size = source.about.size();
    if (!dry_run_) {
      TRIAD_ASSIGN_OR_RETURN(
          size, TransferOne(client, copy, {}, [&](std::int64_t bytes) { report_.Moved(bytes); }));
    }
    report_.Done(copy, size);
    return absl::OkStatus();
  }

  absl::Status DeleteOthers() {
    std::vector<Place> others;
    for (const auto& [name, one] : to_) {
      if (from_.count(name) == 0) others.push_back(one.place);
    }
    if (!dry_run_) {
      TRIAD_RETURN_IF_ERROR(folders_.to.in_storage ? DeleteObjects(others) : DeleteFiles(others));
    }
    for (const Place& one : others) report_.Deleted(one);
    return absl::OkStatus();
  }

  absl::Status DeleteObjects(const std::vector<Place>& others) {
    std::vector<ObjectPath> paths;
    for (const Place& one : others) paths.push_back(one.object);
    TRIAD_ASSIGN_OR_RETURN(auto done, BatchDelete(session_, paths, false));
    for (const auto& one : done.results()) {
      absl::Status status = StatusOfResult(one);
      // Somebody else was faster, which is as good.
      if (!absl::IsNotFound(status)) TRIAD_RETURN_IF_ERROR(status);
    }
    return absl::OkStatus();
  }

  static absl::Status DeleteFiles(const std::vector<Place>& others) {
    for (const Place& one : others) {
      std::error_code error;
      fs::remove(one.file, error);
      if (!error) continue;
      return absl::InternalError(absl::StrCat(one.file, ": cannot be removed: ", error.message()));
    }
    return absl::OkStatus();
  }

  Session& session_;
  const Copying folders_;
  const bool dry_run_;
  Crew crew_;
  CopyReport report_;
  Names from_;
  Names to_;
};

absl::StatusOr<ExitCode> RunSync(Session& session) {
  TRIAD_ASSIGN_OR_RETURN(int parallel, ParallelOf(session.flags()));
  TRIAD_ASSIGN_OR_RETURN(auto copies, ResolveCopies(session.arguments(), true));
  TRIAD_RETURN_IF_ERROR(Sync(session, copies[0], parallel).Run());
  return ExitCode::kOk;
}

}  // namespace

std::vector<Command> StorageSyncCommands() {
  return {{
      "storage sync",
      "Makes what is below one folder like what is below another",
      "Copies what DESTINATION has not, or with other content, as size and checksums say; one of\n"
      "the two is in storage, or both. Nothing is deleted without --delete, and nothing at all\n"
      "if SOURCE is empty.",
      {{"SOURCE", "a directory, or triad://BUCKET/FOLDER", false, false, {}, ObjectCandidates},
       {"DESTINATION", "the same", false, false, {}, ObjectCandidates}},
      {{"delete", "", "deletes what SOURCE has not", FlagType::kSwitch},
       {"dry-run", "", "says what would be done, and changes nothing", FlagType::kSwitch},
       ParallelFlag()},
      "triadctl storage sync ./photos triad://photos/summer --delete --dry-run\n"
      "triadctl storage sync triad://photos/summer ./photos",
      RunSync,
  }};
}

}  // namespace triad::cli
