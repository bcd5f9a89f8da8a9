#include "services/storage/blobs/s3/protocol/replies.h"

#include <pugixml.hpp>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"

namespace triad::storage::s3 {
namespace {

absl::Status Unexpected(absl::string_view missing) {
  return absl::InternalError(absl::StrCat(
      "the answer has no ", missing, ": is --s3_endpoint an S3? Something else may answer there"));
}

absl::StatusOr<absl::Time> TimeOf(const pugi::xml_node& node, const char* name) {
  absl::Time time;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, node.child_value(name), &time, &error)) {
    return Unexpected(name);
  }
  return time;
}

// The root of a document, if it has that name.
absl::StatusOr<pugi::xml_node> Load(pugi::xml_document& document, absl::string_view xml,
                                    const char* root) {
  document.load_buffer(xml.data(), xml.size());
  pugi::xml_node node = document.child(root);
  if (!node) return Unexpected(root);
  return node;
}

}  // namespace

ErrorReply ParseError(absl::string_view xml) {
  pugi::xml_document document;
  document.load_buffer(xml.data(), xml.size());
  pugi::xml_node error = document.child("Error");
  // STS has it inside of another element.
  if (!error) error = document.child("ErrorResponse").child("Error");
  return {error.child_value("Code"), error.child_value("Message"), error.child_value("Region")};
}

absl::StatusOr<std::string> ParseUploadId(absl::string_view xml) {
  pugi::xml_document document;
  TRIAD_ASSIGN_OR_RETURN(pugi::xml_node root, Load(document, xml, "InitiateMultipartUploadResult"));
  std::string id = root.child_value("UploadId");
  if (id.empty()) return Unexpected("UploadId");
  return id;
}

absl::Status CheckUploadCompleted(absl::string_view xml) {
  pugi::xml_document document;
  return Load(document, xml, "CompleteMultipartUploadResult").status();
}

absl::StatusOr<ObjectPage> ParseObjectPage(absl::string_view xml) {
  pugi::xml_document document;
  TRIAD_ASSIGN_OR_RETURN(pugi::xml_node root, Load(document, xml, "ListBucketResult"));
  ObjectPage page;
  for (const pugi::xml_node& object : root.children("Contents")) {
    TRIAD_ASSIGN_OR_RETURN(absl::Time modified, TimeOf(object, "LastModified"));
    page.objects.push_back({object.child_value("Key"), modified});
  }
  if (!root.child("IsTruncated").text().as_bool()) return page;
  page.next = root.child_value("NextContinuationToken");
  if (page.next.empty()) return Unexpected("NextContinuationToken");
  return page;
}

absl::StatusOr<UploadPage> ParseUploadPage(absl::string_view xml) {
  pugi::xml_document document;
  TRIAD_ASSIGN_OR_RETURN(pugi::xml_node root, Load(document, xml, "ListMultipartUploadsResult"));
  UploadPage page;
  for (const pugi::xml_node& upload : root.children("Upload")) {
    TRIAD_ASSIGN_OR_RETURN(absl::Time initiated, TimeOf(upload, "Initiated"));
    page.uploads.push_back({upload.child_value("Key"), upload.child_value("UploadId"), initiated});
  }
  if (!root.child("IsTruncated").text().as_bool()) return page;
  page.next_key = root.child_value("NextKeyMarker");
  page.next_id = root.child_value("NextUploadIdMarker");
  if (page.next_key.empty()) return Unexpected("NextKeyMarker");
  return page;
}

absl::StatusOr<Credentials> ParseAssumedRole(absl::string_view xml) {
  pugi::xml_document document;
  TRIAD_ASSIGN_OR_RETURN(pugi::xml_node root,
                         Load(document, xml, "AssumeRoleWithWebIdentityResponse"));
  pugi::xml_node node = root.child("AssumeRoleWithWebIdentityResult").child("Credentials");
  Credentials credentials;
  credentials.access_key_id = node.child_value("AccessKeyId");
  credentials.secret_access_key = node.child_value("SecretAccessKey");
  credentials.session_token = node.child_value("SessionToken");
  if (credentials.access_key_id.empty() || credentials.secret_access_key.empty()) {
    return Unexpected("Credentials");
  }
  TRIAD_ASSIGN_OR_RETURN(credentials.expires, TimeOf(node, "Expiration"));
  return credentials;
}

std::string CompletionXml(const std::vector<UploadedPart>& parts) {
  pugi::xml_document document;
  pugi::xml_node root = document.append_child("CompleteMultipartUpload");
  for (const UploadedPart& part : parts) {
    pugi::xml_node node = root.append_child("Part");
    node.append_child("PartNumber").text() = part.number;
    node.append_child("ETag").text() = part.etag.c_str();
  }
  std::ostringstream text;
  document.save(text, "", pugi::format_raw);
  return text.str();
}

}  // namespace triad::storage::s3
