// HTTP as a client, for what this process asks or sends by itself.
//
// One thread runs every transfer (libcurl's multi interface); callers wait for
// theirs. Neither an answer nor a request is held whole here: an answer's body
// waits at its sender while nobody reads it, and whoever writes a body waits for
// its receiver.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace triad::http_client {

struct HttpRequest {
  std::string method = "GET";
  std::string url;
  std::vector<std::string> headers;  // "name: value"
  // Shared with the transfer, which may outlive whoever started it for a moment.
  std::shared_ptr<const std::string> body;
  absl::Duration connect_timeout = absl::Seconds(3);
  absl::Duration stall_timeout = absl::Seconds(20);   // without a byte, either way; may be infinite
  absl::Duration timeout = absl::InfiniteDuration();  // of all of it
  bool proxy = true;  // as http_proxy and https_proxy say; false: never
};

struct HttpHead {
  int status = 0;
  std::map<std::string, std::string> headers;  // names in lower case
};

// One answer, as it comes. Not thread-safe. Destroying it before the end breaks
// the connection. Errors are UNAVAILABLE for what may be gone the next time,
// INTERNAL for what will not; both name the peer and the cause.
class ResponseReader {
 public:
  virtual ~ResponseReader() = default;
  // Waits for the head.
  virtual absl::StatusOr<HttpHead> Head() = 0;
  // Waits for the next `count` bytes of the body; fewer only at its end.
  virtual absl::StatusOr<std::string> Read(std::size_t count) = 0;
  // Waits until something of the body has arrived: `count` bytes of it at most; none at
  // its end.
  virtual absl::StatusOr<std::string> ReadSome(std::size_t count) = 0;
};

// An exchange whose request's body is sent as it is written. Destroying it before End
// breaks the connection, so that the server never takes the body for a whole one. One thread may
// write while another reads.
class UploadExchange : public ResponseReader {
 public:
  // Waits while much of what was written is not sent. False if no more of it is wanted, as
  // the exchange has ended: the answer, or its error, tells why. OUT_OF_RANGE if the body
  // gets longer than its size: nothing of `bytes` is sent.
  virtual absl::StatusOr<bool> Write(absl::string_view bytes) = 0;
  // The body is whole. OUT_OF_RANGE if it is shorter than its size.
  virtual absl::Status End() = 0;
  // Breaks the connection. Who writes or reads is told that it has ended, as CANCELLED.
  // Thread-safe.
  virtual void Cancel() = 0;
};

struct HttpOptions {
  std::string thread = "http-client";  // its name, 15 characters
  std::string ca_file = {};            // PEM; empty: the system's
  // For messages: the flags that gave the address, ca_file and max_transfers.
  std::string address_flag = {};
  std::string ca_flag = {};
  std::string transfers_flag = {};
  std::size_t max_transfers = 128;
  // How long Start waits for one of them to end.
  absl::Duration slot_timeout = absl::Seconds(10);
};

// Thread-safe. Must outlive its exchanges.
class HttpClient {
 public:
  virtual ~HttpClient() = default;
  // Waits while `max_transfers` run. An answer that waits for its reader gives way:
  // it ends UNAVAILABLE after what has arrived. UNAVAILABLE too if none ends in time.
  virtual absl::StatusOr<std::unique_ptr<ResponseReader>> Start(HttpRequest request) = 0;
  // The same for a request without a body of its own. Without a size the body is sent in
  // chunks. Over a connection of its own, as nothing of it could be sent again.
  virtual absl::StatusOr<std::unique_ptr<UploadExchange>> StartUpload(
      HttpRequest request, std::optional<std::int64_t> size) = 0;
  // Whether fewer than half of `max_transfers` run, so that one that can wait takes no other's
  // place.
  virtual bool HasRoom() = 0;

  static std::unique_ptr<HttpClient> Create(HttpOptions options);
};

struct HttpResponse {
  HttpHead head;
  std::string body;
};

// Sends `request` and takes all of its answer. INTERNAL if its body is
// over `limit` bytes.
absl::StatusOr<HttpResponse> Fetch(HttpClient& client, HttpRequest request, std::size_t limit);
// The rest of an answer's body; the same.
absl::StatusOr<std::string> ReadAll(ResponseReader& reader, std::size_t limit);

}  // namespace triad::http_client
