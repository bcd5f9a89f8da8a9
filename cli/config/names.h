// Names of entries and namespaces, as people write them, and what commands take beside them.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/session.h"

namespace triad::cli {

// Resource name of what is written as "NS/KEY", as "KEY" or "/KEY" of the namespace of
// --namespace, or in full. A usage error that says so for anything else; whether it is a
// good name is for the server to say.
absl::StatusOr<std::string> EntryName(const Session& session, absl::string_view text);

// Of "NS", or of the namespace of --namespace if `text` is empty. "-", all of them, is for
// the server to refuse where there can be only one.
absl::StatusOr<std::string> NamespaceName(const Session& session, absl::string_view text);

// "NS/KEY" of an entry's resource name, "NS" of a namespace's.
std::string ShortName(absl::string_view name);

// What stands in an argument's help.
inline constexpr absl::string_view kEntryHelp =
    "an entry; KEY or /KEY of the namespace of --namespace";
inline constexpr absl::string_view kNamespaceHelp = "a namespace (default: that of --namespace)";

// Candidates of completion, asked from the server.
std::vector<std::string> NamespaceCandidates(Session& session, absl::string_view begun);
std::vector<std::string> EntryCandidates(Session& session, absl::string_view begun);

inline Argument EntryArgument() {
  return {"NS/KEY", kEntryHelp, false, false, {}, EntryCandidates};
}
inline Argument NamespaceArgument() {
  return {"NS", kNamespaceHelp, true, false, {}, NamespaceCandidates};
}

// Of commands that read values.
inline Flag ResolveFlag() {
  return {"resolve", "", "puts what references name in their places", FlagType::kSwitch};
}

}  // namespace triad::cli
