// One connection of a client, with one request at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "runtime/io/posix.h"
#include "tests/bench/native/relay/loop.h"
#include "tests/bench/native/relay/output.h"
#include "tests/bench/native/relay/prepared.h"
#include "tests/bench/native/relay/upstream.h"

namespace triad::bench {

class Front;

class Connection final : public Pollable, public CallObserver {
 public:
  Connection(Front& front, Descriptor socket);

  // Pollable
  void OnReady(std::uint32_t events) override;

  // CallObserver
  void OnMessage() override;
  void OnDone(bool ok) override;

 private:
  void Read(bool ending);
  // Takes heads and bodies out of what is unread, and begins what they ask for.
  void Take(absl::string_view bytes);
  // False if `head` asks for nothing that is prepared.
  bool TakeHead(absl::string_view head);
  void BeginCall();
  // What is written next goes there, and leaves with Write.
  Output& output();
  void Write();
  void Close();

  Front& front_;
  Descriptor socket_;
  std::string unread_;                  // begins with a head, whole or not
  std::size_t body_left_ = 0;           // of the request
  const Prepared* prepared_ = nullptr;  // what is asked for, from its head to the answer's end
  Call* call_ = nullptr;
  std::unique_ptr<Output> waiting_;  // for room in the socket
  bool closed_ = false;
};

}  // namespace triad::bench
