#include "gateway/proxy/body/whole_body.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/proxy/transaction.h"
#include "gateway/transcoding/request_builder.h"
#include "runtime/base/status.h"

namespace triad::gateway {

void WholeBody::Begin() {
  // Before a client that asked whether to continue is told to.
  std::uint64_t announced = transaction_.scope().request().content_length.value_or(0);
  if (announced > transaction_.parts().limits.max_body_bytes) return FailTooLarge();
  body_.reserve(announced);
  ReadNext();
}

void WholeBody::ReadNext() {
  transaction_.scope().exchange().ReadBody(
      [this](absl::StatusOr<std::string> piece) { OnPiece(std::move(piece)); });
}

void WholeBody::OnPiece(absl::StatusOr<std::string> piece) {
  if (!piece.ok()) return transaction_.FailBody(piece.status());
  if (piece->empty()) return OnEnd(std::exchange(body_, {}));
  if (piece->size() > transaction_.parts().limits.max_body_bytes - body_.size()) {
    return FailTooLarge();
  }
  body_ += *piece;
  ReadNext();
}

void WholeBody::OnEnd(const std::string& body) {
  absl::StatusOr<std::string> message = MessageOf(body);
  if (!message.ok()) return transaction_.Fail(message.status());
  transaction_.CallWith(*std::move(message));
}

void WholeBody::FailTooLarge() {
  transaction_.FailBody(absl::OutOfRangeError(
      absl::StrCat("the body is over ", transaction_.parts().limits.max_body_bytes, " bytes")));
}

absl::StatusOr<std::string> WholeBody::MessageOf(const std::string& body) {
  const Route& route = transaction_.route();
  std::string fields = transaction_.TakeFields();
  if (TakesRawBody(route)) {
    auto type = transaction_.scope().request().headers.Find("content-type");
    return RawBodyMessage(route, fields, type.value_or(""), body);
  }
  if (body.empty()) return fields;
  TRIAD_ASSIGN_OR_RETURN(std::string message, BindBody(route, *transaction_.parts().codec, body));
  // Later bytes win: the path over the body.
  message += fields;
  return message;
}

}  // namespace triad::gateway
