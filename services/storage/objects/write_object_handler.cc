#include "services/storage/objects/write_object_handler.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/etags.h"
#include "runtime/base/status.h"
#include "services/storage/http/http_date.h"
#include "services/storage/objects/object_mapping.h"

namespace triad::storage {
namespace {

constexpr absl::string_view kMetadataPrefix = "x-meta-";
// Content-Length, as the gateway passes it on: in gRPC the plain name belongs to
// the stream itself.
constexpr absl::string_view kContentLength = "http-header-content-length";
constexpr std::size_t kMaxMetadataBytes = 8 * 1024;
constexpr std::size_t kMaxContentType = 255;
constexpr int kUnsupportedMediaType = 415;
constexpr absl::string_view kDefaultContentType = "application/octet-stream";

struct HttpStatusRow {
  absl::StatusCode code;
  int status;
};

constexpr HttpStatusRow kHttpStatuses[] = {
    {absl::StatusCode::kFailedPrecondition, 412},
    {absl::StatusCode::kOutOfRange, 413},
    {absl::StatusCode::kResourceExhausted, 507},
    // Of the blob store, about content that comes too slowly.
    {absl::StatusCode::kDeadlineExceeded, 408},
};

bool IsPrintable(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), absl::ascii_isprint);
}

absl::StatusOr<std::map<std::string, std::string>> MetadataOf(const rpc::Call& call) {
  std::map<std::string, std::string> metadata;
  std::size_t bytes = 0;
  for (auto& [header, value] : call.HeadersWithPrefix(kMetadataPrefix)) {
    std::string name = header.substr(kMetadataPrefix.size());
    // A value of a name that ends in -bin would be taken for base64 by gRPC when it is
    // sent back.
    if (name.empty() || absl::EndsWith(name, "-bin") || !IsPrintable(value)) {
      return InvalidField(header,
                          "must have a name that does not end in -bin and a value of "
                          "printable ASCII");
    }
    bytes += name.size() + value.size();
    std::string& kept = metadata[name];
    kept = kept.empty() ? std::move(value) : absl::StrCat(kept, ", ", value);
  }
  if (bytes <= kMaxMetadataBytes) return metadata;
  return InvalidField("x-meta-*", absl::StrCat("must be at most ", kMaxMetadataBytes, " bytes"));
}

absl::StatusOr<WriteCondition> ConditionOf(const rpc::Call& call) {
  TRIAD_ASSIGN_OR_RETURN(EtagCondition etags,
                         ParseEtagCondition(call.Header("if-match"), call.Header("if-none-match")));
  WriteCondition condition{std::move(etags), std::nullopt};
  // If-Match says more exactly what If-Unmodified-Since means (RFC 9110, section 13.2.2).
  if (!condition.if_match.has_value()) {
    condition.if_unmodified_since = ParseHttpDate(call.Header("if-unmodified-since"));
  }
  return condition;
}

// Refuses what would be stored as something else than what the caller means.
absl::Status CheckContentHeaders(rpc::Call& call) {
  if (call.Header("content-range").has_value()) {
    return InvalidField("content-range", "cannot be written: an object is replaced as a whole");
  }
  std::string coding = call.Header("content-encoding").value_or("identity");
  if (absl::EqualsIgnoreCase(coding, "identity")) return absl::OkStatus();
  call.SetHttpStatus(kUnsupportedMediaType);
  return InvalidField("content-encoding",
                      "is not kept: send the bytes as they are, or with the media type of what "
                      "they are, such as application/gzip");
}

absl::StatusOr<std::optional<std::int64_t>> SizeOf(const rpc::Call& call) {
  std::optional<std::string> value = call.Header(kContentLength);
  if (!value.has_value()) return std::nullopt;
  std::int64_t size = -1;
  if (absl::SimpleAtoi(*value, &size) && size >= 0) return size;
  return InvalidField("content-length", "must be a number of bytes");
}

absl::StatusOr<std::string> ContentTypeOf(const google::api::HttpBody& body) {
  const std::string& type = body.content_type();
  if (type.empty()) return std::string(kDefaultContentType);
  if (type.size() <= kMaxContentType && IsPrintable(type) && absl::StrContains(type, '/')) {
    return type;
  }
  return InvalidField("content.content_type", "must be a media type of at most 255 bytes");
}

class ObjectSink final : public WriteObjectHandler::Sink {
 public:
  ObjectSink(ObjectStore& objects, rpc::Call& call, NewObject object)
      : objects_(objects), call_(call), object_(std::move(object)) {}

  absl::Status Write(const v1::WriteObjectRequest& request) override {
    return WithWriteStatus(call_, TryWrite(request));
  }

  absl::StatusOr<v1::Object> Finish() override {
    if (write_ == nullptr) return InvalidField("name", "must be in the first message");
    absl::StatusOr<Object> object = write_->Finish();
    if (!object.ok()) return WithWriteStatus(call_, std::move(object).status());
    return ToProto(*object);
  }

 private:
  absl::Status TryWrite(const v1::WriteObjectRequest& request) {
    if (write_ == nullptr) TRIAD_RETURN_IF_ERROR(Begin(request));
    return write_->Append(request.content().data());
  }

  absl::Status Begin(const v1::WriteObjectRequest& request) {
    TRIAD_ASSIGN_OR_RETURN(object_.name, ParseObjectName("name", request.name()));
    TRIAD_ASSIGN_OR_RETURN(object_.content_type, ContentTypeOf(request.content()));
    TRIAD_ASSIGN_OR_RETURN(write_, objects_.BeginWrite(std::move(object_)));
    return absl::OkStatus();
  }

  ObjectStore& objects_;
  rpc::Call& call_;
  NewObject object_;  // what the headers said, until the first message
  std::unique_ptr<ObjectWrite> write_;
};

}  // namespace

absl::Status WithWriteStatus(rpc::Call& call, absl::Status status) {
  for (const HttpStatusRow& row : kHttpStatuses) {
    if (row.code == status.code()) call.SetHttpStatus(row.status);
  }
  return status;
}

absl::StatusOr<std::unique_ptr<WriteObjectHandler::Sink>> WriteObjectHandler::Write(
    rpc::Call& call) {
  NewObject object;
  TRIAD_RETURN_IF_ERROR(CheckContentHeaders(call));
  TRIAD_ASSIGN_OR_RETURN(object.metadata, MetadataOf(call));
  TRIAD_ASSIGN_OR_RETURN(object.condition, ConditionOf(call));
  TRIAD_ASSIGN_OR_RETURN(object.size, SizeOf(call));
  // Checked before the first message: a caller may wait for the answer before it sends
  // any content.
  TRIAD_RETURN_IF_ERROR(WithWriteStatus(call, objects_.CheckSize(object.size.value_or(0))));
  return std::make_unique<ObjectSink>(objects_, call, std::move(object));
}

}  // namespace triad::storage
