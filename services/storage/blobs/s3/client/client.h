// Requests to one S3 bucket: addressed, signed, sent, and sent again where that
// may help.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <variant>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "runtime/base/clock.h"
#include "runtime/base/elapsed.h"
#include "runtime/base/random.h"
#include "runtime/http_client/http_client.h"
#include "services/storage/blobs/s3/client/client_metrics.h"
#include "services/storage/blobs/s3/client/location.h"
#include "services/storage/blobs/s3/client/options.h"
#include "services/storage/blobs/s3/client/retry.h"
#include "services/storage/blobs/s3/credentials/credentials.h"

namespace triad {
class Metrics;
}

namespace triad::storage::s3 {

struct Request {
  Operation operation;
  std::string method = "GET";
  std::string key = {};  // empty: the bucket itself
  std::multimap<std::string, std::string> query = {};
  std::map<std::string, std::string> headers = {};
  std::shared_ptr<const std::string> body = nullptr;
  std::string sha256 = {};  // of the body, in lower-case hex; empty: it is computed
  // Whether the caller reads the body of a successful answer.
  bool stream = false;
  // Of each attempt. The stall timeout of the options holds besides.
  absl::Duration timeout = absl::InfiniteDuration();
  int attempts = 0;  // 0: as many as the options say
  // Says whether a body that came with a status of success is one indeed.
  std::function<absl::Status(const std::string& body)> check = nullptr;
};

struct Answer {
  http_client::HttpHead head;
  std::string body;
  std::unique_ptr<http_client::ResponseReader> rest;  // the body of a streamed answer, to be read
};

class Client;

// A request under way. Its first attempt runs by itself; Wait makes the others.
// Destroying it cancels the request. Not thread-safe.
class PendingCall {
 public:
  PendingCall(Client& client, Request request);

  // Once. Errors as of FailureOf.
  absl::StatusOr<Answer> Wait();

 private:
  void Attempt();
  // Waits for the end of the attempt.
  std::variant<Answer, Failure> FinishAttempt();
  std::string What() const;

  Client& client_;
  const Request request_;
  const std::string content_sha256_;
  Retry retry_;
  // Of the last attempt.
  Stopwatch watch_;
  Credentials credentials_;
  absl::StatusOr<std::unique_ptr<http_client::ResponseReader>> reader_;
};

struct ClientParts {
  FileSystem& files;
  Random& random;
  const Clock& clock;
  Metrics& metrics;
  Sleep sleep = &absl::SleepFor;
};

// Thread-safe. Blocks. Must outlive its calls.
class Client {
 public:
  // INVALID_ARGUMENT, naming the flag, for options that fit no bucket.
  static absl::StatusOr<std::unique_ptr<Client>> Create(const Location& location, Options options,
                                                        const ClientParts& parts);

  std::unique_ptr<PendingCall> Begin(Request request) {
    return std::make_unique<PendingCall>(*this, std::move(request));
  }
  absl::StatusOr<Answer> Call(Request request) { return Begin(std::move(request))->Wait(); }

  // Whether a request that can wait takes no other's place now.
  bool HasRoom() { return http_->HasRoom(); }

  const Options& options() const { return options_; }
  // "s3://bucket/key", for people.
  std::string NameOf(const std::string& key) const { return address_.NameOf(key); }

 private:
  friend class PendingCall;

  Client(Address address, Options options, const ClientParts& parts);

  // Signed with `credentials`.
  http_client::HttpRequest Signed(const Request& request, const std::string& content_sha256,
                                  const Credentials& credentials) const;

  const Address address_;
  const Options options_;
  const ClientParts parts_;
  const Scope scope_;
  ClientMetrics metrics_;
  RetryBudget budget_;
  const std::unique_ptr<http_client::HttpClient> http_;
  CredentialCache credentials_;
};

}  // namespace triad::storage::s3
