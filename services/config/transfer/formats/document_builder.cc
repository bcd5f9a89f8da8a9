#include "services/config/transfer/formats/document_builder.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "services/config/model/entry_name.h"

namespace triad::config {
namespace {

constexpr absl::string_view kEntriesMember = "entries";
constexpr absl::string_view kMembers[] = {kValueMember,       kTypeMember,   kSecretMember,
                                          kDescriptionMember, kLabelsMember, kExpireTimeMember};
constexpr absl::string_view kTopExpected = "an object with the member 'entries' is expected here";

bool Has(const std::vector<std::string>& names, absl::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

absl::Status DocumentBuilder::Refused(FilePosition at, absl::string_view what) const {
  return RefusedAt(at, entry_.has_value() ? absl::string_view(entry_->key()) : "", what);
}

absl::Status DocumentBuilder::BeginObject(FilePosition at) {
  switch (state_) {
    case State::kDocument:
      state_ = State::kTop;
      return absl::OkStatus();
    case State::kTop:
      state_ = State::kEntries;
      return absl::OkStatus();
    case State::kEntries:
      state_ = State::kMembers;
      return absl::OkStatus();
    case State::kMembers:
      return BeginMember(at);
    case State::kJson:
      return BeginJson(at, '{');
    case State::kLabels:
    case State::kEnd:
      break;
  }
  return Refused(at, "text is expected here, and no object");
}

absl::Status DocumentBuilder::BeginMember(FilePosition at) {
  if (member_ == kValueMember) return BeginJson(at, '{');
  if (member_ != kLabelsMember) {
    return Refused(at, absl::StrCat("has a '", member_, "' that is an object"));
  }
  state_ = State::kLabels;
  entry_->BeginLabels();
  return absl::OkStatus();
}

absl::Status DocumentBuilder::BeginArray(FilePosition at) {
  if (state_ == State::kJson) return BeginJson(at, '[');
  if (state_ == State::kEntries && entry_.has_value()) {
    whole_entry_ = true;
    return BeginJson(at, '[');
  }
  if (state_ == State::kMembers && member_ == kValueMember) return BeginJson(at, '[');
  if (state_ == State::kDocument || state_ == State::kTop) return Refused(at, kTopExpected);
  return Refused(at, "an array is not expected here");
}

absl::Status DocumentBuilder::BeginJson(FilePosition at, char bracket) {
  if (brackets_.size() == kMaxDepth) {
    return Refused(at, absl::StrCat("arrays and objects lie over ", kMaxDepth, " deep here"));
  }
  if (state_ != State::kJson) json_at_ = at;
  state_ = State::kJson;
  Separate();
  json_ += bracket;
  brackets_.push_back(bracket);
  return absl::OkStatus();
}

void DocumentBuilder::Separate() {
  bool first = json_.empty() || json_.back() == '[' || json_.back() == '{';
  if (!first && !after_key_) json_ += ',';
  after_key_ = false;
}

absl::Status DocumentBuilder::EndJson(char bracket) {
  json_ += bracket;
  brackets_.pop_back();
  if (!brackets_.empty()) return absl::OkStatus();
  entry_->SetJson(json_at_, std::exchange(json_, {}));
  state_ = State::kMembers;
  if (!std::exchange(whole_entry_, false)) return absl::OkStatus();
  return FinishEntry();
}

absl::Status DocumentBuilder::EndObject(FilePosition) {
  switch (state_) {
    case State::kTop:
      state_ = State::kEnd;
      return absl::OkStatus();
    case State::kEntries:
      state_ = State::kTop;
      return absl::OkStatus();
    case State::kMembers:
      return FinishEntry();
    case State::kLabels:
      state_ = State::kMembers;
      return absl::OkStatus();
    case State::kJson:
      return EndJson('}');
    case State::kDocument:
    case State::kEnd:
      break;
  }
  return absl::InternalError("the end of an object that did not begin");
}

absl::Status DocumentBuilder::EndArray(FilePosition) { return EndJson(']'); }

absl::Status DocumentBuilder::FinishEntry() {
  absl::StatusOr<FileEntry> entry = (*std::exchange(entry_, std::nullopt)).Finish(limits_);
  if (!entry.ok()) return std::move(entry).status();
  state_ = State::kEntries;
  members_.clear();
  return take_(*std::move(entry));
}

absl::Status DocumentBuilder::Key(FilePosition at, std::string key) {
  switch (state_) {
    case State::kTop:
      return TopKey(at, key);
    case State::kEntries:
      return EntryKey(at, std::move(key));
    case State::kMembers:
      return MemberKey(at, std::move(key));
    case State::kLabels:
      if (key.empty()) return Refused(at, "has a label without a name");
      label_ = std::move(key);
      return absl::OkStatus();
    case State::kJson:
      Separate();
      absl::StrAppend(&json_, QuoteJson(key), ":");
      after_key_ = true;
      return absl::OkStatus();
    case State::kDocument:
    case State::kEnd:
      break;
  }
  return absl::InternalError("a key outside of an object");
}

absl::Status DocumentBuilder::TopKey(FilePosition at, absl::string_view key) {
  if (key != kEntriesMember) return Refused(at, "the only member here is 'entries'");
  if (std::exchange(has_entries_, true)) return Refused(at, "'entries' is there twice");
  return absl::OkStatus();
}

absl::Status DocumentBuilder::EntryKey(FilePosition at, std::string key) {
  absl::Status checked = CheckKey("key", key);
  if (!checked.ok()) return Refused(at, checked.message());
  entry_.emplace(std::move(key), at);
  return absl::OkStatus();
}

absl::Status DocumentBuilder::MemberKey(FilePosition at, std::string key) {
  if (std::find(std::begin(kMembers), std::end(kMembers), key) == std::end(kMembers)) {
    return Refused(at,
                   "has a member that is none of value, type, secret, description, labels and "
                   "expire_time");
  }
  if (Has(members_, key)) return Refused(at, absl::StrCat("has '", key, "' twice"));
  members_.push_back(key);
  member_ = std::move(key);
  return absl::OkStatus();
}

absl::Status DocumentBuilder::Add(FilePosition at, Scalar scalar) {
  switch (state_) {
    case State::kEntries:
      TRIAD_RETURN_IF_ERROR(entry_->SetMember(kValueMember, at, std::move(scalar)));
      return FinishEntry();
    case State::kMembers:
      return entry_->SetMember(member_, at, std::move(scalar));
    case State::kLabels:
      if (scalar.kind != Scalar::Kind::kText) return Refused(at, "has a label that is no text");
      return entry_->AddLabel(at, std::exchange(label_, {}), std::move(scalar.text));
    case State::kJson:
      Separate();
      json_ += scalar.kind == Scalar::Kind::kText ? QuoteJson(scalar.text) : scalar.text;
      return absl::OkStatus();
    case State::kTop:
      return Refused(at, "'entries' must be an object");
    case State::kDocument:
    case State::kEnd:
      break;
  }
  return Refused(at, kTopExpected);
}

absl::Status DocumentBuilder::Finish(FilePosition at) const {
  if (state_ == State::kEnd && has_entries_) return absl::OkStatus();
  return Refused(at, kTopExpected);
}

}  // namespace triad::config
