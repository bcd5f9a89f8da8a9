#include "services/storage/blobs/s3/client/client.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/sha256.h"
#include "runtime/base/status.h"

namespace triad::storage::s3 {
namespace {

constexpr std::size_t kMaxAnswer = 8 << 20;
constexpr std::size_t kMaxError = 64 << 10;

RetryOptions WithAttempts(RetryOptions options, int attempts) {
  if (attempts > 0) options.attempts = attempts;
  return options;
}

std::string Sha256OfBody(const Request& request) {
  if (!request.sha256.empty()) return request.sha256;
  return Sha256::Of(request.body == nullptr ? "" : *request.body).hex();
}

bool IsSuccess(int status) { return status >= 200 && status < 300; }

}  // namespace

PendingCall::PendingCall(Client& client, Request request)
    : client_(client),
      request_(std::move(request)),
      content_sha256_(Sha256OfBody(request_)),
      retry_(WithAttempts(client.options_.retry, request_.attempts), client.budget_,
             client.parts_.random, client.parts_.sleep) {
  Attempt();
}

void PendingCall::Attempt() {
  watch_ = Stopwatch();
  absl::StatusOr<Credentials> credentials = client_.credentials_.Get();
  if (!credentials.ok()) {
    reader_ = std::move(credentials).status();
    return;
  }
  credentials_ = *std::move(credentials);
  reader_ = client_.http_->Start(client_.Signed(request_, content_sha256_, credentials_));
}

absl::StatusOr<Answer> PendingCall::Wait() {
  while (true) {
    std::variant<Answer, Failure> end = FinishAttempt();
    auto* failure = std::get_if<Failure>(&end);
    client_.metrics_.Attempted(request_.operation, failure == nullptr, watch_.elapsed());
    if (failure == nullptr) {
      client_.budget_.Earn();
      return std::get<Answer>(std::move(end));
    }
    if (failure->remedy == Remedy::kNewCredentials) client_.credentials_.Discard(credentials_);
    if (!retry_.Again(failure->remedy)) return std::move(failure->status);
    client_.metrics_.Retried(request_.operation);
    Attempt();
  }
}

std::variant<Answer, Failure> PendingCall::FinishAttempt() {
  if (!reader_.ok()) return FailureOf(What(), reader_.status());
  absl::StatusOr<http_client::HttpHead> head = (*reader_)->Head();
  if (!head.ok()) return FailureOf(What(), head.status());
  if (!IsSuccess(head->status)) {
    // If the body, which explains the status, is cut, the status alone must do.
    return FailureOf(What(), *head, ReadAll(**reader_, kMaxError).value_or(""));
  }
  if (request_.stream) return Answer{*std::move(head), "", *std::move(reader_)};
  absl::StatusOr<std::string> body = ReadAll(**reader_, kMaxAnswer);
  if (!body.ok()) return FailureOf(What(), body.status());
  absl::Status checked = request_.check ? request_.check(*body) : absl::OkStatus();
  if (checked.ok()) return Answer{*std::move(head), *std::move(body), nullptr};
  // S3 may find an error after it has sent the head of a success.
  return Failure{Annotate(absl::UnavailableError(checked.message()), absl::StrCat(What(), ": ")),
                 Remedy::kAgain};
}

std::string PendingCall::What() const {
  return absl::StrCat(NameOf(request_.operation), " ", client_.address_.NameOf(request_.key));
}

absl::StatusOr<std::unique_ptr<Client>> Client::Create(const Location& location, Options options,
                                                       const ClientParts& parts) {
  if (options.region.empty()) options.region = RegionOf(options.environment);
  TRIAD_ASSIGN_OR_RETURN(Address address, Address::Of(location, options));
  return std::unique_ptr<Client>(new Client(std::move(address), std::move(options), parts));
}

Client::Client(Address address, Options options, const ClientParts& parts)
    : address_(std::move(address)),
      options_(std::move(options)),
      parts_(parts),
      scope_{options_.region, "s3"},
      metrics_(parts.metrics),
      budget_(options_.retry.budget),
      http_(http_client::HttpClient::Create(
          {.thread = "s3-http",
           .ca_file = options_.ca_file,
           .address_flag = "--s3_endpoint",
           .ca_flag = "--s3_ca_file",
           .transfers_flag = "--s3_connections",
           .max_transfers = static_cast<std::size_t>(options_.max_connections)})),
      credentials_({options_.environment, parts.files, *http_}, parts.clock) {}

http_client::HttpRequest Client::Signed(const Request& request, const std::string& content_sha256,
                                        const Credentials& credentials) const {
  Message message;
  message.method = request.method;
  message.path = address_.PathOf(request.key);
  message.query = request.query;
  message.headers = request.headers;
  message.headers["host"] = address_.host();
  message.content_sha256 = content_sha256;
  message = Sign(std::move(message), credentials, scope_, parts_.clock.Now());

  http_client::HttpRequest signed_request;
  signed_request.method = request.method;
  signed_request.url = absl::StrCat(address_.origin(), EncodedTarget(message));
  for (const auto& [name, value] : message.headers) {
    signed_request.headers.push_back(absl::StrCat(name, ": ", value));
  }
  signed_request.body = request.body;
  signed_request.connect_timeout = options_.connect_timeout;
  signed_request.stall_timeout = options_.stall_timeout;
  signed_request.timeout = request.timeout;
  return signed_request;
}

}  // namespace triad::storage::s3
