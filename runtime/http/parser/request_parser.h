// Reads requests from bytes, and refuses what could be read in two ways.
//
//   socket ─▶ ReadBuffer ─▶ ParseHead ─▶ RequestHead ─▶ handler
//                        └▶ DecodeBody ─▶ pieces ─────▶ Exchange::ReadBody
//
// The grammar is Boost.Beast's; what Beast forgives and RFC 9112 lets a server
// refuse (folded headers, lists of lengths, codings that are not plain
// "chunked") is refused here, because a proxy before us may have read it
// differently.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/http/parser/message_parser.h"

namespace triad::http {

// One message after the other of one connection. Not thread-safe.
class RequestParser {
 public:
  explicit RequestParser(std::size_t max_head_bytes, std::size_t max_head_fields = 128)
      : max_head_bytes_(max_head_bytes), max_head_fields_(max_head_fields) {
    Reset();
  }

  enum class Result { kIncomplete, kComplete, kRefused };
  struct Parsed {
    Result result;
    std::size_t consumed;  // bytes that are done with, whatever the result
  };

  // Looks for a head at the start of `buffered`, which begins with what an
  // earlier kIncomplete left unconsumed. After kRefused the connection is of no
  // more use.
  Parsed ParseHead(absl::string_view buffered);

  // After kComplete.
  RequestHead TakeHead() { return std::move(message_->head()); }
  // Whether the connection may serve another request, going by the request.
  bool keep_alive() const { return message_->keep_alive(); }
  // Whether the client waits for 100 (Continue) before it sends the body.
  bool expects_continue() const { return message_->expects_continue() && !body_complete(); }

  // After kRefused.
  const Refusal& refusal() const { return refusal_; }

  // After kComplete: appends the part of the body that `buffered` holds to
  // `piece` and returns how many bytes of `buffered` that took; 0 if more are
  // needed. INVALID_ARGUMENT for malformed chunks.
  absl::StatusOr<std::size_t> DecodeBody(absl::string_view buffered, std::string& piece);
  // Whether the first `size` bytes of what is buffered are nothing but body, and all the piece
  // there is of it; if so, they are done with.
  bool PassBody(std::size_t size);
  // Whether the body has been decoded to its end; true at once without a body.
  bool body_complete() const { return message_->chunked() ? message_->is_done() : remaining_ == 0; }
  // How many bytes of the body are still to come; chunked bodies do not say.
  std::uint64_t body_remaining() const { return remaining_; }

  // Forgets the message, for the next one.
  void Reset();

 private:
  // Finds the empty line that ends a head, looking at each byte once.
  Result Scan(absl::string_view text);
  Result Parse(absl::string_view text);
  Result Refuse(int status, std::string message);

  const std::size_t max_head_bytes_;
  const std::size_t max_head_fields_;
  std::size_t scanned_ = 0;  // bytes that Scan has seen
  std::size_t line_ = 0;     // where its current line starts
  std::uint64_t remaining_ = 0;
  std::optional<MessageParser> message_;
  Refusal refusal_;
};

}  // namespace triad::http
