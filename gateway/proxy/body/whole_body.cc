#include "gateway/proxy/body/whole_body.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace triad::gateway {
namespace {

// Kept alive by the exchange's callback.
struct Collector : std::enable_shared_from_this<Collector> {
  void Next() {
    exchange->ReadBody([self = shared_from_this()](absl::StatusOr<std::string> piece) {
      self->OnPiece(std::move(piece));
    });
  }

  void OnPiece(absl::StatusOr<std::string> piece) {
    if (!piece.ok()) return done(piece.status());
    if (piece->empty()) return done(std::move(body));
    if (piece->size() > limit - body.size()) {
      return done(absl::OutOfRangeError(absl::StrCat("the body is over ", limit, " bytes")));
    }
    body += *piece;
    Next();
  }

  std::shared_ptr<http::Exchange> exchange;
  std::size_t limit = 0;
  http::Exchange::BodyCallback done;
  std::string body;
};

}  // namespace

void CollectWholeBody(std::shared_ptr<http::Exchange> exchange, std::size_t limit,
                      http::Exchange::BodyCallback done) {
  auto collector = std::make_shared<Collector>();
  std::uint64_t announced = exchange->request().content_length.value_or(0);
  if (announced <= limit) collector->body.reserve(announced);
  collector->exchange = std::move(exchange);
  collector->limit = limit;
  collector->done = std::move(done);
  collector->Next();
}

}  // namespace triad::gateway
