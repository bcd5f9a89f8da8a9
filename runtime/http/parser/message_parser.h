// One request, parsed by Boost.Beast into a RequestHead and pieces of a body.
#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/http/parser/message.h"

namespace triad::http {

// Why a head is not acceptable.
struct Refusal {
  int status = 400;
  std::string message;  // one sentence for the client
};

// Beast's state machine, stricter where Beast forgives. Not thread-safe.
class MessageParser final : public boost::beast::http::basic_parser<true> {
 public:
  // Heads of more than `max_fields` fields are refused with 431.
  explicit MessageParser(std::size_t max_fields);

  // Takes a head from its first byte to its empty line. Why it is refused, or
  // nullopt.
  std::optional<Refusal> ParseHead(absl::string_view text);

  // Decodes what `buffered` holds of a chunked body, appends it to `piece` and
  // returns how many bytes of `buffered` are done with.
  absl::StatusOr<std::size_t> DecodeChunks(absl::string_view buffered, std::string& piece);

  RequestHead& head() { return head_; }
  bool expects_continue() const { return expects_continue_; }

 private:
  using ErrorCode = boost::beast::error_code;
  using View = boost::beast::string_view;

  void on_request_impl(boost::beast::http::verb, View method, View target, int version,
                       ErrorCode& error) override;
  void on_field_impl(boost::beast::http::field field, View name, View value,
                     ErrorCode& error) override;
  void on_header_impl(ErrorCode& error) override;
  void on_chunk_header_impl(std::uint64_t size, View extensions, ErrorCode& error) override;
  std::size_t on_chunk_body_impl(std::uint64_t, View body, ErrorCode&) override;
  std::size_t on_body_impl(View body, ErrorCode&) override { return body.size(); }
  void on_response_impl(int, View, int, ErrorCode&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, ErrorCode&) override {}
  void on_finish_impl(ErrorCode&) override {}

  // Ends the parsing with an answer of ours.
  void Refuse(int status, std::string message, ErrorCode& error);
  void CheckHost(absl::string_view value, ErrorCode& error);
  void CheckTarget(ErrorCode& error);

  const std::size_t max_fields_;
  RequestHead head_;
  std::optional<Refusal> refusal_;
  bool head_done_ = false;
  bool expects_continue_ = false;
  std::string* piece_ = nullptr;  // where body bytes go
  std::uint64_t chunk_remaining_ = 0;
  std::size_t extension_bytes_ = 0;  // of all chunks until now
};

}  // namespace triad::http
