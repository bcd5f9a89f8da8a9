#include "runtime/rpc/timestamps.h"

#include <google/protobuf/util/time_util.h>

#include "runtime/base/status.h"

namespace triad::rpc {
namespace {

using google::protobuf::util::TimeUtil;

constexpr std::int32_t kNanosPerSecond = 1'000'000'000;

}  // namespace

google::protobuf::Timestamp TimeToProto(absl::Time time) {
  return TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(time));
}

absl::StatusOr<absl::Time> TimeFromProto(absl::string_view field,
                                         const google::protobuf::Timestamp& time) {
  if (time.seconds() < TimeUtil::kTimestampMinSeconds ||
      time.seconds() > TimeUtil::kTimestampMaxSeconds || time.nanos() < 0 ||
      time.nanos() >= kNanosPerSecond) {
    return InvalidField(field, "must be a time of the years 1 to 9999");
  }
  return absl::FromUnixMicros(TimeUtil::TimestampToMicroseconds(time));
}

}  // namespace triad::rpc
