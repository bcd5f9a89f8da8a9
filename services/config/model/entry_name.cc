#include "services/config/model/entry_name.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "runtime/base/status.h"

namespace triad::config {
namespace {

constexpr absl::string_view kNamespaces = "namespaces/";
constexpr absl::string_view kEntries = "/entries/";

bool IsKeyCharacter(char c) {
  return absl::ascii_isalnum(c) || c == '.' || c == '_' || c == '/' || c == '-';
}

bool HasBadSegment(absl::string_view key) {
  for (absl::string_view segment : absl::StrSplit(key, '/')) {
    if (segment.empty() || segment == "." || segment == "..") return true;
  }
  return false;
}

absl::Status CheckNamespace(absl::string_view field, absl::string_view name) {
  if (IsResourceId(name)) return absl::OkStatus();
  return InvalidField(field,
                      "must have a namespace of 1 to 63 of [a-z0-9-] that starts with a letter");
}

}  // namespace

absl::Status CheckKey(absl::string_view field, absl::string_view key) {
  if (key.empty() || key.size() > kMaxKeyBytes) {
    return InvalidField(field, absl::StrCat("must have a key of 1 to ", kMaxKeyBytes,
                                            " bytes; it has ", key.size()));
  }
  if (!std::all_of(key.begin(), key.end(), IsKeyCharacter)) {
    return InvalidField(field, "has a key with a character that is none of [A-Za-z0-9._/-]");
  }
  if (HasBadSegment(key)) {
    return InvalidField(field, "has a key with an empty, '.' or '..' segment");
  }
  return absl::OkStatus();
}

bool IsResourceId(absl::string_view id) {
  if (id.empty() || id.size() > kMaxIdBytes || !absl::ascii_islower(id[0])) return false;
  return std::all_of(id.begin(), id.end(), [](char c) {
    return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-';
  });
}

absl::StatusOr<EntryName> ParseEntryName(absl::string_view field, absl::string_view name) {
  absl::string_view rest = name;
  std::size_t entries = absl::string_view::npos;
  if (absl::ConsumePrefix(&rest, kNamespaces)) entries = rest.find(kEntries);
  if (entries == absl::string_view::npos) {
    return InvalidField(field, "must be namespaces/{namespace}/entries/{key}");
  }
  absl::string_view space = rest.substr(0, entries);
  absl::string_view key = rest.substr(entries + kEntries.size());
  TRIAD_RETURN_IF_ERROR(CheckNamespace(field, space));
  TRIAD_RETURN_IF_ERROR(CheckKey(field, key));
  return EntryName{std::string(space), std::string(key)};
}

absl::StatusOr<std::string> ParseParent(absl::string_view field, absl::string_view parent) {
  absl::string_view space = parent;
  if (!absl::ConsumePrefix(&space, kNamespaces)) {
    return InvalidField(field, "must be namespaces/{namespace}");
  }
  TRIAD_RETURN_IF_ERROR(CheckNamespace(field, space));
  return std::string(space);
}

absl::Status CheckPrefix(absl::string_view field, absl::string_view prefix) {
  if (prefix.size() > kMaxKeyBytes) {
    return InvalidField(
        field, absl::StrCat("must be at most ", kMaxKeyBytes, " bytes; it has ", prefix.size()));
  }
  if (!std::all_of(prefix.begin(), prefix.end(), IsKeyCharacter)) {
    return InvalidField(field, "has a character that is none of [A-Za-z0-9._/-]");
  }
  return absl::OkStatus();
}

std::string FormatEntryName(const EntryName& name) {
  return absl::StrCat(kNamespaces, name.space, kEntries, name.key);
}

}  // namespace triad::config
