// An HTTP server that answers each request with the bytes a test gives it, and
// breaks connections where a test says so. One request per connection.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace triad::testing {

struct ScriptedRequest {
  std::string method;
  std::string target;                          // path and query
  std::map<std::string, std::string> headers;  // names in lower case
  std::string head;                            // as it came, up to and with the empty line
  std::string body;                            // with its chunks' sizes, if it has chunks
};

struct ScriptedReply {
  std::string bytes;  // as they are sent; then the connection is closed
  bool hold = false;  // only when the client has closed it
};

// A whole reply.
ScriptedReply Reply(int status, const std::string& body);

// Thread-safe; so must its functions be. Ends all connections with itself.
class ScriptedServer {
 public:
  // How much of a request's body is read, after its head, before the connection
  // is cut; nullopt: all of it, and it is answered.
  using CutBody = std::function<std::optional<std::size_t>(const ScriptedRequest& head)>;
  using Answer = std::function<ScriptedReply(const ScriptedRequest& request)>;

  explicit ScriptedServer(Answer answer, CutBody cut = nullptr);
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  int connections() const { return connections_; }  // so far
  int open();

 private:
  void Accept();
  void Serve(int socket);
  void Talk(int socket);

  const Answer answer_;
  const CutBody cut_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<int> connections_{0};
  std::mutex mutex_;
  std::set<int> open_;                // guarded by mutex_
  std::vector<std::thread> serving_;  // guarded by mutex_
  std::thread accepting_;
};

}  // namespace triad::testing
