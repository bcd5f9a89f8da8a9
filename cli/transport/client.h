// Calls of a service, by the descriptors of its methods: over gRPC, or over the REST of the
// gateway. What stands above it does not know which.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace google::protobuf {
class Message;
class MethodDescriptor;
}  // namespace google::protobuf

namespace triad::cli {

struct Call {
  const google::protobuf::MethodDescriptor* method = nullptr;
  // HTTP headers, which are gRPC's metadata; names in lower case.
  std::vector<std::pair<std::string, std::string>> headers = {};
};

// What is uploaded, taken as it is sent: all of it is never held.
struct Content {
  // The next bytes, at most `count`; none at the end. An error ends the call with that error,
  // and the server changes nothing.
  using Read = std::function<absl::StatusOr<std::string>(std::size_t count)>;

  std::string type = {};                  // the media type; may be empty
  std::optional<std::int64_t> size = {};  // nothing if only its end will tell
  Read read = {};
};

// Of bytes that are all there.
Content ContentOfBytes(absl::string_view type, std::string bytes);

struct ServerBuild {
  std::string name;  // of a service, or "gateway"
  std::string version;
  std::string commit;
};

// Blocks. Not thread-safe. Errors are those of the server with their details, UNAVAILABLE
// if it cannot be reached or is lost, DEADLINE_EXCEEDED if a unary answer takes too long.
class Client {
 public:
  // Takes one message of the answer; an error ends the call with that error.
  using OnMessage = std::function<absl::Status(const google::protobuf::Message& message)>;

  virtual ~Client() = default;

  // Unary calls and server streams. A stream of google.api.HttpBody comes in messages of
  // any size; a message of which only the resume token is set is a mark
  // (triad/gateway/v1/annotations.proto).
  virtual absl::Status Send(const Call& call, const google::protobuf::Message& request,
                            const OnMessage& on_message) = 0;

  // A client stream that begins with `request` and goes on with `content`, in the request's
  // field of google.api.HttpBody. DEADLINE_EXCEEDED or UNAVAILABLE if nothing of it is taken
  // for as long as a unary answer may take.
  virtual absl::Status Upload(const Call& call, const google::protobuf::Message& request,
                              const Content& content, const OnMessage& on_message) = 0;

  // A stream both ways that begins with `request` and goes on as Upload does, while what comes
  // is handed to `on_message`, by another thread than this one. Neither has a time that it may
  // take.
  virtual absl::Status Converse(const Call& call, const google::protobuf::Message& request,
                                const Content& content, const OnMessage& on_message) = 0;

  // OK if the service of `method` can be reached and serves.
  virtual absl::Status Ready(const google::protobuf::MethodDescriptor& method) = 0;

  // What the server was built from, and what stands behind it.
  virtual absl::StatusOr<std::vector<ServerBuild>> Builds() = 0;
};

struct ClientOptions {
  std::string server;           // grpc://HOST:PORT, http://HOST[:PORT] or https://HOST[:PORT]
  std::string token_file = {};  // read with each call: who renews it need not start anew
  std::string ca_file = {};     // PEM; empty: the system's
  absl::Duration timeout = absl::Seconds(30);  // of a unary call
};

// INVALID_ARGUMENT, naming --server, for one that is of none of these forms.
absl::StatusOr<std::unique_ptr<Client>> MakeClient(const ClientOptions& options);

// The method of a service that is linked in, "triad.config.v1.ConfigService.GetEntry"; ends
// the process if there is none.
const google::protobuf::MethodDescriptor& FindMethod(const std::string& full_name);

// An empty response of `method`.
std::unique_ptr<google::protobuf::Message> NewResponse(
    const google::protobuf::MethodDescriptor& method);

// "Bearer …" of the first line of `token_file`; empty without one. INVALID_ARGUMENT if it
// cannot be read or has no token, which is not told.
absl::StatusOr<std::string> Authorization(const std::string& token_file);

}  // namespace triad::cli
