// What the relay says, to the service and to the client, all of it made before it starts.
#pragma once

#include <absl/container/flat_hash_map.h>

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace triad::bench {

// Of one request.
struct Prepared {
  std::string call;          // "/pkg.Service/Method"
  std::string request;       // the message, as gRPC frames it
  std::size_t answer_bytes;  // of each message of the service, as gRPC frames it
  bool streams;              // the service answers with messages until it is left
  std::string head;          // of the HTTP answer, behind what differs from one to the next
  std::string body;          // of the HTTP answer, or of each event of it
};

// By "METHOD TARGET".
using PreparedAnswers = absl::flat_hash_map<std::string, Prepared>;

// `file` is a list in JSON; of each request it says
//   request       "GET /word?word=x"
//   call          as above
//   wire          a file with the message
//   answer_bytes  of the service's messages, without gRPC's framing
//   answer        a file with the body, or with one event
//   streams       whether it is an event
// Ends the program if there is anything wrong with it.
PreparedAnswers LoadPrepared(const std::string& file);

}  // namespace triad::bench
