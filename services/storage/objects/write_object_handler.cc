#include "services/storage/objects/write_object_handler.h"

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "services/storage/checksums/digests.h"
#include "services/storage/checksums/expected_digests.h"
#include "services/storage/http/content_headers.h"
#include "services/storage/model/property_rules.h"
#include "services/storage/objects/object_mapping.h"

namespace triad::storage {
namespace {

constexpr absl::string_view kMetadataPrefix = "x-meta-";
// Content-Length, as the gateway passes it on: in gRPC the plain name belongs to
// the stream itself.
constexpr absl::string_view kContentLength = "http-header-content-length";

absl::StatusOr<std::map<std::string, std::string>> MetadataOf(const rpc::Call& call) {
  std::map<std::string, std::string> metadata;
  for (auto& [header, value] : call.HeadersWithPrefix(kMetadataPrefix)) {
    std::string& kept = metadata[header.substr(kMetadataPrefix.size())];
    kept = kept.empty() ? std::move(value) : absl::StrCat(kept, ", ", value);
  }
  TRIAD_RETURN_IF_ERROR(CheckMetadata("x-meta-*", kMetadataPrefix, metadata));
  return metadata;
}

// Refuses what would be stored as something else than what the caller means.
absl::Status CheckContentRange(const rpc::Call& call) {
  if (!call.Header("content-range").has_value()) return absl::OkStatus();
  return InvalidField("content-range", "cannot be written: an object is replaced as a whole");
}

// What is kept of the digests that were found right, but for those that every object has.
struct KeptDigest {
  DigestAlgorithm algorithm;
  const char* name;
};

constexpr KeptDigest kKeptDigests[] = {
    {DigestAlgorithm::kMd5, "md5"},
    {DigestAlgorithm::kSha1, "sha1"},
    {DigestAlgorithm::kSha512, "sha512"},
    {DigestAlgorithm::kCrc32, "crc32"},
    {DigestAlgorithm::kCrc64Nvme, "crc64nvme"},
};

std::map<std::string, std::string> Kept(const DigestValues& values) {
  std::map<std::string, std::string> kept;
  for (const KeptDigest& row : kKeptDigests) {
    auto found = values.find(row.algorithm);
    if (found != values.end()) kept[row.name] = absl::BytesToHexString(found->second);
  }
  return kept;
}

absl::StatusOr<std::optional<std::int64_t>> SizeOf(const rpc::Call& call) {
  std::optional<std::string> value = call.Header(kContentLength);
  if (!value.has_value()) return std::nullopt;
  std::int64_t size = -1;
  if (absl::SimpleAtoi(*value, &size) && size >= 0) return size;
  return InvalidField("content-length", "must be a number of bytes");
}

class ObjectSink final : public WriteObjectHandler::Sink {
 public:
  ObjectSink(ObjectStore& objects, rpc::Call& call, NewObject object, ExpectedDigests expected)
      : objects_(objects),
        call_(call),
        object_(std::move(object)),
        expected_(std::move(expected)),
        digests_(expected_.algorithms()) {}

  absl::Status Write(const v1::WriteObjectRequest& request) override {
    return WithWriteStatus(call_, TryWrite(request));
  }

  absl::StatusOr<v1::Object> Finish() override {
    if (write_ == nullptr) return InvalidField("name", "must be in the first message");
    DigestValues values = digests_.Finish();
    TRIAD_RETURN_IF_ERROR(expected_.Verify(values));
    absl::StatusOr<Object> object = write_->Finish(Kept(values));
    if (!object.ok()) return WithWriteStatus(call_, std::move(object).status());
    return ToProto(*object);
  }

 private:
  absl::Status TryWrite(const v1::WriteObjectRequest& request) {
    if (write_ == nullptr) TRIAD_RETURN_IF_ERROR(Begin(request));
    digests_.Update(request.content().data());
    return write_->Append(request.content().data());
  }

  absl::Status Begin(const v1::WriteObjectRequest& request) {
    TRIAD_ASSIGN_OR_RETURN(object_.name, ParseObjectName("name", request.name()));
    const std::string& type = request.content().content_type();
    TRIAD_RETURN_IF_ERROR(CheckContentType("content.content_type", type).status());
    object_.content_type = type;
    TRIAD_ASSIGN_OR_RETURN(object_.condition, ConditionOf(call_, request.condition()));
    object_.dry_run = DryRunOf(request.validate_only());
    TRIAD_ASSIGN_OR_RETURN(write_, objects_.BeginWrite(std::move(object_)));
    return absl::OkStatus();
  }

  ObjectStore& objects_;
  rpc::Call& call_;
  NewObject object_;  // what the headers said, until the first message
  std::unique_ptr<ObjectWrite> write_;
  const ExpectedDigests expected_;
  Digests digests_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<WriteObjectHandler::Sink>> WriteObjectHandler::Write(
    rpc::Call& call) {
  NewObject object;
  auto header = [&](absl::string_view name) { return call.Header(name); };
  TRIAD_RETURN_IF_ERROR(CheckContentRange(call));
  TRIAD_ASSIGN_OR_RETURN(object.properties.headers, ParseContentHeaders(header));
  TRIAD_ASSIGN_OR_RETURN(ExpectedDigests expected, ExpectedDigests::Parse(header));
  TRIAD_ASSIGN_OR_RETURN(object.properties.metadata, MetadataOf(call));
  // What the headers say is refused before the content is sent.
  TRIAD_RETURN_IF_ERROR(ConditionOf(call, {}).status());
  TRIAD_ASSIGN_OR_RETURN(object.size, SizeOf(call));
  // Checked before the first message: a caller may wait for the answer before it sends
  // any content.
  TRIAD_RETURN_IF_ERROR(WithWriteStatus(call, objects_.CheckSize(object.size.value_or(0))));
  return std::make_unique<ObjectSink>(objects_, call, std::move(object), std::move(expected));
}

}  // namespace triad::storage
