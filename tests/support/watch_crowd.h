// Many calls over few HTTP/2 connections, whose messages are counted and thrown away.
// gRPC's own client needs more memory for a stream than the server does.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace triad::testing {

class WatchCrowd {
 public:
  // What a connection does with what comes.
  enum class Reader {
    kReads,
    kShutsWindows,  // reads the socket, but never lets a stream send more than its first window
    kStops,         // does not read the socket after Stop
  };
  struct Options {
    std::string address;  // "127.0.0.1:PORT"
    std::string path;     // "/triad.config.v1.ConfigService/WatchEntries"
    std::string request;  // the message, serialized
    std::vector<Reader> connections = {};
    int streams = 1;  // of each connection
    // Bytes at the end of each request, with the 5 in front of the message, that never come.
    std::size_t withheld = 0;
    // Messages of so many bytes are counted.
    std::size_t large_bytes = 1;
  };

  // Connects and begins all streams. Throws if it cannot connect.
  explicit WatchCrowd(Options options);
  ~WatchCrowd();
  WatchCrowd(const WatchCrowd&) = delete;
  WatchCrowd& operator=(const WatchCrowd&) = delete;

  // Streams that have been answered with a head.
  int begun() const { return begun_; }
  int large_messages() const { return large_messages_; }
  // Streams that have ended, and connections.
  int ended() const { return ended_; }
  void Stop() { stopped_ = true; }

 private:
  class Connection;
  void Run();

  const Options options_;
  std::atomic<bool> closing_ = false;
  std::atomic<bool> stopped_ = false;
  std::atomic<int> begun_ = 0;
  std::atomic<int> large_messages_ = 0;
  std::atomic<int> ended_ = 0;
  std::vector<std::unique_ptr<Connection>> connections_;  // of the thread
  std::thread thread_;
};

// Serialized requests of triad.config.v1: to watch a whole namespace, to set a text.
std::string WatchRequest(const std::string& space);
std::string SetRequest(const std::string& space, const std::string& key, const std::string& text);
// Any message: a field of bytes, a message or a text, whose number is below 16.
std::string Field(int number, const std::string& bytes);

}  // namespace triad::testing
