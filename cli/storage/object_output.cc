#include "cli/storage/object_output.h"

#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "cli/output/document.h"
#include "cli/output/time.h"
#include "cli/storage/paths.h"

namespace triad::cli {
namespace {

namespace v1 = storage::v1;

template <typename Pairs>
std::string FormatPairs(const Pairs& pairs) {
  std::map<std::string, std::string> sorted(pairs.begin(), pairs.end());
  return OneLine(absl::StrJoin(sorted, ",", absl::PairFormatter("=")));
}

}  // namespace

void WriteObject(const Session& session, const v1::Object& object) {
  if (!session.wants_table()) {
    session.WriteDocument(MessageJson(object));
    return;
  }
  session.Write(
      FormatFields({{"path", {OneLine(PathOfResource(object.name()).text()), Style::kCyan}},
                    {"state", StateCell(object)},
                    {"size", {absl::StrCat(object.size())}},
                    {"type", {OneLine(object.content_type())}},
                    {"sha256", {object.sha256()}},
                    {"crc32c", {object.crc32c()}},
                    {"checksums", {FormatPairs(object.checksums())}},
                    {"cache-control", {OneLine(object.cache_control())}},
                    {"disposition", {OneLine(object.content_disposition())}},
                    {"encoding", {OneLine(object.content_encoding())}},
                    {"language", {OneLine(object.content_language())}},
                    {"expires", {OneLine(object.expires())}},
                    {"metadata", {FormatPairs(object.metadata())}},
                    {"tags", {FormatPairs(object.tags())}},
                    {"generation", {absl::StrCat(object.generation())}},
                    {"etag", {object.etag()}},
                    {"created", {FormatTime(object.create_time())}},
                    {"updated", {FormatTime(object.update_time())}},
                    {"replaced", {FormatTime(object.noncurrent_time())}}},
                   session.colours()));
}

void WriteBucket(const Session& session, const v1::Bucket& bucket) {
  if (!session.wants_table()) {
    session.WriteDocument(MessageJson(bucket));
    return;
  }
  session.Write(FormatFields(
      {{"path", {PathOfResource(bucket.name()).text(), Style::kCyan}},
       {"state", {bucket.deleting() ? "(being deleted)" : "", Style::kRed}},
       {"description", {OneLine(bucket.description())}},
       {"labels", {FormatPairs(bucket.labels())}},
       {"cache-control", {OneLine(bucket.cache_control())}},
       {"versioning", {FormatVersioning(bucket.versioning())}},
       {"objects", {absl::StrCat(bucket.object_count(), ", ", bucket.object_bytes(), " bytes")}},
       {"versions", {absl::StrCat(bucket.version_count(), ", ", bucket.version_bytes(), " bytes")}},
       {"etag", {bucket.etag()}},
       {"created", {FormatTime(bucket.create_time())}},
       {"updated", {FormatTime(bucket.update_time())}}},
      session.colours()));
}

void WriteDone(const Session& session, const std::string& path, const std::string& what,
               const google::protobuf::Message& message) {
  if (!session.wants_table()) {
    session.WriteDocument(MessageJson(message));
    return;
  }
  session.Write(absl::StrCat(session.colours()(Style::kCyan, OneLine(path)), "  ", what, "\n"));
}

std::string FormatVersioning(v1::Bucket::Versioning versioning) {
  absl::string_view name = v1::Bucket::Versioning_Name(versioning);
  absl::ConsumePrefix(&name, "VERSIONING_");
  return absl::AsciiStrToLower(name);
}

Cell StateCell(const v1::Object& object) {
  if (object.deleted()) return {"(deleted)", Style::kRed};
  return object.current() ? Cell{"current", Style::kGreen} : Cell{"old"};
}

}  // namespace triad::cli
