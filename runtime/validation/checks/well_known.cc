#include "runtime/validation/checks/well_known.h"

#include <google/protobuf/duration.pb.h>
#include <google/protobuf/timestamp.pb.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "runtime/base/clock.h"
#include "runtime/validation/checks/checks.h"
#include "runtime/validation/checks/compared.h"

namespace triad::validation {
namespace {

using Texts = std::vector<std::string>;

absl::Duration Read(const google::protobuf::Duration& value) {
  return absl::Seconds(value.seconds()) + absl::Nanoseconds(value.nanos());
}

absl::Time Read(const google::protobuf::Timestamp& value) {
  return absl::UnixEpoch() + absl::Seconds(value.seconds()) + absl::Nanoseconds(value.nanos());
}

bool IsWithin(absl::string_view path, const Texts& others) {
  return std::any_of(others.begin(), others.end(), [&](const std::string& other) {
    return path == other || absl::StartsWith(path, other + ".");
  });
}

// Whether `url` is the type's URL of the Any.
bool HasUrlOf(const Value& any, const Texts& urls) {
  std::vector<absl::string_view> all = TextsIn(any.bytes);
  absl::string_view url = all.empty() ? absl::string_view() : all.back();
  return std::find(urls.begin(), urls.end(), url) != urls.end();
}

void AddMoments(const Subject& subject, Checks& checks) {
  const auto& rules = subject.rules.timestamp();
  const Clock& clock = subject.clock;
  if (rules.lt_now()) {
    checks.push_back({"timestamp.lt_now", "must be in the past",
                      [&clock](const Value& value) { return TimeIn(value.bytes) <= clock.Now(); }});
  }
  if (rules.gt_now()) {
    checks.push_back({"timestamp.gt_now", "must be in the future",
                      [&clock](const Value& value) { return TimeIn(value.bytes) >= clock.Now(); }});
  }
  if (rules.has_within()) {
    absl::Duration within = Read(rules.within());
    checks.push_back({"timestamp.within",
                      absl::StrCat("must be within ", TextOf(within), " of now"),
                      [&clock, within](const Value& value) {
                        return absl::AbsDuration(TimeIn(value.bytes) - clock.Now()) <= within;
                      }});
  }
}

}  // namespace

absl::Status AddAny(const Subject& subject, Checks& checks) {
  const auto& rules = subject.rules.any();
  Texts in(rules.in().begin(), rules.in().end());
  Texts not_in(rules.not_in().begin(), rules.not_in().end());
  if (!in.empty()) {
    checks.push_back({"any.in", absl::StrCat("must be one of ", TextOfAll(in)),
                      [in](const Value& value) { return HasUrlOf(value, in); }});
  }
  if (!not_in.empty()) {
    checks.push_back({"any.not_in", absl::StrCat("must be none of ", TextOfAll(not_in)),
                      [not_in](const Value& value) { return !HasUrlOf(value, not_in); }});
  }
  return absl::OkStatus();
}

absl::Status AddDuration(const Subject& subject, Checks& checks) {
  AddComparisons<absl::Duration>(
      "duration", subject.rules.duration(),
      [](const google::protobuf::Duration& value) { return Read(value); }, checks);
  return absl::OkStatus();
}

absl::Status AddFieldMask(const Subject& subject, Checks& checks) {
  const auto& rules = subject.rules.field_mask();
  if (rules.has_const_()) {
    Texts wanted(rules.const_().paths().begin(), rules.const_().paths().end());
    checks.push_back({"field_mask.const", absl::StrCat("must be ", TextOfAll(wanted)),
                      [wanted](const Value& value) {
                        std::vector<absl::string_view> paths = TextsIn(value.bytes);
                        return std::equal(paths.begin(), paths.end(), wanted.begin(), wanted.end());
                      }});
  }
  Texts in(rules.in().begin(), rules.in().end());
  Texts not_in(rules.not_in().begin(), rules.not_in().end());
  if (!in.empty()) {
    checks.push_back(
        {"field_mask.in", absl::StrCat("must be of ", TextOfAll(in)), [in](const Value& value) {
           std::vector<absl::string_view> paths = TextsIn(value.bytes);
           return std::all_of(paths.begin(), paths.end(),
                              [&](absl::string_view path) { return IsWithin(path, in); });
         }});
  }
  if (!not_in.empty()) {
    checks.push_back({"field_mask.not_in", absl::StrCat("must have none of ", TextOfAll(not_in)),
                      [not_in](const Value& value) {
                        std::vector<absl::string_view> paths = TextsIn(value.bytes);
                        return std::none_of(
                            paths.begin(), paths.end(),
                            [&](absl::string_view path) { return IsWithin(path, not_in); });
                      }});
  }
  return absl::OkStatus();
}

absl::Status AddTimestamp(const Subject& subject, Checks& checks) {
  AddComparisons<absl::Time>(
      "timestamp", subject.rules.timestamp(),
      [](const google::protobuf::Timestamp& value) { return Read(value); }, checks);
  AddMoments(subject, checks);
  return absl::OkStatus();
}

}  // namespace triad::validation
