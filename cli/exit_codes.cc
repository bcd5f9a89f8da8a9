#include "cli/exit_codes.h"

#include "absl/strings/cord.h"

namespace triad::cli {
namespace {

// Tells errors of the command line from what a server calls INVALID_ARGUMENT.
constexpr absl::string_view kUsagePayload = "triadctl/usage";

constexpr ExitCodeRow kRows[] = {
    {ExitCode::kOk, "done"},
    {ExitCode::kFailed, "refused by the server, or failed otherwise"},
    {ExitCode::kUsage, "the command line is wrong; nothing was sent"},
    {ExitCode::kNotFound, "what was asked for is not there"},
    {ExitCode::kConflict,
     "it is there already, or otherwise than --if-etag, --if-absent or an"
     " operation of a commit expects"},
    {ExitCode::kDenied, "a token is needed, or this one may not do that"},
    {ExitCode::kAway, "the server was away, or did not answer in time"},
    {ExitCode::kDiffers, "config diff --exit-code has found differences"},
    {ExitCode::kInterrupted, "ended by Ctrl-C"},
};

struct StatusRow {
  absl::StatusCode status;
  ExitCode exit;
};

constexpr StatusRow kStatuses[] = {
    {absl::StatusCode::kOk, ExitCode::kOk},
    {absl::StatusCode::kNotFound, ExitCode::kNotFound},
    {absl::StatusCode::kAborted, ExitCode::kConflict},
    {absl::StatusCode::kAlreadyExists, ExitCode::kConflict},
    {absl::StatusCode::kFailedPrecondition, ExitCode::kConflict},
    {absl::StatusCode::kUnauthenticated, ExitCode::kDenied},
    {absl::StatusCode::kPermissionDenied, ExitCode::kDenied},
    {absl::StatusCode::kUnavailable, ExitCode::kAway},
    {absl::StatusCode::kDeadlineExceeded, ExitCode::kAway},
};

}  // namespace

absl::Span<const ExitCodeRow> ExitCodes() { return kRows; }

absl::Status UsageError(absl::string_view message) {
  absl::Status status = absl::InvalidArgumentError(message);
  status.SetPayload(kUsagePayload, absl::Cord());
  return status;
}

ExitCode ExitCodeOf(const absl::Status& status) {
  if (status.GetPayload(kUsagePayload).has_value()) return ExitCode::kUsage;
  for (const StatusRow& row : kStatuses) {
    if (row.status == status.code()) return row.exit;
  }
  return ExitCode::kFailed;
}

}  // namespace triad::cli
