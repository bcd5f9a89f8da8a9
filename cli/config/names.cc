#include "cli/config/names.h"

#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "cli/config/call.h"
#include "triad/config/v1/config.pb.h"

namespace triad::cli {
namespace {

namespace v1 = triad::config::v1;

constexpr absl::string_view kNamespaces = "namespaces/";
constexpr absl::string_view kEntries = "/entries/";

std::string Entry(absl::string_view name_space, absl::string_view key) {
  return absl::StrCat(kNamespaces, name_space, kEntries, key);
}

bool IsFullEntryName(absl::string_view text) {
  std::vector<absl::string_view> parts = absl::StrSplit(text, absl::MaxSplits('/', 3));
  return parts.size() == 4 && parts[0] == "namespaces" && parts[2] == "entries";
}

}  // namespace

absl::StatusOr<std::string> EntryName(const Session& session, absl::string_view text) {
  if (IsFullEntryName(text)) return std::string(text);
  const std::string& own = session.settings().name_space;
  bool of_own = absl::ConsumePrefix(&text, "/") || !absl::StrContains(text, '/');
  if (!of_own) {
    std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(text, absl::MaxSplits('/', 1));
    return Entry(parts.first, parts.second);
  }
  if (!own.empty()) return Entry(own, text);
  return UsageError(
      absl::StrCat("NS/KEY: '", text, "' names no namespace; write NS/KEY, or give --namespace"));
}

absl::StatusOr<std::string> NamespaceName(const Session& session, absl::string_view text) {
  if (text.empty()) text = session.settings().name_space;
  if (text.empty()) return UsageError("NS: name a namespace, or give --namespace");
  absl::ConsumePrefix(&text, kNamespaces);
  return absl::StrCat(kNamespaces, text);
}

std::string ShortName(absl::string_view name) {
  if (!absl::ConsumePrefix(&name, kNamespaces)) return std::string(name);
  std::size_t entries = name.find(kEntries);
  if (entries == absl::string_view::npos) return std::string(name);
  return absl::StrCat(name.substr(0, entries), "/", name.substr(entries + kEntries.size()));
}

std::vector<std::string> NamespaceCandidates(Session& session, absl::string_view) {
  v1::ListNamespacesRequest request;
  request.set_page_size(kMaxPageSize);
  auto page = Ask<v1::ListNamespacesResponse>(session, "ListNamespaces", request);
  std::vector<std::string> names;
  if (!page.ok()) return names;
  for (const auto& one : page->namespaces()) names.push_back(ShortName(one.name()));
  return names;
}

// One level at a time, as a shell completes directories.
std::vector<std::string> EntryCandidates(Session& session, absl::string_view begun) {
  std::size_t slash = begun.find('/');
  std::vector<std::string> names;
  if (slash == absl::string_view::npos) {
    for (const std::string& one : NamespaceCandidates(session, begun)) {
      names.push_back(absl::StrCat(one, "/"));
    }
    return names;
  }
  absl::string_view name_space = begun.substr(0, slash);
  v1::ListEntriesRequest request;
  request.set_parent(absl::StrCat(kNamespaces, name_space));
  request.set_prefix(std::string(begun.substr(slash + 1)));
  request.set_delimiter("/");
  request.set_page_size(kMaxPageSize);
  request.mutable_read_mask()->add_paths("name");
  auto page = Ask<v1::ListEntriesResponse>(session, "ListEntries", request);
  if (!page.ok()) return names;
  for (const auto& one : page->prefixes()) {
    names.push_back(absl::StrCat(name_space, "/", one.prefix()));
  }
  for (const auto& one : page->entries()) names.push_back(ShortName(one.name()));
  return names;
}

}  // namespace triad::cli
