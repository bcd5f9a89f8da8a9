#include "services/storage/blobs/s3/client/bucket.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "runtime/base/status.h"

namespace triad::storage::s3 {
namespace {

using Headers = std::map<std::string, std::string>;

// Timeouts of requests that carry little.
constexpr absl::Duration kShortTimeout = absl::Seconds(15);
constexpr absl::Duration kGiveUpTimeout = absl::Seconds(2);

const Body& NoContent() {
  static const Body& empty = *new Body(std::make_shared<const std::string>());
  return empty;
}

std::string HeaderOf(const http_client::HttpHead& head, const std::string& name) {
  auto found = head.headers.find(name);
  return found == head.headers.end() ? "" : found->second;
}

absl::StatusOr<std::int64_t> LengthOf(const http_client::HttpHead& head) {
  std::int64_t length = -1;
  if (absl::SimpleAtoi(HeaderOf(head, "content-length"), &length)) return length;
  return absl::InternalError("S3 does not say how long its answer is");
}

}  // namespace

absl::Status Bucket::Put(const std::string& key, Body body) {
  return BeginPut(key, std::move(body), "")->Wait().status();
}

std::unique_ptr<PendingCall> Bucket::BeginPut(const std::string& key, Body body,
                                              const std::string& sha256) {
  Request request{Operation::kPutObject, "PUT", key};
  request.body = std::move(body);
  request.sha256 = sha256;
  return client_.Begin(std::move(request));
}

absl::Status Bucket::PutIf(const std::string& key, Body body, const std::string& etag) {
  Request request{Operation::kPutObject, "PUT", key};
  request.headers = etag.empty() ? Headers{{"if-none-match", "*"}} : Headers{{"if-match", etag}};
  request.body = std::move(body);
  request.timeout = kShortTimeout;
  return client_.Call(std::move(request)).status();
}

absl::StatusOr<SmallObject> Bucket::Read(const std::string& key, absl::Duration timeout) {
  Request request{Operation::kGetObject, "GET", key};
  request.timeout = std::min(timeout, kShortTimeout);
  if (timeout != absl::InfiniteDuration()) request.attempts = 1;
  TRIAD_ASSIGN_OR_RETURN(Answer answer, client_.Call(std::move(request)));
  // Ceph compares an If-Match without quotes; AWS and MinIO take it with and without.
  std::string etag = absl::StrReplaceAll(HeaderOf(answer.head, "etag"), {{"\"", ""}});
  return SmallObject{std::move(answer.body), std::move(etag)};
}

absl::StatusOr<std::unique_ptr<http_client::ResponseReader>> Bucket::Get(const std::string& key,
                                                                         std::int64_t offset,
                                                                         std::int64_t length) {
  return ParseGet(key, offset, length, BeginGet(key, offset, length)->Wait());
}

std::unique_ptr<PendingCall> Bucket::BeginGet(const std::string& key, std::int64_t offset,
                                              std::int64_t length) {
  Request request{Operation::kGetObject, "GET", key};
  request.headers["range"] = absl::StrCat("bytes=", offset, "-", offset + length - 1);
  request.stream = true;
  return client_.Begin(std::move(request));
}

absl::StatusOr<std::unique_ptr<http_client::ResponseReader>> Bucket::ParseGet(
    const std::string& key, std::int64_t offset, std::int64_t length,
    absl::StatusOr<Answer> answer) {
  if (!answer.ok()) return std::move(answer).status();
  TRIAD_ASSIGN_OR_RETURN(std::int64_t promised, LengthOf(answer->head));
  // A 200 instead would come with the whole object.
  if (answer->head.status == 206 && promised == length) return std::move(answer->rest);
  return absl::DataLossError(absl::StrCat(key, ": ", length, " bytes from ", offset,
                                          " on were asked for, S3 has ", promised, " (",
                                          answer->head.status, ")"));
}

absl::StatusOr<std::int64_t> Bucket::SizeOf(const std::string& key) {
  Request request{Operation::kHeadObject, "HEAD", key};
  request.timeout = kShortTimeout;
  TRIAD_ASSIGN_OR_RETURN(Answer answer, client_.Call(std::move(request)));
  return LengthOf(answer.head);
}

absl::Status Bucket::Remove(const std::string& key) {
  Request request{Operation::kDeleteObject, "DELETE", key};
  request.timeout = kShortTimeout;
  absl::Status removed = client_.Call(std::move(request)).status();
  return absl::IsNotFound(removed) ? absl::OkStatus() : removed;
}

absl::Status Bucket::Discard(const std::string& key) {
  Request request{Operation::kDeleteObject, "DELETE", key};
  request.timeout = kGiveUpTimeout;
  request.attempts = 1;
  absl::Status removed = client_.Call(std::move(request)).status();
  return absl::IsNotFound(removed) ? absl::OkStatus() : removed;
}

absl::StatusOr<ObjectPage> Bucket::List(const std::string& prefix, const std::string& after) {
  Request request{Operation::kListObjects};
  request.query = {{"list-type", "2"}, {"prefix", prefix}};
  if (!after.empty()) request.query.emplace("continuation-token", after);
  TRIAD_ASSIGN_OR_RETURN(Answer answer, client_.Call(std::move(request)));
  return ParseObjectPage(answer.body);
}

absl::Status Bucket::Check(absl::Duration timeout) {
  Request request{Operation::kHeadBucket, "HEAD"};
  request.timeout = timeout;
  request.attempts = 1;
  absl::Status status = client_.Call(std::move(request)).status();
  if (!absl::IsNotFound(status)) return status;
  return absl::InternalError(
      absl::StrCat(status.message(), "; create the bucket, or correct --blobs"));
}

absl::StatusOr<Upload> Bucket::BeginUpload(const std::string& key) {
  Request request{Operation::kCreateMultipartUpload, "POST", key};
  request.query = {{"uploads", ""}};
  request.body = NoContent();
  request.timeout = kShortTimeout;
  TRIAD_ASSIGN_OR_RETURN(Answer answer, client_.Call(std::move(request)));
  TRIAD_ASSIGN_OR_RETURN(std::string id, ParseUploadId(answer.body));
  return Upload{key, std::move(id)};
}

std::unique_ptr<PendingCall> Bucket::BeginPart(const Upload& upload, int number, Body body) {
  Request request{Operation::kUploadPart, "PUT", upload.key};
  request.query = {{"partNumber", absl::StrCat(number)}, {"uploadId", upload.id}};
  request.body = std::move(body);
  return client_.Begin(std::move(request));
}

absl::StatusOr<UploadedPart> Bucket::ParsePart(int number, absl::StatusOr<Answer> answer) {
  if (!answer.ok()) return std::move(answer).status();
  std::string etag = HeaderOf(answer->head, "etag");
  if (!etag.empty()) return UploadedPart{number, std::move(etag)};
  return absl::InternalError("S3 gives a part of an upload no etag");
}

absl::Status Bucket::Complete(const Upload& upload, const std::vector<UploadedPart>& parts,
                              std::int64_t size) {
  Request request{Operation::kCompleteMultipartUpload, "POST", upload.key};
  request.query = {{"uploadId", upload.id}};
  request.body = std::make_shared<const std::string>(CompletionXml(parts));
  request.check = CheckUploadCompleted;
  absl::Status completed = client_.Call(std::move(request)).status();
  if (!absl::IsNotFound(completed)) return completed;
  // There is no such upload any more. Nobody else writes this key: if it is there, with
  // all its bytes, an earlier attempt has completed the upload.
  absl::StatusOr<std::int64_t> found = SizeOf(upload.key);
  if (found.ok() && *found == size) return absl::OkStatus();
  return absl::UnavailableError(
      absl::StrCat(completed.message(), "; the upload is lost: try again"));
}

absl::Status Bucket::Abort(const Upload& upload) {
  Request request{Operation::kAbortMultipartUpload, "DELETE", upload.key};
  request.query = {{"uploadId", upload.id}};
  request.timeout = kGiveUpTimeout;
  request.attempts = 1;
  absl::Status aborted = client_.Call(std::move(request)).status();
  return absl::IsNotFound(aborted) ? absl::OkStatus() : aborted;
}

absl::StatusOr<UploadPage> Bucket::ListUploads(const std::string& prefix,
                                               const std::string& after_key,
                                               const std::string& after_id) {
  Request request{Operation::kListMultipartUploads};
  request.query = {{"uploads", ""}, {"prefix", prefix}};
  if (!after_key.empty()) {
    request.query.emplace("key-marker", after_key);
    request.query.emplace("upload-id-marker", after_id);
  }
  TRIAD_ASSIGN_OR_RETURN(Answer answer, client_.Call(std::move(request)));
  return ParseUploadPage(answer.body);
}

}  // namespace triad::storage::s3
