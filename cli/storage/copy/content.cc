#include "cli/storage/copy/content.h"

#include <google/api/httpbody.pb.h>
#include <isa-l/crc.h>

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "cli/exit_codes.h"
#include "cli/storage/call.h"
#include "runtime/base/status.h"

namespace triad::cli {
namespace {

namespace v1 = storage::v1;

// The length of crc32_iscsi is an int.
constexpr std::size_t kMaxCrcBytes = std::size_t{1} << 30;

std::uint32_t ExtendCrc32c(std::uint32_t crc, absl::string_view bytes) {
  while (!bytes.empty()) {
    absl::string_view some = bytes.substr(0, kMaxCrcBytes);
    // It takes a pointer to what could be changed, and changes nothing.
    auto* data = reinterpret_cast<unsigned char*>(const_cast<char*>(some.data()));
    crc = crc32_iscsi(data, static_cast<int>(some.size()), crc);
    bytes.remove_prefix(some.size());
  }
  return crc;
}

absl::Status Differs(const v1::Object& object, absl::string_view what, absl::string_view expected,
                     absl::string_view came) {
  return absl::DataLossError(absl::StrCat(PathOfResource(object.name()).text(), ": ", what, " is ",
                                          came, ", expected ", expected));
}

}  // namespace

void ContentSum::Update(absl::string_view bytes) {
  size_ += static_cast<std::int64_t>(bytes.size());
  crc_ = ExtendCrc32c(crc_, bytes);
  sha256_.Update(bytes);
}

absl::Status ContentSum::Check(const v1::Object& object) {
  if (size_ != object.size()) {
    return Differs(object, "its size", absl::StrCat(object.size()), absl::StrCat(size_));
  }
  std::string crc32c = absl::StrFormat("%08x", ~crc_);
  if (!object.crc32c().empty() && object.crc32c() != crc32c) {
    return Differs(object, "its CRC32C", object.crc32c(), crc32c);
  }
  std::string sha256 = sha256_.Finish().hex();
  if (!object.sha256().empty() && object.sha256() != sha256) {
    return Differs(object, "its SHA-256", object.sha256(), sha256);
  }
  return absl::OkStatus();
}

absl::StatusOr<ByteSpan> ParseSpan(absl::string_view text, std::int64_t size) {
  std::pair<std::string, std::string> ends = absl::StrSplit(text, absl::MaxSplits('-', 1));
  std::int64_t first = 0;
  std::int64_t last = size - 1;
  bool from_end = ends.first.empty();
  bool good = text.find('-') != absl::string_view::npos && text.size() > 1 &&
              (from_end || absl::SimpleAtoi(ends.first, &first)) &&
              (ends.second.empty() || absl::SimpleAtoi(ends.second, &last)) && first >= 0 &&
              last >= (from_end || ends.second.empty() ? -1 : first);
  if (!good) {
    return UsageError(absl::StrCat(
        "--range: expected FIRST-LAST, FIRST- or -COUNT in bytes, such as 0-99, not '", text, "'"));
  }
  if (from_end) first = std::max<std::int64_t>(0, size - std::exchange(last, size - 1));
  last = std::min(last, size - 1);
  if (first <= last) return ByteSpan{first, last - first + 1};
  return absl::OutOfRangeError(
      absl::StrCat("--range: nothing of ", text, " is there: it has ", size, " bytes"));
}

absl::StatusOr<v1::Object> DescribeObject(Client& client, const ObjectPath& path,
                                          std::int64_t generation) {
  v1::GetObjectRequest request;
  request.set_name(path.resource());
  request.set_generation(generation);
  return Ask<v1::Object>(client, StorageMethod("GetObject"), request);
}

absl::Status Download(Client& client, const v1::Object& object, const std::optional<ByteSpan>& span,
                      const TakeBytes& take) {
  v1::ReadObjectRequest request;
  request.set_name(object.name());
  request.set_generation(object.generation());
  Call call = {&StorageMethod("ReadObject")};
  if (span.has_value()) {
    call.headers.emplace_back(
        "range", absl::StrCat("bytes=", span->offset, "-", span->offset + span->length - 1));
  }
  ContentSum sum;
  std::int64_t came = 0;
  TRIAD_RETURN_IF_ERROR(client.Send(call, request, [&](const google::protobuf::Message& message) {
    const std::string& bytes = static_cast<const google::api::HttpBody&>(message).data();
    came += static_cast<std::int64_t>(bytes.size());
    if (!span.has_value()) sum.Update(bytes);
    return take(bytes);
  }));
  if (!span.has_value()) return sum.Check(object);
  if (came == span->length) return absl::OkStatus();
  return Differs(object, "the part", absl::StrCat(span->length, " bytes"),
                 absl::StrCat(came, " bytes"));
}

}  // namespace triad::cli
