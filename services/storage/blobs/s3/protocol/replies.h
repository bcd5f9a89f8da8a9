// What S3 answers with, read from its XML.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/storage/blobs/s3/protocol/signer.h"

namespace triad::storage::s3 {

// All empty if the text is no error of S3's.
struct ErrorReply {
  std::string code;  // "NoSuchKey"
  std::string message;
  std::string region;  // of the bucket, if another region was asked
};
ErrorReply ParseError(absl::string_view xml);

struct ListedObject {
  std::string key;
  absl::Time modified;
};
struct ObjectPage {
  std::vector<ListedObject> objects;
  std::string next;  // continuation token; empty on the last page
};

struct ListedUpload {
  std::string key;
  std::string id;
  absl::Time initiated;
};
struct UploadPage {
  std::vector<ListedUpload> uploads;
  std::string next_key;  // markers; empty on the last page
  std::string next_id;
};

// All of these: INTERNAL, naming what is missing, for an answer of another form.
absl::StatusOr<std::string> ParseUploadId(absl::string_view xml);
absl::Status CheckUploadCompleted(absl::string_view xml);
absl::StatusOr<ObjectPage> ParseObjectPage(absl::string_view xml);
absl::StatusOr<UploadPage> ParseUploadPage(absl::string_view xml);
// The answer of STS to AssumeRoleWithWebIdentity.
absl::StatusOr<Credentials> ParseAssumedRole(absl::string_view xml);

struct UploadedPart {
  int number = 0;  // from 1
  std::string etag;
};
// The request that completes an upload.
std::string CompletionXml(const std::vector<UploadedPart>& parts);

}  // namespace triad::storage::s3
