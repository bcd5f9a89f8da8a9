#include "runtime/validation/checks/values.h"

#include "runtime/messages/wire_reader.h"

namespace triad::validation {
namespace {

using messages::RawValue;
using messages::WireReader;
using messages::WireType;

// Calls `found` with each field of `message` that is no group.
template <typename Found>
void EachField(absl::string_view message, const Found& found) {
  WireReader in(message);
  std::uint32_t number;
  WireType type;
  while (!in.AtEnd() && in.Tag(number, type)) {
    RawValue value;
    bool read = type == WireType::kStartGroup ? in.Skip(type, number) : in.Raw(type, value);
    if (!read) return;
    if (type != WireType::kStartGroup) found(number, type, value);
  }
}

// Fields 1 and 2, which Duration and Timestamp have alike.
absl::Duration SecondsAndNanos(absl::string_view message) {
  std::int64_t seconds = 0;
  std::int32_t nanos = 0;
  EachField(message, [&](std::uint32_t number, WireType type, const RawValue& value) {
    if (type != WireType::kVarint) return;
    if (number == 1) seconds = static_cast<std::int64_t>(value.bits);
    if (number == 2) nanos = static_cast<std::int32_t>(value.bits);
  });
  return absl::Seconds(seconds) + absl::Nanoseconds(nanos);
}

}  // namespace

absl::Duration DurationIn(absl::string_view message) { return SecondsAndNanos(message); }

absl::Time TimeIn(absl::string_view message) {
  return absl::UnixEpoch() + SecondsAndNanos(message);
}

std::vector<absl::string_view> TextsIn(absl::string_view message) {
  std::vector<absl::string_view> texts;
  EachField(message, [&](std::uint32_t number, WireType type, const RawValue& value) {
    if (number == 1 && type == WireType::kBytes) texts.push_back(value.bytes);
  });
  return texts;
}

// As ProtoJSON writes it, whatever the size.
std::string TextOf(absl::Duration duration) {
  absl::Duration rest;
  std::int64_t seconds = absl::IDivDuration(duration, absl::Seconds(1), &rest);
  std::int64_t nanos = absl::ToInt64Nanoseconds(rest);
  if (nanos == 0) return absl::StrCat(seconds, "s");
  std::string fraction = absl::StrCat(absl::Dec(nanos < 0 ? -nanos : nanos, absl::kZeroPad9));
  fraction.erase(fraction.find_last_not_of('0') + 1);
  return absl::StrCat(duration < absl::ZeroDuration() ? "-" : "", seconds < 0 ? -seconds : seconds,
                      ".", fraction, "s");
}

std::string TextOf(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d%ET%H:%M:%E*SZ", time, absl::UTCTimeZone());
}

}  // namespace triad::validation
