// A proxy in front of a real S3 that breaks requests of a test's choice.
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>

#include "tests/support/scripted_server.h"

namespace triad::testing {

enum class S3Fault {
  kNone,
  kCutBeforeBody,   // the connection is cut when the request's head is there
  kCutInBody,       // in the middle of the request's body
  kCutBeforeReply,  // S3 does what was asked, and nothing of its answer arrives
  kCutInHead,       // half of the answer's head arrives
  kCutInReply,      // the answer's head, and half of its body
  kInternalError,   // 500 instead of S3
  kSlowDown,        // 503 instead of S3
  kNotImplemented,  // 501 instead of S3
  kFlipRequest,     // a byte of the request's body arrives changed
  kFlipReply,       // a byte of the answer's body arrives changed
  kHold,            // nothing is answered until the client gives up
};

class S3FaultProxy {
 public:
  // Which fault meets the n-th request, counted from 1.
  using Choose = std::function<S3Fault(int number, const ScriptedRequest& request)>;

  // In front of "http://HOST:PORT".
  S3FaultProxy(std::string endpoint, Choose choose);

  std::string endpoint() const { return server_.url(); }
  int requests() const { return requests_; }

 private:
  std::optional<std::size_t> Cut(const ScriptedRequest& head);
  ScriptedReply Answer(const ScriptedRequest& request);
  std::string Forward(ScriptedRequest request) const;

  const std::string endpoint_;
  const Choose choose_;
  std::atomic<int> requests_{0};
  ScriptedServer server_;  // last: it calls the rest
};

}  // namespace triad::testing
