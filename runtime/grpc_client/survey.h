// Asks services one question, all at once.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "runtime/grpc_client/channel.h"

namespace triad::grpc_client {

// On the loop of its channels, as all its callbacks. Not owned: `channels` must
// outlive it.
class Survey {
 public:
  struct Answer {
    std::string target;
    absl::Status status;
    std::string message;  // the response, if OK
  };
  using Done = std::function<void(const std::vector<Answer>&)>;

  // `path` is of a unary method, "/pkg.Service/Method", which is sent an empty
  // message and has `timeout` to answer.
  Survey(std::vector<Channel*> channels, std::string path, absl::Duration timeout);
  ~Survey();
  Survey(const Survey&) = delete;
  Survey& operator=(const Survey&) = delete;

  // Asks each target: one of its addresses, and another the next time. `done` gets
  // the answers later, in the order of the channels. Who asks while a round runs
  // gets the answers of that round.
  void Ask(Done done);

 private:
  class Probe;
  void OnProbeDone();

  const std::vector<Channel*> channels_;
  const std::string path_;
  const absl::Duration timeout_;
  std::vector<std::unique_ptr<Probe>> probes_;  // of the round that runs
  std::size_t missing_ = 0;
  std::vector<Done> waiting_;
};

}  // namespace triad::grpc_client
