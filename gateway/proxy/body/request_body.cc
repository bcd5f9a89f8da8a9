#include "gateway/proxy/body/request_body.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/proxy/transaction.h"
#include "gateway/transcoding/request_builder.h"
#include "gateway/transcoding/request_check.h"
#include "runtime/base/status.h"
#include "runtime/http/coding/decompress.h"

namespace triad::gateway {
namespace {

// A piece of a body; one of unknown length takes as much memory at least.
constexpr std::size_t kStep = 64 * 1024;
// Of one that is streamed as it is. The connection has taken memory for it, in which it has come.
constexpr std::size_t kLargePiece = 256 * 1024;

MessageSplitter::Form FormOf(const http::RequestHead& request) {
  bool is_json = IsJson(request.headers.Find("content-type").value_or("application/json"));
  return is_json ? MessageSplitter::Form::kEither : MessageSplitter::Form::kLines;
}

http::Coding CodingOf(const http::RequestHead& request) {
  auto name = request.headers.Find("content-encoding").value_or("identity");
  return http::CodingNamed(name).value_or(http::Coding::kIdentity);
}

// Good JSON hardly becomes so much more than its compressed size.
constexpr std::size_t kMaxRatio = 256;
constexpr std::size_t kCodedFactor = 8;

// What `body` is without its coding: OUT_OF_RANGE beyond `limit`, or the ratio.
absl::StatusOr<std::string> Decoded(http::Coding coding, absl::string_view body, std::size_t limit,
                                    ConversionMemory& memory) {
  std::size_t most = std::min(limit, kMaxRatio * body.size() + kStep);
  if (!memory.Take(most)) return NoMemoryToConvert();
  absl::StatusOr<std::string> decoded = http::Decompress(coding, body, most);
  memory.Return(most);
  return decoded;
}

void FailTooLarge(Transaction& transaction) {
  transaction.FailBody(absl::OutOfRangeError(
      absl::StrCat("the body is over ", transaction.parts().options.max_body_bytes, " bytes")));
}

}  // namespace

void RequestBody::ReadNext() {
  transaction_.scope().exchange().ReadBody([this](absl::StatusOr<std::string> piece) {
    if (!piece.ok()) return transaction_.FailBody(piece.status());
    OnPiece(*std::move(piece));
  });
}

std::string RequestBody::RawMessage(absl::string_view content) {
  auto type = transaction_.scope().request().headers.Find("content-type");
  return RawBodyMessage(transaction_.route(), transaction_.TakeFields(), type.value_or(""),
                        content);
}

bool RequestBody::IsValid(absl::string_view message) {
  absl::Status status = CheckRequest(transaction_.route(), message);
  if (!status.ok()) transaction_.Fail(status);
  return status.ok();
}

void NoBody::Begin() {
  std::string fields = transaction_.TakeFields();
  if (IsValid(fields)) transaction_.CallWith(std::move(fields));
}

void WholeBody::Begin() {
  // Before a client that asked whether to continue is told to.
  std::uint64_t announced = transaction_.scope().request().content_length.value_or(0);
  if (announced > transaction_.parts().options.max_body_bytes) return FailTooLarge(transaction_);
  if (!Grow(announced)) return transaction_.FailForMemory();
  ReadNext();
}

void WholeBody::OnPiece(std::string&& piece) {
  if (piece.empty()) {
    if (!TakesRawBody(transaction_.route())) return Convert(std::exchange(body_, {}));
    std::string message = RawMessage(std::exchange(body_, {}));
    if (IsValid(message)) transaction_.CallWith(std::move(message));
    return;
  }
  if (piece.size() > transaction_.parts().options.max_body_bytes - body_.size()) {
    return FailTooLarge(transaction_);
  }
  std::size_t size = body_.size() + piece.size();
  if (size > reserved_ && !Grow(std::max({size, 2 * reserved_, kStep}))) {
    return transaction_.FailForMemory();
  }
  body_ += piece;
  ReadNext();
}

bool WholeBody::Grow(std::size_t bytes) {
  if (!transaction_.ReserveBody(bytes)) return false;
  reserved_ = bytes;
  body_.reserve(bytes);
  return true;
}

void WholeBody::Convert(std::string body) {
  // What is in a coding takes longer than its size says.
  http::Coding coding = CodingOf(transaction_.scope().request());
  std::size_t bytes = coding == http::Coding::kIdentity ? body.size() : kCodedFactor * body.size();
  auto convert = [&route = transaction_.route(), &codec = *transaction_.services().codec,
                  body = std::move(body), fields = transaction_.TakeFields(), coding,
                  limit = transaction_.parts().options.max_body_bytes](ConversionMemory& memory) {
    if (coding == http::Coding::kIdentity) return BuildRequest(route, codec, body, fields, memory);
    absl::StatusOr<std::string> json = Decoded(coding, body, limit, memory);
    return json.ok() ? BuildRequest(route, codec, *json, fields, memory) : json;
  };
  auto call = [this](absl::StatusOr<std::string> message) {
    bool too_large = message.status().code() == absl::StatusCode::kOutOfRange;
    if (too_large) return transaction_.FailBody(message.status());
    if (!message.ok()) return transaction_.Fail(message.status());
    transaction_.CallWith(*std::move(message));
  };
  transaction_.Convert(Transaction::Way::kIn, bytes, std::move(convert), std::move(call));
}

void RawUpload::Begin() {
  if (!transaction_.ReserveBody(kStep)) return transaction_.FailForMemory();
  transaction_.scope().exchange().AllowPieces(kLargePiece);
  transaction_.StartCall();
  ReadNext();
}

void RawUpload::OnPiece(std::string&& piece) {
  bool end = piece.empty();
  // An empty body is still one message: it names what is written.
  if (!end || first_) {
    // The call drops the callback with itself, and goes when this does.
    std::function<void()> sent = end ? [] {} : std::function<void()>([this] { ReadNext(); });
    bool first = std::exchange(first_, false);
    grpc_client::Message message = first ? RawMessage(piece) : MessageOf(std::move(piece));
    if (first && !IsValid(message.rest)) return;
    transaction_.SendOn(std::move(message), std::move(sent));
  }
  if (end) transaction_.call().FinishSending();
}

grpc_client::Message RawUpload::MessageOf(std::string&& piece) const {
  std::string head = RawBodyHead(transaction_.route(), piece.size());
  if (head.empty()) return RawBodyMessage(transaction_.route(), "", "", piece);
  return {std::move(head), std::move(piece)};
}

MessageUpload::MessageUpload(Transaction& transaction)
    : RequestBody(transaction), splitter_(FormOf(transaction.scope().request())) {}

void MessageUpload::Begin() {
  if (!transaction_.ReserveBody(reserved_ = kStep)) return transaction_.FailForMemory();
  transaction_.StartCall();
  ReadNext();
}

void MessageUpload::OnPiece(std::string&& piece) {
  ended_ = piece.empty();
  ended_ ? splitter_.End() : splitter_.Add(piece);
  SendNext();
}

void MessageUpload::SendNext() {
  absl::StatusOr<std::optional<std::string>> value = splitter_.Next();
  if (!value.ok()) return FailAt(value.status());
  value->has_value() ? Convert(**std::move(value)) : GoOn();
}

void MessageUpload::GoOn() {
  if (ended_) {
    std::string fields = transaction_.TakeFields();
    if (!fields.empty() && !IsValid(fields)) return;
    if (!fields.empty()) transaction_.call().Send(std::move(fields));
    return transaction_.call().FinishSending();
  }
  std::size_t held = splitter_.held();
  if (held > transaction_.parts().options.max_body_bytes) return FailTooLarge(transaction_);
  if (held + kStep > reserved_ && !transaction_.ReserveBody(reserved_ = 2 * (held + kStep))) {
    return transaction_.FailForMemory();
  }
  ReadNext();
}

void MessageUpload::Convert(std::string value) {
  std::size_t bytes = value.size();
  auto convert = [&route = transaction_.route(), &codec = *transaction_.services().codec,
                  value = std::move(value),
                  fields = transaction_.TakeFields()](ConversionMemory& memory) {
    return BuildRequest(route, codec, value, fields, memory);
  };
  transaction_.Convert(
      Transaction::Way::kIn, bytes, std::move(convert),
      [this](absl::StatusOr<std::string> message) { OnMessage(std::move(message)); });
}

void MessageUpload::OnMessage(absl::StatusOr<std::string> message) {
  absl::Status fits = message.ok() ? transaction_.CheckSize(*message) : message.status();
  if (!fits.ok()) return FailAt(fits);
  ++sent_;
  transaction_.SendOn(*std::move(message), [this] { SendNext(); });
}

void MessageUpload::FailAt(const absl::Status& status) {
  std::string place = splitter_.place();
  if (sent_ > 0) absl::StrAppend(&place, " (messages sent before it: ", sent_, ")");
  transaction_.FailBody(Annotate(status, absl::StrCat(place, ": ")));
}

}  // namespace triad::gateway
