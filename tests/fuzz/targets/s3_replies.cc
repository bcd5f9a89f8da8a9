// What an S3, or something that is none, answers.
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "services/storage/blobs/s3/protocol/replies.h"
#include "tests/fuzz/target.h"

namespace triad::fuzz {
namespace {

namespace s3 = storage::s3;

// Text of an element, so that nothing in it is markup or white space.
std::string Escaped(absl::string_view text) {
  std::string xml;
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (absl::ascii_isalnum(byte) || byte >= 0x80) {
      xml += c;
    } else {
      absl::StrAppendFormat(&xml, "&#%d;", byte);
    }
  }
  return xml;
}

std::string Element(absl::string_view name, absl::string_view text) {
  return absl::StrCat("<", name, ">", Escaped(text), "</", name, ">");
}

std::string Element(absl::string_view name, absl::Time time) {
  return Element(name, absl::FormatTime(absl::RFC3339_full, time, absl::UTCTimeZone()));
}

std::string Format(const s3::ObjectPage& page) {
  std::string xml = "<ListBucketResult>";
  for (const s3::ListedObject& object : page.objects) {
    absl::StrAppend(&xml, "<Contents>", Element("Key", object.key),
                    Element("LastModified", object.modified), "</Contents>");
  }
  absl::StrAppend(&xml, Element("IsTruncated", page.next.empty() ? "false" : "true"),
                  Element("NextContinuationToken", page.next));
  return absl::StrCat(xml, "</ListBucketResult>");
}

std::string Format(const s3::UploadPage& page) {
  std::string xml = "<ListMultipartUploadsResult>";
  for (const s3::ListedUpload& upload : page.uploads) {
    absl::StrAppend(&xml, "<Upload>", Element("Key", upload.key), Element("UploadId", upload.id),
                    Element("Initiated", upload.initiated), "</Upload>");
  }
  absl::StrAppend(&xml, Element("IsTruncated", page.next_key.empty() ? "false" : "true"),
                  Element("NextKeyMarker", page.next_key),
                  Element("NextUploadIdMarker", page.next_id));
  return absl::StrCat(xml, "</ListMultipartUploadsResult>");
}

// A page that is written as it was read is read in the same way.
template <typename Page>
void CheckPage(const absl::StatusOr<Page>& page,
               absl::StatusOr<Page> (*parse)(absl::string_view xml)) {
  if (!page.ok()) return;
  std::string xml = Format(*page);
  absl::StatusOr<Page> again = parse(xml);
  Require(again.ok(), "a page is accepted as it was read", xml);
  RequireEqual(Format(*again), xml, "a page is read alike twice");
}

void CheckCompletion(absl::string_view text) {
  std::string etag(text.substr(0, text.find('\0')));
  std::string xml = s3::CompletionXml({{1, etag}, {2, "b"}});
  Require(absl::StrContains(xml, "?><CompleteMultipartUpload><Part><PartNumber>1</PartNumber>"),
          "parts are in order", xml);
  Require(absl::EndsWith(
              xml, "<PartNumber>2</PartNumber><ETag>b</ETag></Part></CompleteMultipartUpload>"),
          "an etag is no markup", xml);
}

const Registration kTarget("s3_replies", [](absl::string_view xml) {
  s3::ParseError(xml);
  s3::CheckUploadCompleted(xml).IgnoreError();
  absl::StatusOr<std::string> id = s3::ParseUploadId(xml);
  Require(!id.ok() || !id->empty(), "an upload has an id", xml);
  absl::StatusOr<s3::Credentials> credentials = s3::ParseAssumedRole(xml);
  Require(!credentials.ok() || !credentials->secret_access_key.empty(), "a role has a key", xml);
  CheckPage(s3::ParseObjectPage(xml), &s3::ParseObjectPage);
  CheckPage(s3::ParseUploadPage(xml), &s3::ParseUploadPage);
  CheckCompletion(xml);
});

}  // namespace
}  // namespace triad::fuzz
