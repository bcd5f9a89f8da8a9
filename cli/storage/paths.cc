#include "cli/storage/paths.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "cli/storage/call.h"
#include "runtime/base/utf8.h"
#include "triad/storage/v1/storage.pb.h"

namespace triad::cli {
namespace {

namespace v1 = storage::v1;

constexpr absl::string_view kScheme = "triad://";
constexpr absl::string_view kBuckets = "buckets/";
constexpr absl::string_view kObjects = "/objects/";

absl::Status NoPath(absl::string_view argument, absl::string_view expected,
                    absl::string_view text) {
  return UsageError(absl::StrCat(argument, ": expected ", expected, ", not '", text, "'"));
}

}  // namespace

std::string ObjectPath::bucket_resource() const { return absl::StrCat(kBuckets, bucket); }

std::string ObjectPath::resource() const { return absl::StrCat(kBuckets, bucket, kObjects, name); }

std::string ObjectPath::text() const { return absl::StrCat(kScheme, bucket, "/", name); }

ObjectPath ObjectPath::folder() const {
  return {bucket, is_folder() ? name : absl::StrCat(name, "/")};
}

bool ObjectPath::is_folder() const { return name.empty() || name.back() == '/'; }

bool IsObjectPath(absl::string_view text) { return absl::StartsWith(text, kScheme); }

absl::StatusOr<ObjectPath> ParsePath(absl::string_view argument, absl::string_view text) {
  absl::string_view rest = text;
  bool begins = absl::ConsumePrefix(&rest, kScheme);
  std::pair<std::string, std::string> parts = absl::StrSplit(rest, absl::MaxSplits('/', 1));
  if (begins && !parts.first.empty() && IsValidUtf8(rest))
    return ObjectPath{parts.first, parts.second};
  return NoPath(argument, "triad://BUCKET/NAME in UTF-8", text);
}

absl::StatusOr<ObjectPath> ParseObject(absl::string_view argument, absl::string_view text) {
  TRIAD_ASSIGN_OR_RETURN(ObjectPath path, ParsePath(argument, text));
  if (!path.is_folder()) return path;
  return NoPath(argument, "an object, triad://BUCKET/NAME", text);
}

absl::StatusOr<ObjectPath> ParseBucket(absl::string_view argument, absl::string_view text) {
  absl::string_view id = text;
  absl::ConsumePrefix(&id, kScheme);
  absl::ConsumeSuffix(&id, "/");
  if (!id.empty() && !absl::StrContains(id, '/') && IsValidUtf8(id)) {
    return ObjectPath{std::string(id), ""};
  }
  return NoPath(argument, "a bucket, triad://BUCKET or BUCKET", text);
}

ObjectPath PathOfResource(absl::string_view resource) {
  absl::ConsumePrefix(&resource, kBuckets);
  std::size_t objects = resource.find(kObjects);
  if (objects == absl::string_view::npos) return {std::string(resource), ""};
  return {std::string(resource.substr(0, objects)),
          std::string(resource.substr(objects + kObjects.size()))};
}

std::vector<std::string> BucketCandidates(Session& session, absl::string_view begun) {
  std::vector<std::string> texts;
  bool may_begin = absl::StartsWith(kScheme, begun) || IsObjectPath(begun);
  v1::ListBucketsRequest request;
  request.set_page_size(kMaxPageSize);
  if (IsObjectPath(begun)) request.set_prefix(std::string(absl::StripPrefix(begun, kScheme)));
  if (!may_begin || begun.empty()) return texts;
  auto page = AskStorage<v1::ListBucketsResponse>(session, "ListBuckets", request);
  if (!page.ok()) return texts;
  for (const auto& one : page->buckets()) texts.push_back(PathOfResource(one.name()).text());
  return texts;
}

// One level at a time, as a shell completes directories.
std::vector<std::string> ObjectCandidates(Session& session, absl::string_view begun) {
  absl::string_view rest = absl::StripPrefix(begun, kScheme);
  std::size_t slash = rest.find('/');
  if (!IsObjectPath(begun) || slash == absl::string_view::npos) {
    return BucketCandidates(session, begun);
  }
  std::vector<std::string> texts;
  ObjectPath path = {std::string(rest.substr(0, slash)), std::string(rest.substr(slash + 1))};
  v1::ListObjectsRequest request;
  request.set_parent(path.bucket_resource());
  request.set_prefix(path.name);
  request.set_delimiter("/");
  request.set_page_size(kMaxPageSize);
  auto page = AskStorage<v1::ListObjectsResponse>(session, "ListObjects", request);
  if (!page.ok()) return texts;
  for (const std::string& one : page->prefixes()) {
    texts.push_back(ObjectPath{path.bucket, one}.text());
  }
  for (const auto& one : page->objects()) texts.push_back(PathOfResource(one.name()).text());
  return texts;
}

}  // namespace triad::cli
