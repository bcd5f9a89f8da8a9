#include "cli/error_text.h"

#include <google/rpc/error_details.pb.h>

#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace triad::cli {
namespace {

constexpr absl::string_view kBadRequest = "type.googleapis.com/google.rpc.BadRequest";

struct AdviceRow {
  absl::StatusCode code;
  absl::string_view advice;
};

constexpr AdviceRow kAdvice[] = {
    {absl::StatusCode::kUnauthenticated, "give the token's file with --token-file or in a profile"},
    {absl::StatusCode::kUnavailable,
     "--server or a profile says where it is, --wait how long to"
     " wait for it"},
    {absl::StatusCode::kUnimplemented,
     "what answers there does not know this: it is another service, or older than triadctl"},
};

std::string FieldLines(const absl::Status& status) {
  google::rpc::BadRequest bad;
  auto payload = status.GetPayload(kBadRequest);
  if (!payload.has_value() || !bad.ParseFromString(std::string(*payload))) return "";
  std::string lines;
  for (const auto& violation : bad.field_violations()) {
    std::string line = absl::StrCat(violation.field(), ": ", violation.description());
    if (absl::StrContains(status.message(), line)) continue;
    absl::StrAppend(&lines, "  ", OneLine(line), "\n");
  }
  return lines;
}

}  // namespace

std::string ErrorText(const absl::Status& status, const Colours& colours) {
  std::string message = OneLine(status.message());
  if (message.empty()) message = absl::StatusCodeToString(status.code());
  std::string text =
      absl::StrCat(colours(Style::kRed, "triadctl:"), " ", message, "\n", FieldLines(status));
  for (const AdviceRow& row : kAdvice) {
    if (row.code == status.code()) absl::StrAppend(&text, "  ", row.advice, "\n");
  }
  return text;
}

}  // namespace triad::cli
