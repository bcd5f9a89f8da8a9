#include <utility>

#include "absl/strings/str_cat.h"
#include "cli/output/document.h"
#include "cli/output/table.h"
#include "cli/output/time.h"
#include "cli/session.h"
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

// A list whose pages are written as they come: however much there is, one page is held.
class ListOutput {
 public:
  ListOutput(const Session& session, absl::string_view array, std::vector<std::string> headers)
      : session_(session),
        table_(std::move(headers), session.colours(), session.sink()),
        document_(array, session.settings().output, session.sink()) {}

  template <typename Messages>
  void Take(const Messages& messages, const std::vector<Row>& rows) {
    if (session_.wants_table()) {
      table_.Write(rows);
    } else {
      for (const auto& one : messages) document_.Add(MessageJson(one));
    }
    progress_.Show(count_ += messages.size(), "names");
  }

  void End(const nlohmann::ordered_json& fields) {
    if (!session_.wants_table()) document_.End(fields);
  }

 private:
  const Session& session_;
  TableWriter table_;
  DocumentWriter document_;
  Progress progress_;
  std::int64_t count_ = 0;
};

absl::Status ListBuckets(Session& session) {
  v1::ListBucketsRequest request;
  request.set_page_size(kMaxPageSize);
  ListOutput output(session, "buckets",
                    {"PATH", "OBJECTS", "BYTES", "VERSIONING", "CREATED", "DESCRIPTION"});
  TRIAD_RETURN_IF_ERROR(ForEachStoragePage<v1::ListBucketsResponse>(
      session, "ListBuckets", request, [&](const v1::ListBucketsResponse& page) {
        std::vector<Row> rows;
        for (const v1::Bucket& one : page.buckets()) {
          rows.push_back({{PathOfResource(one.name()).text(), Style::kCyan},
                          {absl::StrCat(one.object_count())},
                          {absl::StrCat(one.object_bytes())},
                          {FormatVersioning(one.versioning())},
                          {FormatTime(one.create_time()), Style::kDim},
                          {one.deleting() ? "(being deleted)" : OneLine(one.description(), 60)}});
        }
        output.Take(page.buckets(), rows);
        return true;
      }));
  output.End({});
  return absl::OkStatus();
}

Row RowOfObject(const v1::Object& object, bool with_details) {
  Row row = {{OneLine(PathOfResource(object.name()).name), Style::kCyan}};
  if (!with_details) return row;
  row.push_back({absl::StrCat(object.size())});
  row.push_back({FormatTime(object.update_time()), Style::kDim});
  row.push_back({OneLine(object.content_type())});
  row.push_back({absl::StrCat(object.generation())});
  return row;
}

absl::Status ListObjects(Session& session, const ObjectPath& path) {
  bool with_details = session.flags().Has("long");
  v1::ListObjectsRequest request;
  request.set_parent(path.bucket_resource());
  request.set_prefix(path.name);
  request.set_page_size(kMaxPageSize);
  if (!session.flags().Has("recursive")) request.set_delimiter("/");
  std::vector<std::string> headers = {"NAME"};
  if (with_details) headers = {"NAME", "BYTES", "UPDATED", "TYPE", "GENERATION"};
  ListOutput output(session, "objects", std::move(headers));
  nlohmann::ordered_json prefixes = nlohmann::ordered_json::array();
  TRIAD_RETURN_IF_ERROR(ForEachStoragePage<v1::ListObjectsResponse>(
      session, "ListObjects", request, [&](const v1::ListObjectsResponse& page) {
        std::vector<Row> rows;
        for (const std::string& prefix : page.prefixes()) {
          rows.push_back({{OneLine(prefix), Style::kBold}});
          if (with_details) rows.back().resize(5);
          prefixes.push_back(prefix);
        }
        for (const v1::Object& one : page.objects()) rows.push_back(RowOfObject(one, with_details));
        output.Take(page.objects(), rows);
        return true;
      }));
  output.End({{"prefixes", prefixes}});
  return absl::OkStatus();
}

absl::Status ListVersions(Session& session, v1::ListVersionsRequest request) {
  request.set_page_size(kMaxPageSize);
  ListOutput output(session, "versions",
                    {"NAME", "GENERATION", "BYTES", "UPDATED", "TYPE", "STATE"});
  TRIAD_RETURN_IF_ERROR(ForEachStoragePage<v1::ListVersionsResponse>(
      session, "ListVersions", std::move(request), [&](const v1::ListVersionsResponse& page) {
        std::vector<Row> rows;
        for (const v1::Object& one : page.versions()) {
          rows.push_back({{OneLine(PathOfResource(one.name()).name), Style::kCyan},
                          {absl::StrCat(one.generation())},
                          {absl::StrCat(one.size())},
                          {FormatTime(one.update_time()), Style::kDim},
                          {OneLine(one.content_type())},
                          StateCell(one)});
        }
        output.Take(page.versions(), rows);
        return true;
      }));
  output.End({});
  return absl::OkStatus();
}

absl::StatusOr<ExitCode> Ls(Session& session) {
  bool with_versions = session.flags().Has("versions");
  if (session.arguments().empty() && !with_versions) {
    TRIAD_RETURN_IF_ERROR(ListBuckets(session));
    return ExitCode::kOk;
  }
  TRIAD_ASSIGN_OR_RETURN(ObjectPath path, ParsePath("PATH", session.argument(0)));
  if (with_versions) {
    v1::ListVersionsRequest request;
    request.set_parent(path.bucket_resource());
    request.set_prefix(path.name);
    TRIAD_RETURN_IF_ERROR(ListVersions(session, std::move(request)));
  } else {
    TRIAD_RETURN_IF_ERROR(ListObjects(session, path));
  }
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Versions(Session& session) {
  TRIAD_ASSIGN_OR_RETURN(ObjectPath path, ParseObject("PATH", session.argument(0)));
  v1::ListVersionsRequest request;
  request.set_parent(path.bucket_resource());
  request.set_object(path.name);
  TRIAD_RETURN_IF_ERROR(ListVersions(session, std::move(request)));
  return ExitCode::kOk;
}

}  // namespace

std::vector<Command> StorageListCommands() {
  return {
      {"storage ls",
       "Lists buckets, or the objects and folders of one",
       "Without PATH it lists the buckets. With triad://BUCKET/TEXT it lists the names that\n"
       "begin with TEXT, and in the place of those below a folder the folder. As JSON and YAML\n"
       "it is one document, {\"objects\": [...], \"prefixes\": [...]}.",
       {{"PATH", "triad://BUCKET, or triad://BUCKET/TEXT", true, false, {}, ObjectCandidates}},
       {{"recursive", "", "what is below folders, too", FlagType::kSwitch, {}, 'r'},
        {"long", "", "with sizes, times, types and generations", FlagType::kSwitch, {}, 'l'},
        {"versions", "", "versions and marks of deletions, below folders, too", FlagType::kSwitch}},
       "triadctl storage ls\n"
       "triadctl storage ls triad://photos/2026/ -l\n"
       "triadctl storage ls triad://photos -r -o json | jq -r '.objects[].name'",
       Ls},
      {"storage versions",
       "Lists the versions of an object, the newest first",
       "",
       {ObjectArgument()},
       {},
       "triadctl storage versions triad://photos/2026/note.txt",
       Versions},
  };
}

}  // namespace triad::cli
