#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cli/output/document.h"
#include "cli/output/table.h"
#include "cli/session.h"
#include "cli/storage/call.h"
#include "cli/storage/commands.h"
#include "cli/storage/copy/content.h"
#include "cli/storage/object_output.h"
#include "cli/storage/paths.h"
#include "cli/terminal/terminal.h"
#include "runtime/base/status.h"
#include "triad/storage/v1/storage.pb.h"

namespace triad::cli {
namespace {

namespace v1 = storage::v1;

absl::StatusOr<v1::Bucket> GetBucket(Session& session, const ObjectPath& path) {
  v1::GetBucketRequest request;
  request.set_name(path.bucket_resource());
  return AskStorage<v1::Bucket>(session, "GetBucket", request);
}

absl::StatusOr<ExitCode> Stat(Session& session) {
  TRIAD_ASSIGN_OR_RETURN(ObjectPath path, ParsePath("PATH", session.argument(0)));
  if (path.name.empty()) {
    TRIAD_ASSIGN_OR_RETURN(v1::Bucket bucket, GetBucket(session, path));
    WriteBucket(session, bucket);
    return ExitCode::kOk;
  }
  TRIAD_ASSIGN_OR_RETURN(Client * client, session.client());
  TRIAD_ASSIGN_OR_RETURN(v1::Object object,
                         DescribeObject(*client, path, session.flags().Integer("generation")));
  WriteObject(session, object);
  return ExitCode::kOk;
}

struct Usage {
  std::int64_t count = 0;
  std::int64_t bytes = 0;
};

// Of a bucket it is known; of a prefix it is counted.
absl::StatusOr<Usage> UsageOf(Session& session, const ObjectPath& path) {
  Usage usage;
  if (path.name.empty()) {
    TRIAD_ASSIGN_OR_RETURN(v1::Bucket bucket, GetBucket(session, path));
    return Usage{bucket.object_count(), bucket.object_bytes()};
  }
  v1::ListObjectsRequest request;
  request.set_parent(path.bucket_resource());
  request.set_prefix(path.name);
  request.set_page_size(kMaxPageSize);
  Progress progress;
  TRIAD_RETURN_IF_ERROR(ForEachStoragePage<v1::ListObjectsResponse>(
      session, "ListObjects", request, [&](const v1::ListObjectsResponse& page) {
        for (const v1::Object& one : page.objects()) usage.bytes += one.size();
        usage.count += page.objects_size();
        progress.Show(usage.count, "objects");
        return true;
      }));
  return usage;
}

absl::StatusOr<ExitCode> Du(Session& session) {
  std::vector<Row> rows;
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const std::string& text : session.arguments()) {
    TRIAD_ASSIGN_OR_RETURN(ObjectPath path, ParsePath("PATH", text));
    TRIAD_ASSIGN_OR_RETURN(Usage usage, UsageOf(session, path));
    std::string count = absl::StrCat(usage.count);
    std::string bytes = absl::StrCat(usage.bytes);
    rows.push_back({{OneLine(path.text()), Style::kCyan}, {count}, {bytes}});
    all.push_back({{"path", path.text()}, {"objectCount", count}, {"objectBytes", bytes}});
  }
  if (session.wants_table()) {
    TableWriter({"PATH", "OBJECTS", "BYTES"}, session.colours(), session.sink()).Write(rows);
  } else {
    session.WriteDocument({{"usage", all}});
  }
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Cat(Session& session) {
  const FlagValues& flags = session.flags();
  TRIAD_ASSIGN_OR_RETURN(Client * client, session.client());
  for (const std::string& text : session.arguments()) {
    TRIAD_ASSIGN_OR_RETURN(ObjectPath path, ParseObject("PATH", text));
    TRIAD_ASSIGN_OR_RETURN(v1::Object object,
                           DescribeObject(*client, path, flags.Integer("generation")));
    std::optional<ByteSpan> span;
    if (flags.Has("range")) {
      TRIAD_ASSIGN_OR_RETURN(span, ParseSpan(flags.Text("range"), object.size()));
    }
    TRIAD_RETURN_IF_ERROR(Download(*client, object, span, [&](absl::string_view bytes) {
      session.Write(bytes);
      return absl::OkStatus();
    }));
  }
  return ExitCode::kOk;
}

}  // namespace

std::vector<Command> StorageLookCommands() {
  Flag generation = {"generation", "N", "this version, and not the current one",
                     FlagType::kInteger};
  return {
      {"storage stat",
       "Shows what is known about an object or a bucket",
       "",
       {{"PATH", "triad://BUCKET/NAME, or triad://BUCKET", false, false, {}, ObjectCandidates}},
       {generation},
       "triadctl storage stat triad://photos/2026/note.txt\n"
       "triadctl storage stat triad://photos -o json",
       Stat},
      {"storage du",
       "Counts objects and their bytes",
       "Of a bucket it is known at once; for triad://BUCKET/TEXT the names that begin with TEXT\n"
       "are counted.",
       {{"PATH", "triad://BUCKET, or triad://BUCKET/TEXT", false, true, {}, ObjectCandidates}},
       {},
       "triadctl storage du triad://photos triad://photos/2026/",
       Du},
      {"storage cat",
       "Writes the content of objects to standard output",
       "What was written is checked at the end: the exit code is 1 if it is not the content.",
       {{"PATH", "an object, triad://BUCKET/NAME", false, true, {}, ObjectCandidates}},
       {{"range", "BYTES", "these alone: FIRST-LAST, FIRST- or -COUNT, from 0"}, generation},
       "triadctl storage cat triad://photos/2026/note.txt\n"
       "triadctl storage cat triad://logs/today --range -1000",
       Cat},
  };
}

}  // namespace triad::cli
