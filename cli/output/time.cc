#include "cli/output/time.h"

#include "absl/time/time.h"

namespace triad::cli {
namespace {

constexpr char kTimeFormat[] = "%Y-%m-%dT%H:%M:%SZ";

}  // namespace

std::string FormatTime(const google::protobuf::Timestamp& time) {
  if (time.seconds() == 0 && time.nanos() == 0) return "";
  return absl::FormatTime(kTimeFormat, absl::FromUnixSeconds(time.seconds()), absl::UTCTimeZone());
}

}  // namespace triad::cli
