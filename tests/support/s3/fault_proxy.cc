#include "tests/support/s3/fault_proxy.h"

#include <optional>
#include <utility>

#include "tests/support/http.h"

namespace triad::testing {
namespace {

ScriptedReply ErrorReply(int status, const std::string& code) {
  return Reply(status, "<?xml version=\"1.0\"?><Error><Code>" + code +
                           "</Code><Message>injected</Message></Error>");
}

std::size_t HeadSize(const std::string& reply) {
  std::size_t end = reply.find("\r\n\r\n");
  return end == std::string::npos ? reply.size() : end + 4;
}

void Flip(std::string& bytes, std::size_t from) {
  if (bytes.size() > from) bytes[from + (bytes.size() - from) / 2] ^= 1;
}

}  // namespace

S3FaultProxy::S3FaultProxy(std::string endpoint, Choose choose)
    : endpoint_(std::move(endpoint)),
      choose_(std::move(choose)),
      server_([this](const ScriptedRequest& request) { return Answer(request); },
              [this](const ScriptedRequest& head) { return Cut(head); }) {}

// One thread talks with one connection: what is chosen at the head holds for the
// answer.
thread_local S3Fault chosen_fault = S3Fault::kNone;

std::optional<std::size_t> S3FaultProxy::Cut(const ScriptedRequest& head) {
  chosen_fault = choose_(++requests_, head);
  auto length = head.headers.find("content-length");
  std::size_t size = length == head.headers.end() ? 0 : std::stoul(length->second);
  if (chosen_fault == S3Fault::kCutBeforeBody) return 0;
  if (chosen_fault == S3Fault::kCutInBody) return size / 2;
  return std::nullopt;
}

ScriptedReply S3FaultProxy::Answer(const ScriptedRequest& request) {
  switch (chosen_fault) {
    case S3Fault::kHold:
      return {"", true};
    case S3Fault::kInternalError:
      return ErrorReply(500, "InternalError");
    case S3Fault::kSlowDown:
      return ErrorReply(503, "SlowDown");
    case S3Fault::kNotImplemented:
      return ErrorReply(501, "NotImplemented");
    default:
      break;
  }
  ScriptedRequest sent = request;
  if (chosen_fault == S3Fault::kFlipRequest) Flip(sent.body, 0);
  std::string reply = Forward(std::move(sent));
  std::size_t head = HeadSize(reply);
  if (chosen_fault == S3Fault::kCutBeforeReply) reply.clear();
  if (chosen_fault == S3Fault::kCutInHead) reply.resize(head / 2);
  if (chosen_fault == S3Fault::kCutInReply) reply.resize(head + (reply.size() - head) / 2);
  if (chosen_fault == S3Fault::kFlipReply) Flip(reply, head);
  return {std::move(reply), false};
}

// The head goes on as it was signed, and with it the wish that the connection
// ends with the answer.
std::string S3FaultProxy::Forward(ScriptedRequest request) const {
  RawConnection upstream(endpoint_.substr(endpoint_.rfind('/') + 1));
  request.head.insert(request.head.size() - 2, "Connection: close\r\n");
  upstream.Write(request.head + request.body);
  return upstream.ReadAll();
}

}  // namespace triad::testing
