#include "runtime/http/testing/test_server.h"

#include <boost/asio/post.hpp>

namespace triad::http {
namespace {

void ReadOn(std::shared_ptr<Exchange> exchange, std::string body,
            std::function<void(absl::StatusOr<std::string>)> done) {
  Exchange& reader = *exchange;
  reader.ReadBody([exchange = std::move(exchange), body = std::move(body),
                   done = std::move(done)](absl::StatusOr<std::string> piece) mutable {
    if (!piece.ok()) return done(piece.status());
    if (piece->empty()) return done(std::move(body));
    EXPECT_LE(piece->size(), 64u * 1024);
    body += *piece;
    ReadOn(std::move(exchange), std::move(body), std::move(done));
  });
}

}  // namespace

void TestServer::Post(std::function<void()> work) {
  boost::asio::post(loops_.front()->context(), std::move(work));
}

void Reply(Exchange& exchange, std::string body, int status) {
  ResponseHead head;
  head.status = status;
  head.headers.Add("Content-Type", "text/plain");
  exchange.Respond(std::move(head), std::move(body));
}

void ReadAll(std::shared_ptr<Exchange> exchange,
             std::function<void(absl::StatusOr<std::string>)> done) {
  ReadOn(std::move(exchange), "", std::move(done));
}

}  // namespace triad::http
