#include "runtime/grpc_client/http2/http2_call.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "runtime/grpc_client/http2/http2_session.h"
#include "runtime/grpc_client/http2/protocol.h"

namespace triad::grpc_client {
namespace {

// Response headers of one call; as much as gRPC's own limit in Triad's services.
constexpr std::size_t kMaxHeaderBytes = 128 * 1024;

// A century: longer ones would overflow the clock.
constexpr absl::Duration kMaxTimeout = absl::Hours(24 * 365 * 100);

// From this size on a part of a message is not worth a copy.
constexpr std::size_t kShared = 8 * 1024;

using Clock = std::chrono::steady_clock;

Clock::time_point DeadlineAfter(absl::Duration timeout) {
  if (timeout == absl::InfiniteDuration()) return Clock::time_point::max();
  return Clock::now() + absl::ToChronoNanoseconds(std::min(timeout, kMaxTimeout));
}

}  // namespace

Http2Call::Http2Call(CallOwner& owner, CallStart start, std::size_t max_message_bytes,
                     CallObserver& observer)
    : owner_(owner),
      start_(std::move(start)),
      deadline_(DeadlineAfter(start_.timeout)),
      observer_(observer),
      reader_(max_message_bytes) {}

Http2Call::~Http2Call() {
  Hold(0);
  if (session_ != nullptr) session_->Cancel(*this);
}

void Http2Call::Send(Message message, std::function<void()> sent) {
  if (done_ || result_.has_value()) return;
  auto size = static_cast<std::uint32_t>(message.size());
  auto byte = [size](int shift) { return static_cast<char>(size >> shift); };
  std::string head = {'\0', byte(24), byte(16), byte(8), byte(0)};
  head += message.head;
  outgoing_.push_back(Outgoing{std::move(head), std::move(message.rest), std::move(sent)});
  if (std::exchange(deferred_, false)) session_->ResumeSending(stream_);
}

void Http2Call::FinishSending() {
  finish_sending_ = true;
  if (std::exchange(deferred_, false)) session_->ResumeSending(stream_);
}

std::size_t Http2Call::CountSendable(std::size_t room, bool* end) {
  std::size_t count = 0;
  bool all = true;
  for (std::size_t i = sending_; i < outgoing_.size() && all; ++i) {
    std::size_t left = outgoing_[i].left();
    all = left <= room - count;
    count += std::min(left, room - count);
  }
  *end = all && finish_sending_;
  end_sent_ = *end;
  deferred_ = count == 0 && !*end;
  return count;
}

void Http2Call::TakeSendable(std::size_t size, FrameBuffer& out) {
  while (size > 0) {
    Outgoing& message = outgoing_[sending_];
    size -= message.TakeTo(out, size);
    if (message.left() == 0) OnMessageSent();
  }
}

std::size_t Http2Call::Outgoing::TakeTo(FrameBuffer& out, std::size_t size) {
  bool in_head = offset < head.size();
  std::size_t begin = in_head ? offset : offset - head.size();
  size = std::min(size, in_head ? head.size() - offset : left());
  if (!in_head && size >= kShared && shared == nullptr) {
    shared = std::make_shared<const std::string>(std::move(bytes));
  }
  if (!in_head && shared != nullptr) {
    out.Append(shared, begin, size);
  } else {
    out.Append(absl::string_view(in_head ? head : bytes).substr(begin, size));
  }
  offset += size;
  return size;
}

void Http2Call::OnMessageSent() {
  Outgoing& message = outgoing_[sending_];
  if (message.sent) {
    sent_callbacks_.push_back(std::move(message.sent));
    message.sent = nullptr;
    owner_.DeliverSoon(*this);
  }
  replay_bytes_ += message.rest();
  if (replay_bytes_ > kMaxReplayBytes) replayable_ = false;
  ++sending_;
  if (!replayable_) DropSent();
}

void Http2Call::DropSent() {
  outgoing_.erase(outgoing_.begin(), outgoing_.begin() + sending_);
  sending_ = 0;
}

void Http2Call::OnOpened(Http2Session& session, std::int32_t stream) {
  session_ = &session;
  stream_ = stream;
  ++attempts_;
  for (Outgoing& message : outgoing_) message.offset = 0;
  sending_ = 0;
  replay_bytes_ = 0;
  end_sent_ = false;
  end_received_ = false;
  deferred_ = false;
  window_ = kCallBytes;
}

void Http2Call::OnClosed() {
  session_ = nullptr;
  deferred_ = false;
  place_hook.unlink();
}

void Http2Call::OnHeadersBegin() { head_ = Head(); }

bool Http2Call::OnHeader(absl::string_view name, absl::string_view value) {
  head_.bytes += name.size() + value.size() + 32;
  if (head_.bytes > kMaxHeaderBytes) return false;
  if (name == ":status") {
    if (!absl::SimpleAtoi(value, &head_.http_status)) head_.http_status = 0;
  } else if (name == "content-type") {
    head_.grpc = absl::StartsWith(value, "application/grpc");
  } else if (name == "grpc-status") {
    head_.code = ParseStatusCode(value).value_or(absl::StatusCode::kUnknown);
  } else if (name == "grpc-message") {
    head_.message = DecodeMessage(value);
  } else if (name == "grpc-status-details-bin") {
    head_.details = ParseBinaryValue(value).value_or("");
  } else if (name == "grpc-encoding" || name == "grpc-accept-encoding" ||
             name == "accept-encoding") {
    // About compression, of which the flag in front of each message tells.
  } else if (IsBinaryName(name)) {
    std::optional<std::string> bytes = ParseBinaryValue(value);
    if (bytes.has_value()) head_.metadata.emplace_back(std::string(name), *std::move(bytes));
  } else {
    head_.metadata.emplace_back(std::string(name), std::string(value));
  }
  return true;
}

void Http2Call::OnHeadersEnd(bool end_of_stream) {
  end_received_ = end_of_stream;
  bool informational = head_.http_status >= 100 && head_.http_status < 200;
  if (informational || done_ || result_.has_value()) return;
  // It is not sent again, and may last for days.
  replayable_ = false;
  DropSent();
  Metadata().swap(start_.metadata);
  if (end_of_stream) return FinishFromTrailers(!got_initial_);
  if (!got_initial_) OnInitialHeaders();
}

void Http2Call::OnInitialHeaders() {
  if (head_.http_status != 200) {
    return Fail(absl::Status(CodeOfHttpStatus(head_.http_status),
                             absl::StrCat("the service answered HTTP ", head_.http_status)));
  }
  if (!head_.grpc) return Fail(absl::UnknownError("the service's answer is not gRPC"));
  got_initial_ = true;
  tell_initial_ = true;
  initial_ = std::move(head_.metadata);
  Deliver();
}

void Http2Call::FinishFromTrailers(bool trailers_only) {
  CallResult result;
  if (head_.code.has_value()) {
    result.status = absl::Status(CodeOfAnswer(), head_.message);
  } else if (trailers_only && head_.http_status != 200) {
    result.status = absl::Status(CodeOfHttpStatus(head_.http_status),
                                 absl::StrCat("the service answered HTTP ", head_.http_status));
  } else {
    result.status = absl::UnknownError("the service ended the call without a status");
  }
  if (reader_.in_message() && result.status.ok()) {
    result.status = absl::InternalError("the service ended the call inside a message");
  }
  result.details = std::move(head_.details);
  result.trailers = std::move(head_.metadata);
  Finish(std::move(result));
}

// A server that stops cancels what it does not get done: that is no wish of the client, and
// the call may succeed elsewhere.
absl::StatusCode Http2Call::CodeOfAnswer() const {
  bool stops = *head_.code == absl::StatusCode::kCancelled && session_->draining();
  return stops ? absl::StatusCode::kUnavailable : *head_.code;
}

void Http2Call::OnData(absl::string_view bytes) {
  if (done_ || result_.has_value()) return;
  unopened_ += bytes.size();
  if (start_.memory != nullptr) start_.memory->Moved(bytes.size());
  absl::Status status = reader_.Append(bytes);
  if (!status.ok()) return Fail(std::move(status));
  Deliver();
}

void Http2Call::OnEndWithoutTrailers() {
  end_received_ = true;
  if (done_ || result_.has_value()) return;
  Fail(absl::UnknownError("the service ended the call without a status"));
}

void Http2Call::OnReset(std::uint32_t http2_error) {
  if (http2_error == kRefusedStream && replayable()) return owner_.Requeue(*this);
  if (done_ || result_.has_value()) return;
  // A service that sees the deadline pass first resets the stream.
  if (Clock::now() >= deadline_) {
    return Fail(absl::DeadlineExceededError("the deadline passed before the service answered"));
  }
  Fail(absl::Status(CodeOfReset(http2_error),
                    absl::StrCat("the service reset the call (HTTP/2 error ", http2_error, ")")));
}

void Http2Call::Requeue() {
  if (!replayable()) return Fail(absl::UnavailableError("it refuses calls again and again"));
  owner_.Requeue(*this);
}

void Http2Call::Finish(CallResult result) {
  result_ = std::move(result);
  if (session_ != nullptr) session_->Cancel(*this);
  Deliver();
}

absl::string_view Http2Call::service() const {
  absl::string_view path = start_.path;
  absl::ConsumePrefix(&path, "/");
  return path.substr(0, path.find('/'));
}

void Http2Call::Fail(absl::Status status) {
  if (done_ || result_.has_value()) return;
  if (status.code() == absl::StatusCode::kUnavailable) {
    status = absl::UnavailableError(absl::StrCat(service(), " is unavailable: ", status.message()));
  }
  result_ = CallResult{std::move(status), "", {}};
  tell_initial_ = false;
  while (reader_.has_message()) reader_.Take();
  sent_callbacks_.clear();
  if (session_ != nullptr) session_->Cancel(*this);
  place_hook.unlink();
  owner_.DeliverSoon(*this);
}

void Http2Call::Pull() {
  ++pulls_;
  if (delivering_) return;  // Deliver looks again
  if (reader_.has_message() || result_.has_value()) return owner_.DeliverSoon(*this);
  OpenWindow();
}

// Lets the service send as much as was received of messages that were asked for, and
// more at a time if it sends much. Without room in memory the window stays as far open as
// it is, and only this stream waits.
void Http2Call::OpenWindow() {
  Hold(Exposure(window_, std::min(window_, unopened_)));
  std::size_t keep = pulls_ > 0 ? 0 : reader_.held();
  if (unopened_ <= keep || session_ == nullptr) return;
  bool much = unopened_ >= kCallBytes / 2 && window_ < start_.max_window;
  if (much && Hold(Exposure(start_.max_window, keep))) {
    window_ = start_.max_window;
    session_->WidenWindow(stream_, window_);
  } else if (!Hold(Exposure(window_, keep))) {
    return WaitForRoom();
  }
  std::size_t count = unopened_ - keep;
  unopened_ = keep;
  session_->OpenWindow(stream_, count);
}

bool Http2Call::Hold(std::size_t bytes) {
  std::size_t wanted = std::max(bytes, kCallBytes);
  if (start_.memory == nullptr || wanted == reserved_) return true;
  if (wanted > reserved_ && !start_.memory->Reserve(wanted - reserved_)) return false;
  if (wanted < reserved_) start_.memory->Release(reserved_ - wanted);
  reserved_ = wanted;
  return true;
}

void Http2Call::WaitForRoom() {
  if (std::exchange(waits_for_room_, true)) return;
  start_.memory->WhenRoom([weak = weak_factory_.Get()] {
    Http2Call* self = weak.get();
    if (self == nullptr) return;
    self->waits_for_room_ = false;
    self->OpenWindow();
  });
}

void Http2Call::RunSentCallbacks() {
  WeakPtr<Http2Call> self = weak_factory_.Get();
  while (self && !sent_callbacks_.empty()) {
    std::vector<std::function<void()>> callbacks = std::exchange(sent_callbacks_, {});
    for (std::function<void()>& sent : callbacks) {
      if (self) sent();
    }
  }
}

// Each callback may destroy the call.
void Http2Call::Deliver() {
  if (delivering_ || done_) return;
  ready_hook.unlink();
  delivering_ = true;
  WeakPtr<Http2Call> self = weak_factory_.Get();
  if (std::exchange(tell_initial_, false)) observer_.OnInitialMetadata(initial_);
  if (self && !sent_callbacks_.empty()) RunSentCallbacks();
  while (self && pulls_ > 0 && reader_.has_message()) {
    --pulls_;
    observer_.OnMessage(reader_.Take());
  }
  if (!self) return;
  delivering_ = false;
  if (!result_.has_value()) return OpenWindow();
  if (reader_.has_message()) return;
  done_ = delivering_ = true;
  CallResult result = *std::move(result_);
  all_hook.unlink();
  observer_.OnDone(result);
}

}  // namespace triad::grpc_client
