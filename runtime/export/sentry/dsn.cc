#include "runtime/export/sentry/dsn.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace triad::error_reports {
namespace {

bool IsPlain(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isgraph(static_cast<unsigned char>(c)) && c != '@' && c != '?' && c != '#';
  });
}

}  // namespace

// dsn = scheme "://" key [ ":" secret ] "@" host [ ":" port ] [ path ] "/" project
absl::StatusOr<Dsn> ParseDsn(absl::string_view text) {
  const absl::Status bad =
      absl::InvalidArgumentError("expected a DSN such as https://KEY@sentry.example.com/PROJECT");
  text = absl::StripAsciiWhitespace(text);
  std::size_t scheme = text.find("://");
  std::size_t at = text.find('@');
  std::size_t project = text.rfind('/');
  if (!absl::StartsWith(text, "http://") && !absl::StartsWith(text, "https://")) return bad;
  if (at == absl::string_view::npos || project < at) return bad;
  absl::string_view user = text.substr(scheme + 3, at - scheme - 3);
  absl::string_view host_and_path = text.substr(at + 1, project - at - 1);
  Dsn dsn;
  // The secret of old servers is not asked for any more.
  dsn.key = std::string(user.substr(0, user.find(':')));
  absl::string_view id = text.substr(project + 1);
  if (!IsPlain(dsn.key) || !IsPlain(host_and_path) || host_and_path.front() == '/' ||
      !IsPlain(id)) {
    return bad;
  }
  dsn.envelope_url =
      absl::StrCat(text.substr(0, scheme + 3), host_and_path, "/api/", id, "/envelope/");
  return dsn;
}

}  // namespace triad::error_reports
