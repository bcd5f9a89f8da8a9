#include "gateway/proxy/multiplex/stream_session.h"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/proxy/multiplex/stream_exchange.h"
#include "runtime/base/status.h"

namespace triad::gateway {
namespace {

using Json = nlohmann::json;

constexpr int kSwitchingProtocols = 101;
constexpr int kClientLeft = 499;
constexpr int kGoingAway = 1001;
constexpr int kPolicyViolation = 1008;
// Of what a client sends: a path and some headers.
constexpr std::size_t kMaxOrderBytes = 64 * 1024;

// Headers that mean something here, beside those that become metadata.
constexpr absl::string_view kOwnHeaders[] = {"accept", "grpc-timeout", "x-request-timeout"};

// What a client asks for, once it is known to be well-formed.
struct Order {
  std::uint64_t id = 0;
  bool is_cancel = false;
  std::string path;
  http::Headers headers;
};

absl::Status TakeHeaders(const Json& fields, const ForwardedHeaders& known, http::Headers& taken) {
  if (!fields.is_object()) return InvalidField("headers", "must be an object");
  for (const auto& [name, value] : fields.items()) {
    std::string lower = absl::AsciiStrToLower(name);
    bool is_own =
        std::find(std::begin(kOwnHeaders), std::end(kOwnHeaders), lower) != std::end(kOwnHeaders);
    if (!is_own && !known.Contains(lower)) {
      return InvalidField(absl::StrCat("headers.", name), "is not among the headers of a call");
    }
    if (!value.is_string()) {
      return InvalidField(absl::StrCat("headers.", name), "must be a string");
    }
    taken.Add(std::move(lower), value.get<std::string>());
  }
  return absl::OkStatus();
}

absl::StatusOr<Order> ParseOrder(absl::string_view text, const ForwardedHeaders& known) {
  Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return absl::InvalidArgumentError("a message must be an object of JSON");
  Order order;
  for (const auto& [name, value] : json.items()) {
    if (name == "id" && value.is_number_unsigned()) {
      order.id = value.get<std::uint64_t>();
    } else if (name == "get" && value.is_string()) {
      order.path = value.get<std::string>();
    } else if (name == "after" && value.is_string()) {
      order.headers.Add("last-event-id", value.get<std::string>());
    } else if (name == "cancel" && value == true) {
      order.is_cancel = true;
    } else if (name == "headers") {
      TRIAD_RETURN_IF_ERROR(TakeHeaders(value, known, order.headers));
    } else {
      return InvalidField(name, "is not expected, or of another type");
    }
  }
  if (order.id == 0) return InvalidField("id", "must be a number from 1 on");
  bool has_path = !order.path.empty();
  if (has_path == order.is_cancel) return InvalidField("get", "must be there, or else `cancel`");
  if (has_path && !absl::StartsWith(order.path, "/")) {
    return InvalidField("get", "must be a path, such as /api/v1/…");
  }
  return order;
}

// `line` is an object without the stream's id.
std::string WithId(std::uint64_t id, absl::string_view line) {
  return absl::StrCat("{\"id\":", id, ",", line.substr(1));
}

}  // namespace

StreamSession::StreamSession(RequestScope scope, const SharedParts& parts,
                             boost::asio::io_context& context, OpenStream open,
                             std::function<void(StreamSession&)> ended)
    : scope_(std::move(scope)),
      parts_(parts),
      context_(context),
      open_(std::move(open)),
      ended_(std::move(ended)),
      heartbeat_(context) {
  scope_.set_stream();
}

StreamSession::~StreamSession() { scope_.Finish(kClientLeft); }

void StreamSession::Begin() {
  WebSocketOptions options;
  options.max_message_bytes = kMaxOrderBytes;
  options.ping_interval = parts_.options.heartbeat_interval;
  options.idle_timeout = parts_.options.stream_idle_timeout;
  options.headers = {{"X-Request-Id", scope_.request_id()}};
  socket_ = WebSocket::Accept(exchange(), context_, options);
  if (socket_ == nullptr) {
    scope_.Finish(
        parts_.errors.For(scope_.request_id())
            .Answer(absl::UnavailableError(
                "requests hold all memory there is for them (--memory_budget_bytes); try again")));
    return End(/*is_lost=*/false);
  }
  exchange().OnClientLeft([this] { End(/*is_lost=*/true); });
  ArmHeartbeat();
  Read();
}

void StreamSession::Read() {
  socket_->Read([this](absl::StatusOr<SocketMessage> message) { OnMessage(std::move(message)); });
}

void StreamSession::OnMessage(absl::StatusOr<SocketMessage> message) {
  if (!message.ok()) return End(message.status().code() == absl::StatusCode::kUnavailable);
  if (close_.has_value()) return;
  absl::Status good = message->is_text
                          ? Obey(message->payload)
                          : absl::InvalidArgumentError("a message must be in a text frame");
  good.ok() ? Read() : Refuse(good);
}

absl::Status StreamSession::Obey(absl::string_view json) {
  TRIAD_ASSIGN_OR_RETURN(Order order, ParseOrder(json, parts_.forwarded));
  if (order.is_cancel) {
    CancelStream(order.id);
  } else if (streams_.count(order.id) != 0) {
    return InvalidField("id", absl::StrCat(order.id, " is in use"));
  } else {
    Open(order.id, std::move(order.path), std::move(order.headers));
  }
  return absl::OkStatus();
}

void StreamSession::Open(std::uint64_t id, std::string path, http::Headers headers) {
  if (streams_.size() == kMaxStreams) {
    return SendError(id, absl::ResourceExhaustedError(
                             absl::StrCat("a connection has at most ", kMaxStreams, " streams")));
  }
  const http::RequestHead& own = scope_.request();
  http::RequestHead head;
  head.method = "GET";
  head.target = std::move(path);
  head.headers = std::move(headers);
  head.headers.Add("host", std::string(own.headers.Find("host").value_or("")));
  head.remote_address = own.remote_address;
  head.client_address = own.client_address;
  head.from_proxy = own.from_proxy;
  head.peer_key = own.peer_key;
  auto exchange = std::make_unique<StreamExchange>(*this, id, std::move(head));
  streams_[id] = exchange.get();
  open_(std::move(exchange));
}

void StreamSession::CancelStream(std::uint64_t id) {
  auto found = streams_.find(id);
  if (found == streams_.end()) return;
  found->second->Leave();
  SendError(id, absl::CancelledError("cancelled by the client"));
}

void StreamSession::Forget(std::uint64_t id) {
  streams_.erase(id);
  CloseIfDone();
}

void StreamSession::WhenRoom(std::function<void()> later) {
  waiting_for_room_.push_back(std::move(later));
  if (waiting_for_room_.size() > 1) return;
  exchange().WhenRoom([this] {
    WeakPtr<StreamSession> weak = weak_factory_.Get();
    for (const auto& ask : std::exchange(waiting_for_room_, {})) {
      if (weak) ask();
    }
  });
}

void StreamSession::SendError(std::uint64_t id, const absl::Status& status) {
  SendStatus(id, parts_.errors.For(scope_.request_id()).Json(status));
}

void StreamSession::SendStatus(std::uint64_t id, absl::string_view status_json) {
  Send(id, absl::StrCat("{\"status\":", status_json, "}\n"), nullptr);
}

void StreamSession::Send(std::uint64_t id, std::string text, http::Exchange::WriteCallback done) {
  pending_.push_back({id, std::move(text), std::move(done)});
  if (!writing_) WriteNext();
}

void StreamSession::WriteNext() {
  Pending& first = pending_.front();
  std::size_t end = first.text.find('\n');
  std::string line = first.text.substr(0, end);
  first.text.erase(0, end == std::string::npos ? end : end + 1);
  writing_ = true;
  silent_ = false;
  socket_->Write({true, first.id == 0 ? line : WithId(first.id, line)}, [this] { OnWritten(); });
}

void StreamSession::OnWritten() {
  writing_ = false;
  if (!pending_.front().text.empty()) return WriteNext();
  auto done = std::move(pending_.front().done);
  pending_.pop_front();
  if (!pending_.empty()) WriteNext();
  WeakPtr<StreamSession> weak = weak_factory_.Get();
  // Its stream gives its next piece behind those of the others.
  if (done) done(absl::OkStatus());
  if (weak) CloseIfDone();
}

void StreamSession::CloseSoon() { Close({kGoingAway, "the gateway is shutting down"}); }

void StreamSession::Refuse(const absl::Status& why) {
  scope_.set_problem(why);
  LeaveAll();
  Close({kPolicyViolation, std::string(why.message())});
}

void StreamSession::LeaveAll() {
  // Each of them goes, and forgets itself.
  while (!streams_.empty()) {
    StreamExchange* stream = streams_.begin()->second;
    streams_.erase(streams_.begin());
    stream->Leave();
  }
}

void StreamSession::Close(SocketClose close) {
  if (!close_.has_value()) close_ = std::move(close);
  CloseIfDone();
}

void StreamSession::CloseIfDone() {
  bool is_done = streams_.empty() && pending_.empty() && !writing_;
  if (!close_.has_value() || !is_done || std::exchange(is_closed_, true)) return;
  socket_->Close(*close_, [this] { End(/*is_lost=*/false); });
}

void StreamSession::ArmHeartbeat() {
  silent_ = true;
  heartbeat_.expires_after(absl::ToChronoMilliseconds(parts_.options.heartbeat_interval));
  heartbeat_.async_wait([weak = weak_factory_.Get()](const boost::system::error_code& error) {
    StreamSession* self = weak.get();
    if (error || self == nullptr) return;
    bool is_due = self->silent_ && !self->close_.has_value();
    if (is_due) self->Send(0, "{\"heartbeat\":true}\n", nullptr);
    self->ArmHeartbeat();
  });
}

void StreamSession::End(bool is_lost) {
  is_lost ? exchange().FailResponse() : exchange().FinishResponse();
  scope_.Finish(kSwitchingProtocols);
  is_closed_ = true;
  LeaveAll();
  auto ended = ended_;
  ended(*this);
}

}  // namespace triad::gateway
