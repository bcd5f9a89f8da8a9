#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "runtime/io/file_system.h"
#include "services/storage/blobs/s3/credentials/credential_sources.h"
#include "services/storage/blobs/s3/protocol/replies.h"

namespace triad::storage::s3 {
namespace {

constexpr std::size_t kMaxAnswer = 64 * 1024;
constexpr absl::Duration kTimeout = absl::Seconds(5);
// Short, as nobody answers on a machine that is no EC2 instance.
constexpr absl::Duration kInstanceTimeout = absl::Seconds(1);

// A request to a service on this machine's link-local address, which gives this
// machine's credentials to whoever asks. It must not go to a proxy.
http_client::HttpRequest LocalRequest(std::string url, absl::Duration timeout) {
  http_client::HttpRequest request;
  request.url = std::move(url);
  request.connect_timeout = std::min(timeout, request.connect_timeout);
  request.timeout = timeout;
  request.proxy = false;
  return request;
}

absl::StatusOr<std::string> Body(http_client::HttpClient& http, http_client::HttpRequest request) {
  std::string url = request.url;
  TRIAD_ASSIGN_OR_RETURN(http_client::HttpResponse response,
                         Fetch(http, std::move(request), kMaxAnswer));
  if (response.head.status == 200) return std::move(response.body);
  ErrorReply error = ParseError(response.body);
  std::string message =
      absl::StrCat(url, ": ", response.head.status, " ", error.code, " ", error.message);
  if (response.head.status == 404) return absl::NotFoundError(message);
  if (response.head.status >= 500 || response.head.status == 429) {
    return absl::UnavailableError(message);
  }
  return absl::InternalError(message);
}

std::string Text(const nlohmann::json& json, const char* name) {
  auto found = json.find(name);
  return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

// {"AccessKeyId":…,"SecretAccessKey":…,"Token":…,"Expiration":"2026-01-02T03:04:05Z"}
absl::StatusOr<std::optional<Credentials>> ParseJson(absl::string_view place,
                                                     const std::string& text) {
  nlohmann::json json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  Credentials credentials;
  std::string error;
  if (json.is_object()) {
    credentials = {Text(json, "AccessKeyId"), Text(json, "SecretAccessKey"), Text(json, "Token"),
                   absl::InfinitePast()};
    absl::ParseTime(absl::RFC3339_full, Text(json, "Expiration"), &credentials.expires, &error);
  }
  if (!credentials.access_key_id.empty() && credentials.expires != absl::InfinitePast()) {
    return credentials;
  }
  return absl::InternalError(absl::StrCat(place, ": the answer has no credentials"));
}

std::string HostOf(absl::string_view url) {
  std::size_t start = url.find("://");
  if (start == absl::string_view::npos) return "";
  url = url.substr(start + 3);
  url = url.substr(0, url.find('/'));
  std::size_t port = url.rfind(':');
  if (port != absl::string_view::npos && !absl::EndsWith(url, "]")) url = url.substr(0, port);
  return std::string(url);
}

// Plain HTTP only to this machine, ECS's and EKS's agents: the token goes there.
bool MayAsk(const std::string& url) {
  if (absl::StartsWith(url, "https://")) return true;
  static constexpr absl::string_view kHosts[] = {
      "127.0.0.1", "localhost", "[::1]", "169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"};
  return absl::c_linear_search(kHosts, HostOf(url));
}

std::string Or(std::string value, std::string otherwise) {
  return value.empty() ? std::move(otherwise) : std::move(value);
}

}  // namespace

absl::StatusOr<std::optional<Credentials>> FromWebIdentity(const SourceContext& context) {
  const Environment& environment = context.environment;
  std::string file = environment("AWS_WEB_IDENTITY_TOKEN_FILE");
  std::string role = environment("AWS_ROLE_ARN");
  if (file.empty() || role.empty()) return std::nullopt;
  // Read each time, as the cluster replaces it.
  TRIAD_ASSIGN_OR_RETURN(std::string token, ReadFile(context.files, file, kMaxAnswer));

  http_client::HttpRequest request;
  request.method = "POST";
  request.url = Or(environment("AWS_ENDPOINT_URL_STS"),
                   absl::StrCat("https://sts.", RegionOf(environment), ".amazonaws.com/"));
  request.timeout = kTimeout;
  request.headers = {"Content-Type: application/x-www-form-urlencoded"};
  request.body = std::make_shared<const std::string>(absl::StrCat(
      "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=", EncodeQueryPart(role),
      "&RoleSessionName=", EncodeQueryPart(Or(environment("AWS_ROLE_SESSION_NAME"), "triad")),
      "&WebIdentityToken=", EncodeQueryPart(absl::StripAsciiWhitespace(token))));
  TRIAD_ASSIGN_OR_RETURN(std::string body, Body(context.http, std::move(request)));
  return ParseAssumedRole(body);
}

absl::StatusOr<std::optional<Credentials>> FromContainer(const SourceContext& context) {
  std::string url = context.environment("AWS_CONTAINER_CREDENTIALS_FULL_URI");
  if (url.empty()) {
    std::string path = context.environment("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
    if (path.empty()) return std::nullopt;
    url = absl::StrCat("http://169.254.170.2", path);
  }
  if (!MayAsk(url)) {
    return absl::InternalError(
        absl::StrCat("AWS_CONTAINER_CREDENTIALS_FULL_URI is ", url,
                     ": plain HTTP is only for this machine and the agents of ECS and EKS"));
  }
  http_client::HttpRequest request = LocalRequest(url, kTimeout);
  // Read each time, as Pod Identity replaces it.
  TRIAD_ASSIGN_OR_RETURN(std::string token, SecretOf(context, "AWS_CONTAINER_AUTHORIZATION_TOKEN"));
  absl::StripAsciiWhitespace(&token);
  if (!token.empty()) request.headers = {absl::StrCat("Authorization: ", token)};
  TRIAD_ASSIGN_OR_RETURN(std::string body, Body(context.http, std::move(request)));
  return ParseJson(url, body);
}

absl::StatusOr<std::optional<Credentials>> FromInstance(const SourceContext& context) {
  if (absl::AsciiStrToLower(context.environment("AWS_EC2_METADATA_DISABLED")) == "true") {
    return std::nullopt;
  }
  std::string base = absl::StrCat(
      Or(context.environment("AWS_EC2_METADATA_SERVICE_ENDPOINT"), "http://169.254.169.254"),
      "/latest/");
  http_client::HttpRequest ask = LocalRequest(absl::StrCat(base, "api/token"), kInstanceTimeout);
  ask.method = "PUT";
  ask.headers = {"X-aws-ec2-metadata-token-ttl-seconds: 300"};
  ask.body = std::make_shared<const std::string>();
  absl::StatusOr<std::string> token = Body(context.http, std::move(ask));
  // Nobody answers: this is no instance.
  if (absl::IsUnavailable(token.status())) return std::nullopt;
  if (!token.ok()) return std::move(token).status();

  std::string header = absl::StrCat("X-aws-ec2-metadata-token: ", *token);
  auto get = [&](const std::string& path) {
    http_client::HttpRequest request = LocalRequest(absl::StrCat(base, path), kTimeout);
    request.headers = {header};
    return Body(context.http, std::move(request));
  };
  std::string roles = "meta-data/iam/security-credentials/";
  absl::StatusOr<std::string> role = get(roles);
  if (absl::IsNotFound(role.status())) return std::nullopt;  // an instance without a role
  if (!role.ok()) return std::move(role).status();
  std::string name(absl::StripAsciiWhitespace(*role));
  TRIAD_ASSIGN_OR_RETURN(std::string body, get(absl::StrCat(roles, name)));
  return ParseJson(base, body);
}

}  // namespace triad::storage::s3
