#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "cli/session.h"
#include "cli/storage/commands.h"
#include "cli/storage/copy/copy_report.h"
#include "cli/storage/copy/crew.h"
#include "cli/storage/copy/places.h"
#include "cli/storage/copy/transfer.h"
#include "runtime/base/status.h"

namespace triad::cli {
namespace {

// What is done with one pair of names: the size of what is there then.
using DoOne = absl::StatusOr<std::int64_t> (*)(Client& client, const Copying& copy,
                                               const TransferOptions& options,
                                               const OnBytes& on_bytes);

// Some of the pairs of names at a time.
using TakeCopies = std::function<absl::Status(const std::vector<Copying>& some)>;

// Each of `copies`, or of all that is below them.
absl::Status ForEachPair(Session& session, const std::vector<Copying>& copies,
                         const TakeCopies& take) {
  if (!session.flags().Has("recursive")) return take(copies);
  for (const Copying& folders : copies) {
    auto take_found = [&](const std::vector<FoundBelow>& found) {
      std::vector<Copying> some;
      for (const FoundBelow& one : found) some.push_back({one.place, folders.to.Below(one.name)});
      return take(some);
    };
    TRIAD_RETURN_IF_ERROR(ForEachBelow(session, folders.from, take_found));
  }
  return absl::OkStatus();
}

absl::Status DoAll(Session& session, const std::vector<Copying>& copies, const char* array,
                   DoOne do_one) {
  const FlagValues& flags = session.flags();
  TRIAD_ASSIGN_OR_RETURN(int parallel, ParallelOf(flags));
  TransferOptions options = {.if_absent = flags.Has("if-absent"),
                             .content_type = flags.Text("content-type")};
  bool to_output = copies.back().to.is_pipe();
  // Of several that go to one place, or come from one, each waits for the one before.
  Crew crew(session, to_output ? 1 : parallel);
  CopyReport report(session, array, to_output);
  auto on_bytes = [&](std::int64_t bytes) { report.Moved(bytes); };
  TRIAD_RETURN_IF_ERROR(ForEachPair(session, copies, [&](const std::vector<Copying>& some) {
    return crew.Run(some.size(), [&](Client& client, std::size_t number) -> absl::Status {
      const Copying& copy = some[number];
      TRIAD_ASSIGN_OR_RETURN(std::int64_t size, do_one(client, copy, options, on_bytes));
      report.Done(copy, size);
      return absl::OkStatus();
    });
  }));
  report.End();
  return absl::OkStatus();
}

absl::StatusOr<ExitCode> Cp(Session& session) {
  TRIAD_ASSIGN_OR_RETURN(auto copies,
                         ResolveCopies(session.arguments(), session.flags().Has("recursive")));
  TRIAD_RETURN_IF_ERROR(DoAll(session, copies, "copied", TransferOne));
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Mv(Session& session) {
  TRIAD_ASSIGN_OR_RETURN(auto copies,
                         ResolveCopies(session.arguments(), session.flags().Has("recursive")));
  for (const Copying& one : copies) {
    if (one.from.in_storage && one.to.in_storage) continue;
    return UsageError("SOURCE and DESTINATION: expected objects; 'storage cp' copies files");
  }
  TRIAD_RETURN_IF_ERROR(
      DoAll(session, copies, "moved",
            [](Client& client, const Copying& copy, const TransferOptions& options,
               const OnBytes&) { return MoveOne(client, copy, options); }));
  return ExitCode::kOk;
}

}  // namespace

std::vector<Command> StorageCopyCommands() {
  Argument source = {"SOURCE", "triad://BUCKET/NAME; with 'cp' also a file, or - for a pipe",
                     false,    true,
                     {},       ObjectCandidates};
  Argument destination = {"DESTINATION",
                          "the same; a folder ends with /, and takes what has a name",
                          false,
                          false,
                          {},
                          ObjectCandidates};
  Flag recursive = {"recursive",       "", "what is below the folder SOURCE, to below DESTINATION",
                    FlagType::kSwitch, {}, 'r'};
  Flag if_absent = {"if-absent", "", "only what is not there yet", FlagType::kSwitch};
  Flag parallel = ParallelFlag();
  return {
      {"storage cp",
       "Copies files to objects, objects to files, and objects to objects",
       "triad://BUCKET/NAME is an object, anything else a file. Size and checksums are compared\n"
       "with those of the server. A file is there whole or not at all. Between objects no bytes\n"
       "move. After the first that fails no other is begun. Links to directories are not\n"
       "followed.",
       {source, destination},
       {recursive,
        if_absent,
        parallel,
        {"content-type", "TYPE", "media type of the objects (default: told by the content)"}},
       "triadctl storage cp note.txt triad://photos/2026/\n"
       "triadctl storage cp -r triad://photos/2026/ ./2026 --parallel 8\n"
       "tar c . | triadctl storage cp - triad://backups/today.tar",
       Cp},
      {"storage mv",
       "Gives objects other names",
       "No bytes move. At no moment are both names there, or none.",
       {source, destination},
       {recursive, if_absent, parallel},
       "triadctl storage mv triad://photos/a.txt triad://photos/b.txt\n"
       "triadctl storage mv -r triad://photos/2026/ triad://archive/2026/",
       Mv},
  };
}

}  // namespace triad::cli
