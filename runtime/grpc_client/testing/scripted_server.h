// An HTTP/2 server (nghttp2) that does exactly what a test says, wrong things
// included.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "runtime/base/mutex.h"

namespace triad::grpc_client {

struct ScriptedRequest {
  std::map<std::string, std::string> headers;
  std::string body;    // of gRPC, prefixes included
  int connection = 0;  // counted from 0
  int number = 0;      // of this request over all connections, from 0
};

struct ScriptedReply {
  using Fields = std::vector<std::pair<std::string, std::string>>;

  // Done before the rest, in this order.
  std::optional<std::int32_t> goaway;  // GOAWAY with this last id
  std::optional<std::uint32_t> reset;  // RST_STREAM, and nothing else
  bool hang_up = false;                // close the connection, and nothing else
  std::string garbage;                 // these bytes, instead of frames, and nothing else
  bool silent = false;                 // no answer

  Fields headers = {{":status", "200"}, {"content-type", "application/grpc"}};
  std::string data;                          // DATA frames; none if empty
  Fields trailers = {{"grpc-status", "0"}};  // none if empty: END_STREAM with the data or headers
  std::optional<std::uint32_t> reset_after;  // RST_STREAM instead of trailers
  bool hang_up_after = false;                // closes the connection instead of trailers
  bool stays_open = false;                   // nothing instead of trailers
};

// A gRPC message with its prefix.
std::string Framed(const std::string& message);

// Its answers to health checks are UNIMPLEMENTED or NOT_SERVING, and are not counted.
class ScriptedServer {
 public:
  using Script = std::function<ScriptedReply(const ScriptedRequest&)>;

  struct Options {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;
    // Write one byte at a time.
    bool split = false;
    // MAX_CONCURRENT_STREAMS, if not 0.
    std::uint32_t max_streams = 0;
    // Initial window for request bodies.
    std::uint32_t window = 65535;
    // Tell whoever watches its health that it does not serve.
    bool not_serving = false;
    // Answer a request when its head is there, whether or not more comes.
    bool at_head = false;
    // Do not answer anything, PING included.
    bool frozen = false;
  };

  // `script` answers each request when it is complete; called from the server's
  // threads, one at a time.
  ScriptedServer(Script script, Options options);
  explicit ScriptedServer(Script script) : ScriptedServer(std::move(script), Options()) {}
  ~ScriptedServer();

  std::string target() const;
  std::uint16_t port() const { return port_; }
  int connections() const { return connections_; }
  int requests() const { return requests_; }
  // Waits until so many streams were cancelled by the client.
  bool WaitForCancels(int count);

 private:
  class Peer;

  void Accept();

  const Script script_;
  const Options options_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> stop_{false};
  std::atomic<int> connections_{0};
  std::atomic<int> requests_{0};
  Mutex script_mutex_;  // one script at a time
  Mutex mutex_;
  CondVar changed_;
  int cancels_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<std::thread> peers_;  // of the accepting thread until it ended
  std::thread acceptor_;
};

}  // namespace triad::grpc_client
