#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "runtime/base/status.h"
#include "runtime/io/file_system.h"
#include "services/storage/blobs/s3/credentials/credential_sources.h"

namespace triad::storage::s3 {
namespace {

constexpr std::size_t kMaxFile = 1 << 20;

absl::Status CheckPair(const Credentials& credentials, absl::string_view place) {
  if (!credentials.access_key_id.empty() && !credentials.secret_access_key.empty()) {
    return absl::OkStatus();
  }
  return absl::InternalError(
      absl::StrCat(place, " has only one of access key id and secret access key"));
}

// The name in a line "[name]"; empty for other lines.
absl::string_view SectionOf(absl::string_view line) {
  if (!absl::ConsumePrefix(&line, "[") || !absl::ConsumeSuffix(&line, "]")) return "";
  return absl::StripAsciiWhitespace(line);
}

struct FileKey {
  absl::string_view name;
  std::string Credentials::*field;
};

constexpr FileKey kFileKeys[] = {
    {"aws_access_key_id", &Credentials::access_key_id},
    {"aws_secret_access_key", &Credentials::secret_access_key},
    {"aws_session_token", &Credentials::session_token},
};

Credentials ProfileIn(absl::string_view text, absl::string_view profile) {
  Credentials credentials;
  bool inside = false;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    line = absl::StripAsciiWhitespace(line);
    if (!SectionOf(line).empty()) inside = SectionOf(line) == profile;
    if (!inside) continue;
    std::pair<absl::string_view, absl::string_view> pair =
        absl::StrSplit(line, absl::MaxSplits('=', 1));
    for (const FileKey& key : kFileKeys) {
      if (absl::AsciiStrToLower(absl::StripAsciiWhitespace(pair.first)) == key.name) {
        credentials.*key.field = std::string(absl::StripAsciiWhitespace(pair.second));
      }
    }
  }
  return credentials;
}

}  // namespace

absl::StatusOr<std::string> SecretOf(const SourceContext& context, const std::string& name) {
  std::string file = context.environment(absl::StrCat(name, "_FILE"));
  if (file.empty()) return context.environment(name);
  TRIAD_ASSIGN_OR_RETURN(std::string text, ReadFile(context.files, file, kMaxFile));
  return std::string(absl::StripSuffix(text, "\n"));
}

absl::StatusOr<std::optional<Credentials>> FromEnvironment(const SourceContext& context) {
  Credentials credentials;
  TRIAD_ASSIGN_OR_RETURN(credentials.access_key_id, SecretOf(context, "AWS_ACCESS_KEY_ID"));
  TRIAD_ASSIGN_OR_RETURN(credentials.secret_access_key, SecretOf(context, "AWS_SECRET_ACCESS_KEY"));
  TRIAD_ASSIGN_OR_RETURN(credentials.session_token, SecretOf(context, "AWS_SESSION_TOKEN"));
  if (credentials.access_key_id.empty() && credentials.secret_access_key.empty()) {
    return std::nullopt;
  }
  TRIAD_RETURN_IF_ERROR(CheckPair(credentials, "AWS_*"));
  return credentials;
}

absl::StatusOr<std::optional<Credentials>> FromSharedFile(const SourceContext& context) {
  std::string path = context.environment("AWS_SHARED_CREDENTIALS_FILE");
  bool named = !path.empty();
  if (!named) path = absl::StrCat(context.environment("HOME"), "/.aws/credentials");
  absl::StatusOr<std::string> text = ReadFile(context.files, path, kMaxFile);
  if (!named && absl::IsNotFound(text.status())) return std::nullopt;
  if (!text.ok()) return std::move(text).status();

  std::string profile = context.environment("AWS_PROFILE");
  if (profile.empty()) profile = "default";
  Credentials credentials = ProfileIn(*text, profile);
  if (!named && credentials.access_key_id.empty()) return std::nullopt;
  TRIAD_RETURN_IF_ERROR(CheckPair(credentials, absl::StrCat(path, " [", profile, "]")));
  return credentials;
}

}  // namespace triad::storage::s3
