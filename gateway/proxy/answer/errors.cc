#include "gateway/proxy/answer/errors.h"

#include <google/protobuf/descriptor.h>
#include <google/rpc/error_details.pb.h>
#include <google/rpc/status.pb.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/protos/well_known.h"

namespace triad::gateway {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;

constexpr std::size_t kMaxMessageBytes = 4096;
constexpr std::size_t kMaxDetailBytes = 4096;
constexpr char kRetryInfo[] = "google.rpc.RetryInfo";
constexpr char kRequestInfo[] = "google.rpc.RequestInfo";
constexpr int kFirstErrorStatus = 400;

// Of every other code it is 500.
constexpr std::pair<absl::StatusCode, int> kHttpStatuses[] = {
    {absl::StatusCode::kOk, 200},
    {absl::StatusCode::kCancelled, 499},
    {absl::StatusCode::kInvalidArgument, 400},
    {absl::StatusCode::kFailedPrecondition, 400},
    {absl::StatusCode::kOutOfRange, 400},
    {absl::StatusCode::kUnauthenticated, 401},
    {absl::StatusCode::kPermissionDenied, 403},
    {absl::StatusCode::kNotFound, 404},
    {absl::StatusCode::kAlreadyExists, 409},
    {absl::StatusCode::kAborted, 409},
    {absl::StatusCode::kResourceExhausted, 429},
    {absl::StatusCode::kUnimplemented, 501},
    {absl::StatusCode::kUnavailable, 503},
    {absl::StatusCode::kDeadlineExceeded, 504},
};

using Detail = std::pair<std::string, std::string>;  // type URL, message

int HttpStatusOf(absl::StatusCode code) {
  for (const auto& [known, http_status] : kHttpStatuses) {
    if (known == code) return http_status;
  }
  return 500;
}

std::string TypeName(absl::string_view type_url) {
  return std::string(type_url.substr(type_url.rfind('/') + 1));
}

const DescriptorPool& GoogleRpcPool() {
  return *google::rpc::RetryInfo::descriptor()->file()->pool();
}

// As many of the details as fit: half of one would be none.
std::vector<Detail> DetailsOf(const absl::Status& status, absl::string_view serialized) {
  std::vector<Detail> details;
  google::rpc::Status parsed;
  if (parsed.ParseFromArray(serialized.data(), static_cast<int>(serialized.size()))) {
    for (auto& any : *parsed.mutable_details()) {
      details.emplace_back(any.type_url(), std::move(*any.mutable_value()));
    }
  }
  status.ForEachPayload([&](absl::string_view type_url, const absl::Cord& value) {
    details.emplace_back(std::string(type_url), std::string(value));
  });
  std::size_t bytes = 0;
  auto too_much = std::find_if(details.begin(), details.end(), [&](const Detail& detail) {
    bytes += detail.first.size() + detail.second.size();
    return bytes > kMaxDetailBytes;
  });
  details.erase(too_much, details.end());
  return details;
}

// Cut between characters.
std::string CutMessage(absl::string_view message) {
  if (message.size() <= kMaxMessageBytes) return std::string(message);
  std::size_t end = kMaxMessageBytes;
  while (end > 0 && (static_cast<unsigned char>(message[end]) & 0xc0) == 0x80) --end;
  return std::string(message.substr(0, end));
}

std::string Quoted(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

// What a RetryInfo says, in whole seconds; nothing if there is none.
std::optional<std::int64_t> RetryAfter(const absl::Status& status, absl::string_view serialized) {
  std::optional<std::int64_t> seconds;
  for (const auto& [type_url, value] : DetailsOf(status, serialized)) {
    if (TypeName(type_url) != kRetryInfo) continue;
    google::rpc::RetryInfo info;
    if (!info.ParseFromString(value)) info.Clear();
    const auto& delay = info.retry_delay();
    seconds = std::max<std::int64_t>(1, delay.seconds() + (delay.nanos() > 0 ? 1 : 0));
  }
  return seconds;
}

}  // namespace

Errors::Errors()
    : google_rpc_codec_(MakeCodec(GoogleRpcPool(), {})),
      pool_(GoogleRpcPool()),
      codec_(*google_rpc_codec_),
      style_(kTerse) {}

Errors::Errors(const DescriptorPool& pool, const Codec& codec, const JsonStyle& style)
    : google_rpc_codec_(MakeCodec(GoogleRpcPool(), {})),
      pool_(pool),
      codec_(codec),
      style_(style) {}

std::string Errors::DetailJson(absl::string_view type_url, absl::string_view value) const {
  std::string name = TypeName(type_url);
  bool common = absl::StartsWith(name, "google.rpc.");
  const DescriptorPool& pool = common ? GoogleRpcPool() : pool_;
  const Codec& codec = common ? *google_rpc_codec_ : codec_;
  JsonStyle style = common ? kTerse : style_;
  style.is_pretty = false;
  const Descriptor* type = pool.FindMessageTypeByName(name);
  std::string head = absl::StrCat("{\"@type\":", Quoted(std::string(type_url)));
  absl::StatusOr<std::string> json = absl::NotFoundError(name);
  if (type != nullptr) json = codec.WireToJson(*type, value, style);
  if (!json.ok()) return absl::StrCat(head, ",\"value\":\"", absl::Base64Escape(value), "\"}");
  if (WellKnownType(*type) != WellKnown::kNone)
    return absl::StrCat(head, ",\"value\":", *json, "}");
  absl::string_view fields(*json);
  fields.remove_prefix(1);  // the object's own brace
  return absl::StrCat(head, fields == "}" ? "" : ",", fields);
}

RequestErrors Errors::For(const std::string& request_id) const { return {*this, request_id}; }

std::string RequestErrors::Json(const absl::Status& status, absl::string_view serialized) const {
  std::string json =
      absl::StrCat("{\"code\":", status.raw_code(),
                   ",\"message\":", Quoted(CutMessage(status.message())), ",\"details\":[");
  const char* separator = "";
  bool names_request = status.ok();
  for (const auto& [type_url, value] : DetailsOf(status, serialized)) {
    names_request |= TypeName(type_url) == kRequestInfo;
    absl::StrAppend(&json, std::exchange(separator, ","), errors_.DetailJson(type_url, value));
  }
  if (names_request) return absl::StrCat(json, "]}");
  return absl::StrCat(json, separator, "{\"@type\":\"type.googleapis.com/", kRequestInfo,
                      "\",\"requestId\":", Quoted(request_id_), "}]}");
}

ErrorAnswer RequestErrors::Answer(const absl::Status& status, absl::string_view details,
                                  const HttpFacts& facts) const {
  bool overridden = facts.status.value_or(0) >= kFirstErrorStatus;
  ErrorAnswer answer = {{}, Json(status, details)};
  answer.head.status = overridden ? *facts.status : HttpStatusOf(status.code());
  for (const auto& [name, value] : facts.headers) {
    if (name != "content-type") answer.head.headers.Add(name, value);
  }
  answer.head.headers.Add("Content-Type", "application/json");
  std::optional<std::int64_t> retry_after = RetryAfter(status, details);
  bool says_when = retry_after.has_value() || answer.head.status == 503;
  if (says_when && !answer.head.headers.Find("retry-after").has_value()) {
    answer.head.headers.Add("Retry-After", absl::StrCat(retry_after.value_or(1)));
  }
  if (answer.head.status == 401 && !answer.head.headers.Find("www-authenticate").has_value()) {
    answer.head.headers.Add("WWW-Authenticate", "Bearer");
  }
  return answer;
}

ErrorAnswer RequestErrors::Answer(const absl::Status& status, int http_status) const {
  HttpFacts facts;
  facts.status = http_status;
  return Answer(status, {}, facts);
}

}  // namespace triad::gateway
