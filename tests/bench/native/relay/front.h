// The relay as its clients see it: HTTP/1.1, as little of it as load generators speak.
#pragma once

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <ctime>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "runtime/io/posix.h"
#include "tests/bench/native/relay/loop.h"
#include "tests/bench/native/relay/output.h"
#include "tests/bench/native/relay/prepared.h"
#include "tests/bench/native/relay/upstream.h"

namespace triad::bench {

class Connection;

// The connections of one loop.
class Front final : public Pollable {
 public:
  // `listening` is a socket that does not block; everything else outlives the front.
  Front(Loop& loop, Upstream& upstream, const PreparedAnswers& answers, Descriptor listening);
  ~Front() override;

  void OnReady(std::uint32_t events) override;
  // Destroys the connections that have ended; after each round of the loop.
  void DestroyEnded();

  // For its connections.
  Upstream& upstream() { return upstream_; }
  const Prepared* Find(absl::string_view request) const;
  // What an answer begins with: the status, the date and an id of its own.
  void AppendHeadStart(Output& output);
  // What a connection writes if nothing of its own is waiting; empty between two of them.
  Output& shared_output() { return shared_output_; }
  // `connection` is destroyed with the round.
  void Remove(Connection& connection);

 private:
  Loop& loop_;
  Upstream& upstream_;
  const PreparedAnswers& answers_;
  const Descriptor listening_;
  absl::flat_hash_map<Connection*, std::unique_ptr<Connection>> connections_;
  std::vector<std::unique_ptr<Connection>> ended_;
  Output shared_output_;
  std::time_t second_ = 0;
  std::string dated_;  // the head's start in that second
  std::mt19937_64 random_{std::random_device()()};
};

}  // namespace triad::bench
