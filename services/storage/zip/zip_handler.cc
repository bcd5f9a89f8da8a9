#include "services/storage/zip/zip_handler.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "runtime/rpc/http_body.h"
#include "services/storage/http/download_headers.h"
#include "services/storage/objects/object_mapping.h"

namespace triad::storage {
namespace {

using Message = rpc::Encoded<google::api::HttpBody>;

constexpr std::size_t kChunk = 256 * 1024;
constexpr std::size_t kMaxFilename = 255;

// The name of an object without its bucket, which stands in `field`.
absl::StatusOr<ObjectName> ObjectOf(const std::string& field, const std::string& bucket,
                                    const std::string& object) {
  return ParseObjectName(field, FormatObjectName({bucket, object}));
}

absl::StatusOr<ObjectSelection> SourceFromProto(const std::string& field, const std::string& bucket,
                                                const v1::ZipObjectsRequest::Source& source) {
  ObjectSelection selection;
  TRIAD_ASSIGN_OR_RETURN(selection.name,
                         ObjectOf(absl::StrCat(field, ".object"), bucket, source.object()));
  TRIAD_ASSIGN_OR_RETURN(
      selection.generation,
      GenerationFromProto(absl::StrCat(field, ".generation"), source.generation()));
  TRIAD_ASSIGN_OR_RETURN(selection.condition,
                         ConditionFromProto(absl::StrCat(field, ".condition"), source.condition()));
  return selection;
}

absl::StatusOr<ZipSelection> SelectionFromProto(const v1::ZipObjectsRequest& request) {
  ZipSelection selection;
  TRIAD_ASSIGN_OR_RETURN(selection.bucket, ParseBucketName("parent", request.parent()));
  for (const std::string& object : request.objects()) {
    ObjectSelection& selected = selection.objects.emplace_back();
    TRIAD_ASSIGN_OR_RETURN(selected.name,
                           ObjectOf(absl::StrCat("objects[", selection.objects.size() - 1, "]"),
                                    selection.bucket, object));
  }
  for (int i = 0; i < request.sources_size(); ++i) {
    TRIAD_ASSIGN_OR_RETURN(
        selection.objects.emplace_back(),
        SourceFromProto(absl::StrCat("sources[", i, "]"), selection.bucket, request.sources(i)));
  }
  for (const std::string& prefix : request.prefixes()) {
    TRIAD_RETURN_IF_ERROR(
        CheckObjectPrefix(absl::StrCat("prefixes[", selection.prefixes.size(), "]"), prefix));
    selection.prefixes.push_back(prefix);
  }
  if (selection.objects.empty() && selection.prefixes.empty()) {
    return InvalidField("objects", "must name objects, unless there are prefixes or sources");
  }
  return selection;
}

absl::StatusOr<std::string> FilenameOf(const v1::ZipObjectsRequest& request,
                                       const std::string& bucket) {
  if (request.filename().empty()) return absl::StrCat(bucket, ".zip");
  const std::string& name = request.filename();
  if (name.size() > kMaxFilename || std::any_of(name.begin(), name.end(), absl::ascii_iscntrl)) {
    return InvalidField("filename", absl::StrCat("must be at most ", kMaxFilename,
                                                 " bytes without control characters"));
  }
  return name;
}

class ZipSource final : public rpc::BlockingSource<Message> {
 public:
  // `call` must outlive it.
  ZipSource(const rpc::Call& call, Executor& executor, std::unique_ptr<ZipArchive> archive)
      : rpc::BlockingSource<Message>(executor), call_(call), archive_(std::move(archive)) {}

  absl::StatusOr<std::optional<Message>> Read() override {
    TRIAD_ASSIGN_OR_RETURN(std::string bytes, archive_->Read(call_.RoomForAnswer(kChunk)));
    if (bytes.empty()) return std::nullopt;
    bool first = std::exchange(first_, false);
    return rpc::HttpBodyOf(first ? "application/zip" : "", std::move(bytes));
  }

 private:
  const rpc::Call& call_;
  const std::unique_ptr<ZipArchive> archive_;
  bool first_ = true;
};

}  // namespace

absl::StatusOr<std::unique_ptr<ZipHandler::Source>> ZipHandler::Zip(
    rpc::Call& call, const v1::ZipObjectsRequest& request) {
  TRIAD_ASSIGN_OR_RETURN(ZipSelection selection, SelectionFromProto(request));
  TRIAD_ASSIGN_OR_RETURN(std::string filename, FilenameOf(request, selection.bucket));
  absl::StatusOr<std::unique_ptr<ZipArchive>> archive = zipper_.Open(selection);
  if (!archive.ok()) return WithWriteStatus(call, std::move(archive).status());
  call.SetHttpHeader("content-length", absl::StrCat((*archive)->size()));
  call.SetHttpHeader("content-disposition", FormatAttachment(filename));
  call.SetHttpHeader("cache-control", "no-store");
  call.SetHttpHeader("x-content-type-options", "nosniff");
  call.SetHttpHeader("content-security-policy", "sandbox");
  return std::make_unique<ZipSource>(call, executor_, *std::move(archive));
}

}  // namespace triad::storage
