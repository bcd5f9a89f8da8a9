#include "runtime/base/status.h"

#include <google/protobuf/duration.pb.h>
#include <google/rpc/error_details.pb.h>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"

namespace triad {
namespace {

template <typename Detail>
void AttachDetail(absl::Status& status, const Detail& detail) {
  status.SetPayload(absl::StrCat("type.googleapis.com/", Detail::descriptor()->full_name()),
                    absl::Cord(detail.SerializeAsString()));
}

// What runtime/rpc leaves of an error, the rest of whose google.rpc.Status takes no more than the
// reserve.
constexpr std::size_t kMaxErrorBytes = 4096;
constexpr std::size_t kReserve = 128;
constexpr std::size_t kMaxMessageBytes = 1024;

// As many of `violations` as fit beside a message of `message_size` bytes.
google::rpc::BadRequest BadRequestOf(const std::vector<FieldViolation>& violations,
                                     std::size_t more, std::size_t message_size) {
  google::rpc::BadRequest detail;
  std::size_t added = 0;
  for (const FieldViolation& violation : violations) {
    auto* field = detail.add_field_violations();
    field->set_field(violation.field);
    field->set_description(violation.description);
    field->set_reason(violation.reason);
    if (detail.ByteSizeLong() + message_size + kReserve > kMaxErrorBytes) {
      detail.mutable_field_violations()->RemoveLast();
      break;
    }
    ++added;
  }
  std::size_t rest = violations.size() - added + more;
  if (rest > 0) {
    detail.add_field_violations()->set_description(absl::StrCat("and ", rest, " more"));
  }
  return detail;
}

}  // namespace

absl::Status InvalidField(absl::string_view field, absl::string_view description) {
  return InvalidFields({{std::string(field), std::string(description)}});
}

absl::Status InvalidFields(const std::vector<FieldViolation>& violations, std::size_t more) {
  std::string message;
  std::size_t told = 0;
  for (const FieldViolation& violation : violations) {
    std::string one = absl::StrCat(violation.field, ": ", violation.description);
    if (told > 0 && message.size() + one.size() > kMaxMessageBytes) break;
    absl::StrAppend(&message, told++ > 0 ? "; " : "", one);
  }
  std::size_t untold = violations.size() - told + more;
  if (untold > 0) absl::StrAppend(&message, "; and ", untold, " more");
  absl::Status status = absl::InvalidArgumentError(message);
  AttachDetail(status, BadRequestOf(violations, more, message.size()));
  return status;
}

absl::Status WithRetryDelay(absl::Status status, absl::Duration delay) {
  google::rpc::RetryInfo detail;
  absl::Duration rest;
  detail.mutable_retry_delay()->set_seconds(absl::IDivDuration(delay, absl::Seconds(1), &rest));
  detail.mutable_retry_delay()->set_nanos(static_cast<int>(absl::ToInt64Nanoseconds(rest)));
  AttachDetail(status, detail);
  return status;
}

absl::Status WithReason(absl::Status status, absl::string_view reason, absl::string_view domain,
                        const std::vector<std::pair<std::string, std::string>>& facts) {
  google::rpc::ErrorInfo detail;
  detail.set_reason(std::string(reason));
  detail.set_domain(std::string(domain));
  for (const auto& [name, value] : facts) (*detail.mutable_metadata())[name] = value;
  AttachDetail(status, detail);
  return status;
}

absl::Status Annotate(const absl::Status& status, absl::string_view prefix) {
  if (status.ok()) return status;
  absl::Status annotated(status.code(), absl::StrCat(prefix, status.message()));
  status.ForEachPayload([&](absl::string_view url, const absl::Cord& payload) {
    annotated.SetPayload(url, payload);
  });
  return annotated;
}

}  // namespace triad
