#include "services/storage/move_command.h"

#include <cstdio>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "runtime/base/clock.h"
#include "runtime/base/elapsed.h"
#include "runtime/base/options/options.h"
#include "runtime/base/random.h"
#include "runtime/base/status.h"
#include "runtime/database/database.h"
#include "runtime/database/open.h"
#include "runtime/database/sqlite/sqlite_url.h"
#include "runtime/io/data_directory.h"
#include "runtime/io/file_system.h"
#include "runtime/service/data_place.h"
#include "runtime/telemetry/logs/log.h"
#include "runtime/telemetry/metrics/metrics.h"
#include "services/storage/blobs/blob_store.h"
#include "services/storage/migrations.h"
#include "services/storage/move/blob_mover.h"
#include "services/storage/options.h"
#include "services/storage/setup.h"

namespace triad::storage {
namespace {

constexpr char kService[] = "triad-storage";
constexpr char kProgram[] = "triad-storage move";
constexpr int kSomeDamaged = 3;
constexpr absl::Duration kReportPeriod = absl::Seconds(5);
constexpr absl::Duration kReachTimeout = absl::Seconds(5);
// Enough for the largest blobs on all threads, which are sent in three parts at a time.
constexpr std::int64_t kUploadMemory = 256 << 20;

struct MoveOptions {
  service::DataPlace data{kService};
  std::string blobs;
  std::string to;
  s3::Options s3;

  void Register(OptionParser& parser) {
    parser.Add("to", &to, "where the content is copied to: local:PATH or s3://BUCKET/PREFIX");
    parser.AddCheck("to", [this] {
      if (to.empty()) return absl::InvalidArgumentError("must say where the content is copied to");
      if (to == From()) return absl::InvalidArgumentError("is where the content is now (--blobs)");
      return absl::OkStatus();
    });
    parser.Add("blobs", &blobs, "where it is now; empty: local:<data_dir>/blobs");
    data.AddTo(parser);
    RegisterS3Place(parser, s3);
  }
  std::string From() const { return BlobsUrl(blobs, data.directory()); }
};

std::string Amount(const BlobTotals& totals) {
  return absl::StrFormat("%d blobs (%.1f MiB)", totals.blobs,
                         static_cast<double>(totals.bytes) / (1 << 20));
}

void Print(const std::string& line) {
  std::printf("%s\n", line.c_str());
  std::fflush(stdout);
}

// Prints how far it has come, now and then.
class Reporter {
 public:
  void Progress(const MoveProgress& progress) {
    if (since_.elapsed() < kReportPeriod) return;
    since_ = Stopwatch();
    Print(absl::StrCat("copied ", Amount(progress.copied), ", found ", Amount(progress.found),
                       ", of ", Amount(progress.all)));
  }

 private:
  Stopwatch since_;
};

// Opening it would make a new database.
absl::Status CheckIsThere(const service::DataPlace& data) {
  absl::StatusOr<db::sqlite::SqliteUrl> url = db::sqlite::ParseSqliteUrl(data.DatabaseUrl());
  if (!url.ok()) return std::move(url).status();
  absl::Status opened = FileSystem::Posix().Open(url->path).status();
  if (!absl::IsNotFound(opened)) return opened;
  return absl::NotFoundError(
      absl::StrCat("no database at ", url->path, ": correct --data_dir or --database"));
}

absl::StatusOr<std::unique_ptr<BlobStore>> OpenStore(const std::string& flag,
                                                     const std::string& url,
                                                     const BlobStoreParts& parts) {
  absl::StatusOr<std::unique_ptr<BlobStore>> store = OpenBlobStore(url, parts);
  absl::Status reached = store.status();
  if (reached.ok()) reached = (*store)->CheckHealth(kReachTimeout);
  if (reached.ok()) return store;
  return Annotate(reached, absl::StrCat(flag, ": "));
}

absl::StatusOr<MoveProgress> Move(MoveOptions& options) {
  TRIAD_RETURN_IF_ERROR(CheckIsThere(options.data));
  TRIAD_ASSIGN_OR_RETURN(std::unique_ptr<DataDirectory> directory,
                         DataDirectory::Open(options.data.directory()));
  TRIAD_ASSIGN_OR_RETURN(std::unique_ptr<db::Database> database,
                         db::Open({.url = options.data.DatabaseUrl()}, Migrations()));
  const Clock& clock = Clock::System();
  Random& random = Random::System();
  TRIAD_ASSIGN_OR_RETURN(std::string id, Prepare(*database, clock, random));
  options.s3.upload_memory_bytes = kUploadMemory;
  Metrics metrics(kService);
  BlobStoreParts parts{FileSystem::Posix(), random, clock, metrics, options.s3, id};
  TRIAD_ASSIGN_OR_RETURN(std::unique_ptr<BlobStore> from,
                         OpenStore("--blobs", options.From(), parts));
  TRIAD_ASSIGN_OR_RETURN(std::unique_ptr<BlobStore> to, OpenStore("--to", options.to, parts));
  Reporter reporter;
  MoveListener listener{[&](const MoveProgress& progress) { reporter.Progress(progress); },
                        [](const std::string& line) { Print(line); }};
  absl::StatusOr<MoveProgress> moved = BlobMover(*database, *from, *to, listener).Run();
  if (moved.ok() || absl::IsFailedPrecondition(moved.status())) return moved;
  return absl::Status(
      moved.status().code(),
      absl::StrCat(moved.status().message(), "; run this again, it goes on where it has stopped"));
}

// Says what the operator does next.
int Report(const MoveProgress& moved, const std::string& to) {
  Print(absl::StrCat("copied ", Amount(moved.copied), ", found ", Amount(moved.found),
                     " there and right, of ", Amount(moved.all)));
  std::string next = absl::StrCat("start triad-storage with --blobs=", to);
  if (moved.damaged == 0) {
    Print(absl::StrCat("all of it is there: ", next));
    return 0;
  }
  Print(absl::StrCat(moved.damaged, " blobs are damaged or missing, as said above, and were not ",
                     "copied: restore them and run this again, or do without them and ", next));
  return kSomeDamaged;
}

}  // namespace

int MoveMain(int argc, char** argv) {
  OptionParser parser(kProgram,
                      "Copies the content of a storage service that is stopped to another place.");
  MoveOptions options;
  options.Register(parser);
  parser.ParseOrExit(argc, argv);
  log::Init({.service = kService, .level = "warning"}).IgnoreError();
  absl::StatusOr<MoveProgress> moved = Move(options);
  log::Flush();
  if (!moved.ok()) ExitWithError(kProgram, moved.status());
  return Report(*moved, options.to);
}

}  // namespace triad::storage
