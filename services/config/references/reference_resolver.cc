#include "services/config/references/reference_resolver.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "runtime/base/status.h"
#include "services/config/model/entry_name.h"
#include "services/config/references/reference_text.h"
#include "services/config/rows/entry_rows.h"
#include "services/config/secrets/data_keys.h"

namespace triad::config {
namespace {

absl::Status Refused(const EntryName& of, absl::string_view why) {
  return absl::FailedPreconditionError(absl::StrCat(FormatEntryName(of), " ", why));
}

}  // namespace

absl::StatusOr<Value> ReferenceResolver::Resolve(const EntryName& of, Value value) {
  ValueKind kind = KindOf(value);
  if (kind != ValueKind::kString && kind != ValueKind::kJson) return value;
  TRIAD_ASSIGN_OR_RETURN(std::string text, ResolveText(of, kind, FormatValue(value)));
  return ParseValue(kind, std::move(text));
}

absl::StatusOr<std::string> ReferenceResolver::ResolveText(const EntryName& of, ValueKind kind,
                                                           std::string text) {
  if (!absl::StrContains(text, '$') && !absl::StrContains(text, "\\u")) return text;
  path_.push_back(of);
  auto look = [this](const EntryName& name) { return Look(name); };
  absl::StatusOr<std::string> resolved =
      kind == ValueKind::kJson ? ReplaceInJson(text, look) : ReplaceInText(text, look);
  path_.pop_back();
  if (!absl::IsInvalidArgument(resolved.status())) return resolved;
  return Refused(of, resolved.status().message());
}

absl::StatusOr<std::string> ReferenceResolver::Look(const EntryName& name) {
  TRIAD_RETURN_IF_ERROR(CheckCircle(name));
  auto known = known_.find(name);
  if (known == known_.end()) {
    if (known_.size() == kMaxReferences) {
      return Refused(path_.front(), absl::StrCat("needs more than ", kMaxReferences,
                                                 " other entries for its references"));
    }
    TRIAD_ASSIGN_OR_RETURN(std::string text, Read(name));
    known = known_.emplace(name, std::move(text)).first;
  }
  bytes_ += known->second.size();
  if (bytes_ <= kMaxBytes) return known->second;
  return Refused(path_.front(), absl::StrCat("would be longer than ", kMaxBytes,
                                             " bytes with what its references name"));
}

absl::Status ReferenceResolver::CheckCircle(const EntryName& name) const {
  if (std::find(path_.begin(), path_.end(), name) != path_.end()) {
    auto format = [](std::string* out, const EntryName& one) { *out += FormatEntryName(one); };
    return absl::FailedPreconditionError(
        absl::StrCat("references go in a circle: ", absl::StrJoin(path_, " -> ", format), " -> ",
                     FormatEntryName(name)));
  }
  if (path_.size() <= kMaxDepth) return absl::OkStatus();
  return Refused(path_.front(),
                 absl::StrCat("has references that lead on more than ", kMaxDepth, " times"));
}

absl::StatusOr<std::string> ReferenceResolver::Read(const EntryName& name) {
  TRIAD_ASSIGN_OR_RETURN(std::optional<StoredEntry> found, EntryRows(session_, at_).Find(name));
  if (!found.has_value() || found->deleted || found->destroyed) {
    return Refused(path_.back(), absl::StrCat("has a reference to ", FormatEntryName(name),
                                              ", which does not exist"));
  }
  if (!found->secret) return ResolveText(name, found->kind, std::move(found->value));
  if (secrets_ == nullptr) return std::string(kMask);
  TRIAD_ASSIGN_OR_RETURN(
      std::string opened,
      secrets_->Open(session_, {found->key_id, found->nonce, found->value}, name, found->version));
  revealed_.push_back(absl::StrCat(FormatEntryName(name), "@", found->version));
  return ResolveText(name, found->kind, std::move(opened));
}

}  // namespace triad::config
