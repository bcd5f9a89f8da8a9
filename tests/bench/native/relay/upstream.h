// The one HTTP/2 connection of a loop to the service.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "runtime/io/posix.h"
#include "tests/bench/native/relay/loop.h"
#include "tests/bench/native/relay/output.h"
#include "tests/bench/native/relay/prepared.h"

struct nghttp2_session;

namespace triad::bench {

class CallObserver {
 public:
  virtual ~CallObserver() = default;
  // A message of the service is there, as large as it has to be.
  virtual void OnMessage() = 0;
  // The last thing that is told. Not `ok`: the service said so, or its messages were not what was
  // prepared.
  virtual void OnDone(bool ok) = 0;
};

struct Call {
  const Prepared* prepared = nullptr;
  CallObserver* observer = nullptr;  // null once it does not want to hear any more
  std::int32_t stream = 0;
  std::size_t sent = 0;      // of the request
  std::size_t received = 0;  // of the message that comes
  bool ok = false;
};

class Upstream final : public Pollable {
 public:
  // `connected` is a socket that does not block.
  Upstream(Loop& loop, Descriptor connected);
  ~Upstream() override;

  // Begins a call; it is sent with the next Flush. `prepared` and `observer` live as long as it.
  Call& Begin(const Prepared& prepared, CallObserver& observer);
  // Nothing is told of `call` any more, which is reset.
  void Cancel(Call& call);
  // Sends what there is, of all calls together.
  void Flush();

  void OnReady(std::uint32_t events) override;

 private:
  friend struct UpstreamCallbacks;

  void OnBytes(Call& call, std::size_t bytes);
  void OnClose(Call& call);

  const Descriptor socket_;
  nghttp2_session* session_ = nullptr;
  Output output_;
  std::vector<std::unique_ptr<Call>> calls_;
  std::vector<Call*> free_;  // of calls_
};

}  // namespace triad::bench
