// How a file says one entry, in the formats that have members: its value alone, or an object
// with what else the entry has.
#pragma once

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/base/resources/labels.h"
#include "services/config/model/value_limits.h"
#include "services/config/transfer/formats/file_entry.h"
#include "services/config/transfer/formats/scalar.h"

namespace triad::config {

// Members of the long form.
inline constexpr absl::string_view kValueMember = "value";
inline constexpr absl::string_view kTypeMember = "type";
inline constexpr absl::string_view kSecretMember = "secret";
inline constexpr absl::string_view kDescriptionMember = "description";
inline constexpr absl::string_view kLabelsMember = "labels";
inline constexpr absl::string_view kExpireTimeMember = "expire_time";

// "string", "int", "double", "bool", "json".
absl::string_view TypeName(ValueKind kind);

// One entry as it is read, member by member. Errors are INVALID_ARGUMENT, with place and key.
class EntryForm {
 public:
  EntryForm(std::string key, FilePosition at) : key_(std::move(key)), at_(at) {}

  const std::string& key() const { return key_; }

  // A member that is no object and no array. An unknown one is refused, and what is no scalar.
  absl::Status SetMember(absl::string_view member, FilePosition at, Scalar scalar);
  // An array or an object as a value, as JSON.
  void SetJson(FilePosition at, std::string text);
  // The labels, of which there may be none.
  void BeginLabels() { labels_.emplace(); }
  absl::Status AddLabel(FilePosition at, std::string key, std::string value);

  // All of it. Checks what is about more than one member.
  absl::StatusOr<FileEntry> Finish(const ValueLimits& limits) &&;

 private:
  absl::Status SetType(FilePosition at, const Scalar& scalar);
  absl::Status SetSecret(FilePosition at, const Scalar& scalar);
  absl::Status SetDescription(FilePosition at, Scalar scalar);
  absl::Status SetExpireTime(FilePosition at, const Scalar& scalar);
  absl::StatusOr<Value> MakeValue();
  absl::Status Refused(FilePosition at, absl::string_view what) const {
    return RefusedAt(at, key_, what);
  }

  std::string key_;
  FilePosition at_;
  FilePosition value_at_;
  std::optional<Scalar> value_;
  bool structured_ = false;  // whether the value was an array or an object
  std::optional<ValueKind> type_;
  bool secret_ = false;
  FileEntry::More more_;
  std::optional<Labels> labels_;
};

}  // namespace triad::config
