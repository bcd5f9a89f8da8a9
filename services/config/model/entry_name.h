// Names of namespaces and keys, and their resource names.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/config/model/entry.h"

namespace triad::config {

inline constexpr std::size_t kMaxIdBytes = 63;
inline constexpr std::size_t kMaxKeyBytes = 512;

// Reads "namespaces/{namespace}/entries/{key}". INVALID_ARGUMENT names `field` and says
// which rule is broken, here and in the others.
absl::StatusOr<EntryName> ParseEntryName(absl::string_view field, absl::string_view name);

// Whether `id` can name a namespace, or what is in one: 1 to 63 of [a-z0-9-], the first a letter.
bool IsResourceId(absl::string_view id);

// The parent that stands for all namespaces.
inline constexpr absl::string_view kAnyNamespace = "namespaces/-";

// The namespace in "namespaces/{namespace}".
absl::StatusOr<std::string> ParseParent(absl::string_view field, absl::string_view parent);

// Whether `key` may be a key.
absl::Status CheckKey(absl::string_view field, absl::string_view key);

// Whether a key may start with `prefix`, which may be empty.
absl::Status CheckPrefix(absl::string_view field, absl::string_view prefix);

std::string FormatEntryName(const EntryName& name);

}  // namespace triad::config
