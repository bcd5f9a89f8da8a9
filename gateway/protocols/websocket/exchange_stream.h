// An exchange that has become a tunnel, as a stream that Boost.Beast reads and writes.
#pragma once

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/role.hpp>
#include <boost/system/error_code.hpp>
#include <memory>
#include <string>
#include <utility>

#include "runtime/http/exchange.h"

namespace triad::gateway {

// Asio's AsyncReadStream and AsyncWriteStream, for handlers alone (no other completion tokens).
// `exchange` outlives it. A handler that waits when the exchange ends is dropped.
class ExchangeStream {
 public:
  using executor_type = boost::asio::io_context::executor_type;
  using Error = boost::system::error_code;

  ExchangeStream(http::Exchange& exchange, boost::asio::io_context& context)
      : exchange_(exchange), context_(context) {}

  executor_type get_executor() { return context_.get_executor(); }

  template <typename Buffers, typename Handler>
  void async_read_some(const Buffers& buffers, Handler&& handler) {
    auto waiting = Share(std::forward<Handler>(handler));
    if (!rest_->empty()) {
      std::size_t count = TakeRest(*rest_, buffers);
      return boost::asio::post(context_, [waiting, count] { (*waiting)(Error(), count); });
    }
    exchange_.ReadBody([waiting, buffers, rest = rest_](absl::StatusOr<std::string> piece) {
      if (!piece.ok() || piece->empty()) return (*waiting)(boost::asio::error::eof, 0);
      *rest = *std::move(piece);
      (*waiting)(Error(), TakeRest(*rest, buffers));
    });
  }

  template <typename Buffers, typename Handler>
  void async_write_some(const Buffers& buffers, Handler&& handler) {
    auto waiting = Share(std::forward<Handler>(handler));
    std::string bytes = boost::beast::buffers_to_string(buffers);
    std::size_t count = bytes.size();
    exchange_.WriteBody(std::move(bytes), [waiting, count](const absl::Status& status) {
      status.ok() ? (*waiting)(Error(), count) : (*waiting)(boost::asio::error::broken_pipe, 0);
    });
  }

 private:
  // What std::function holds has to be copied.
  template <typename Handler>
  static auto Share(Handler&& handler) {
    return std::make_shared<std::decay_t<Handler>>(std::forward<Handler>(handler));
  }

  template <typename Buffers>
  static std::size_t TakeRest(std::string& rest, const Buffers& buffers) {
    std::size_t count = boost::asio::buffer_copy(buffers, boost::asio::buffer(rest));
    rest.erase(0, count);
    return count;
  }

  http::Exchange& exchange_;
  boost::asio::io_context& context_;
  // What was read and not asked for. A read that is under way shares it.
  const std::shared_ptr<std::string> rest_ = std::make_shared<std::string>();
};

// Beast's hooks. The end of the connection is the owner's affair: it finishes the exchange.
inline void teardown(boost::beast::role_type, ExchangeStream&, boost::system::error_code&) {}
inline void beast_close_socket(ExchangeStream&) {}
template <typename Handler>
void async_teardown(boost::beast::role_type, ExchangeStream& stream, Handler&& handler) {
  boost::asio::post(stream.get_executor(), [handler = std::forward<Handler>(handler)]() mutable {
    handler(boost::system::error_code());
  });
}

}  // namespace triad::gateway
