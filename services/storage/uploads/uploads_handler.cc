#include "services/storage/uploads/uploads_handler.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "runtime/base/status.h"
#include "runtime/rpc/paging.h"
#include "runtime/rpc/timestamps.h"
#include "services/storage/checksums/digests.h"
#include "services/storage/checksums/expected_digests.h"
#include "services/storage/objects/object_mapping.h"

namespace triad::storage {
namespace {

v1::Upload ToProto(const Upload& upload) {
  v1::Upload message;
  message.set_name(FormatObjectName(upload.name));
  message.set_upload_id(upload.id);
  *message.mutable_create_time() = rpc::TimeToProto(upload.create_time);
  return message;
}

v1::UploadPart ToProto(const UploadPart& part) {
  v1::UploadPart message;
  message.set_number(static_cast<std::int32_t>(part.number));
  message.set_etag(part.etag);
  message.set_size(part.size);
  message.set_sha256(part.sha256);
  message.set_crc32c(absl::StrFormat("%08x", part.crc32c.value()));
  *message.mutable_create_time() = rpc::TimeToProto(part.create_time);
  return message;
}

absl::StatusOr<UploadName> UploadNameFrom(const std::string& name, const std::string& id) {
  UploadName parsed;
  TRIAD_ASSIGN_OR_RETURN(parsed.object, ParseObjectName("name", name));
  if (id.empty()) return InvalidField("upload_id", "must be that of an upload of the object");
  parsed.id = id;
  return parsed;
}

class PartSink final : public UploadsHandler::Sink {
 public:
  PartSink(UploadStore& uploads, rpc::Call& call, ExpectedDigests expected)
      : uploads_(uploads),
        call_(call),
        expected_(std::move(expected)),
        digests_(expected_.algorithms()) {}

  absl::Status Write(const v1::WritePartRequest& request) override {
    return WithWriteStatus(call_, TryWrite(request));
  }

  absl::StatusOr<v1::UploadPart> Finish() override {
    if (write_ == nullptr) return InvalidField("name", "must be in the first message");
    TRIAD_RETURN_IF_ERROR(expected_.Verify(digests_.Finish()));
    absl::StatusOr<UploadPart> part = write_->Finish();
    if (!part.ok()) return WithWriteStatus(call_, std::move(part).status());
    return ToProto(*part);
  }

 private:
  absl::Status TryWrite(const v1::WritePartRequest& request) {
    if (write_ == nullptr) TRIAD_RETURN_IF_ERROR(Begin(request));
    digests_.Update(request.content().data());
    return write_->Append(request.content().data());
  }

  absl::Status Begin(const v1::WritePartRequest& request) {
    TRIAD_ASSIGN_OR_RETURN(UploadName upload, UploadNameFrom(request.name(), request.upload_id()));
    if (request.number() < 1 || request.number() > kMaxUploadParts) {
      return InvalidField("number", absl::StrCat("must be 1 to ", kMaxUploadParts));
    }
    TRIAD_ASSIGN_OR_RETURN(
        write_, uploads_.BeginPart(upload, request.number(), DryRunOf(request.validate_only())));
    return absl::OkStatus();
  }

  UploadStore& uploads_;
  rpc::Call& call_;
  std::unique_ptr<PartWrite> write_;
  const ExpectedDigests expected_;
  Digests digests_;
};

// Where a list of uploads goes on: the id, which has no '/', and the name.
std::string FormatPlace(const Upload& last) { return absl::StrCat(last.id, "/", last.name.object); }

absl::StatusOr<std::optional<UploadName>> ParsePlace(const std::string& bucket,
                                                     absl::string_view place) {
  if (place.empty()) return std::nullopt;
  std::size_t slash = place.find('/');
  if (slash == absl::string_view::npos) {
    return InvalidField("page_token", "is not one of this list");
  }
  return UploadName{{bucket, std::string(place.substr(slash + 1))},
                    std::string(place.substr(0, slash))};
}

}  // namespace

absl::StatusOr<v1::Upload> UploadsHandler::Create(rpc::Call&,
                                                  const v1::CreateUploadRequest& request) {
  Upload upload;
  TRIAD_ASSIGN_OR_RETURN(upload.name, ParseObjectName("name", request.name()));
  TRIAD_ASSIGN_OR_RETURN(ObjectChanges changes, ChangesFromProto("object", request.object(), {}));
  Object described;
  changes.Apply(described);
  upload.content_type = described.content_type;
  upload.properties = described.properties;
  TRIAD_ASSIGN_OR_RETURN(Upload created,
                         uploads_.Create(std::move(upload), DryRunOf(request.validate_only())));
  return ToProto(created);
}

absl::StatusOr<std::unique_ptr<UploadsHandler::Sink>> UploadsHandler::WritePart(rpc::Call& call) {
  TRIAD_ASSIGN_OR_RETURN(
      ExpectedDigests expected,
      ExpectedDigests::Parse([&](absl::string_view name) { return call.Header(name); }));
  return std::make_unique<PartSink>(uploads_, call, std::move(expected));
}

absl::StatusOr<v1::ListPartsResponse> UploadsHandler::ListParts(
    rpc::Call&, const v1::ListPartsRequest& request) {
  TRIAD_ASSIGN_OR_RETURN(UploadName upload, UploadNameFrom(request.name(), request.upload_id()));
  TRIAD_ASSIGN_OR_RETURN(std::int64_t limit, rpc::PageSize(request.page_size()));
  absl::string_view chosen[] = {request.name(), request.upload_id()};
  TRIAD_ASSIGN_OR_RETURN(std::string place, rpc::ParsePageToken(chosen, request.page_token()));
  std::int64_t after = 0;
  if (!place.empty() && !absl::SimpleAtoi(place, &after)) {
    return InvalidField("page_token", "is not one of this list");
  }
  TRIAD_ASSIGN_OR_RETURN(PartPage page, uploads_.ListParts(upload, after, limit));
  v1::ListPartsResponse response;
  for (const UploadPart& part : page.parts) *response.add_parts() = ToProto(part);
  if (page.more) {
    response.set_next_page_token(
        rpc::MakePageToken(chosen, absl::StrCat(page.parts.back().number)));
  }
  return response;
}

absl::StatusOr<v1::Object> UploadsHandler::Complete(rpc::Call& call,
                                                    const v1::CompleteUploadRequest& request) {
  TRIAD_ASSIGN_OR_RETURN(UploadName upload, UploadNameFrom(request.name(), request.upload_id()));
  TRIAD_ASSIGN_OR_RETURN(ObjectCondition condition, ConditionOf(call, request.condition()));
  std::vector<ChosenPart> chosen;
  for (const v1::CompleteUploadRequest::Part& part : request.parts()) {
    chosen.push_back({part.number(), part.etag()});
  }
  absl::StatusOr<Object> object =
      uploads_.Complete(upload, chosen, condition, DryRunOf(request.validate_only()));
  if (!object.ok()) return WithWriteStatus(call, std::move(object).status());
  return ToProto(*object);
}

absl::StatusOr<v1::AbortUploadResponse> UploadsHandler::Abort(
    rpc::Call&, const v1::AbortUploadRequest& request) {
  TRIAD_ASSIGN_OR_RETURN(UploadName upload, UploadNameFrom(request.name(), request.upload_id()));
  TRIAD_RETURN_IF_ERROR(uploads_.Abort(upload, DryRunOf(request.validate_only())));
  return v1::AbortUploadResponse();
}

absl::StatusOr<v1::ListUploadsResponse> UploadsHandler::List(
    rpc::Call&, const v1::ListUploadsRequest& request) {
  UploadQuery query;
  TRIAD_ASSIGN_OR_RETURN(query.bucket, ParseBucketName("parent", request.parent()));
  TRIAD_RETURN_IF_ERROR(CheckObjectPrefix("prefix", request.prefix()));
  query.prefix = request.prefix();
  TRIAD_ASSIGN_OR_RETURN(query.limit, rpc::PageSize(request.page_size()));
  absl::string_view chosen[] = {request.parent(), request.prefix()};
  TRIAD_ASSIGN_OR_RETURN(std::string place, rpc::ParsePageToken(chosen, request.page_token()));
  TRIAD_ASSIGN_OR_RETURN(query.after, ParsePlace(query.bucket, place));
  TRIAD_ASSIGN_OR_RETURN(UploadPage page, uploads_.List(query));
  v1::ListUploadsResponse response;
  for (const Upload& upload : page.uploads) *response.add_uploads() = ToProto(upload);
  if (page.more) {
    response.set_next_page_token(rpc::MakePageToken(chosen, FormatPlace(page.uploads.back())));
  }
  return response;
}

}  // namespace triad::storage
