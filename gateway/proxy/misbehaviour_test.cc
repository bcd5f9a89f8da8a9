// A service that resets, delays, goes away, half-closes and sends garbage, behind every form of
// call: each has one outcome, and nothing of it is left.
#include <google/api/httpbody.pb.h>

#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gateway/proxy/testing/frame_client.h"
#include "gateway/proxy/testing/lab_test.h"
#include "lab.pb.h"
#include "runtime/base/memory_budget.h"
#include "runtime/grpc_client/testing/scripted_server.h"
#include "runtime/http/testing/raw_client.h"

namespace triad::gateway {
namespace {

using grpc_client::Framed;
using grpc_client::ScriptedReply;
using grpc_client::ScriptedRequest;
using grpc_client::ScriptedServer;
using nlohmann::json;

// What a client saw.
struct Outcome {
  int code = 0;      // of gRPC, as it was told; or
  int messages = 0;  // whole ones before
};
// Its connection was cut, and it was told nothing.
constexpr int kCut = -1;

bool operator==(const Outcome& a, const Outcome& b) {
  return a.code == b.code && a.messages == b.messages;
}
std::ostream& operator<<(std::ostream& out, const Outcome& outcome) {
  return out << "{" << outcome.code << ", " << outcome.messages << "}";
}

struct Form {
  std::string name;
  std::string route;
  std::string message;  // that the service answers with
  // Makes a call. `headers`: lines of the request's head. `finished`: whether the client sends its
  // end, where it streams.
  std::function<Outcome(const std::string& address, const std::string& headers, bool finished)> run;
  bool streams_up = false;
};

int PortOf(const std::string& address) { return std::stoi(address.substr(address.rfind(':') + 1)); }

std::optional<http::RawResponse> Ask(const std::string& address, const std::string& line,
                                     const std::string& headers, const std::string& body,
                                     bool finished) {
  http::RawClient client(PortOf(address));
  std::string head = absl::StrCat(line, " HTTP/1.1\r\nHost: localhost\r\n", headers);
  if (absl::StartsWith(line, "GET")) {
    client.Send(absl::StrCat(head, "\r\n"));
  } else {
    client.Send(absl::StrCat(head, "Transfer-Encoding: chunked\r\n\r\n", absl::Hex(body.size()),
                             "\r\n", body, "\r\n", finished ? "0\r\n\r\n" : ""));
  }
  return client.Read();
}

// An answer that is no stream, or is none yet.
Outcome WholeOutcome(const std::optional<http::RawResponse>& response) {
  if (!response || !response->complete) return {kCut, 0};
  if (response->status == 200) return {0, 1};
  return {json::parse(response->body).at("code").get<int>(), 0};
}

Outcome BytesOutcome(const std::optional<http::RawResponse>& response) {
  if (!response || response->status != 200) return WholeOutcome(response);
  return {response->complete ? 0 : kCut, response->body.empty() ? 0 : 1};
}

Outcome LinesOutcome(const std::optional<http::RawResponse>& response) {
  if (!response || response->status != 200) return WholeOutcome(response);
  Outcome outcome{response->complete ? 0 : kCut, 0};
  for (absl::string_view line : absl::StrSplit(response->body, '\n', absl::SkipEmpty())) {
    json value = json::parse(line);
    if (value.contains("error")) outcome.code = value.at("error").at("code");
    outcome.messages += value.contains("result") ? 1 : 0;
  }
  return outcome;
}

Outcome EventsOutcome(const std::optional<http::RawResponse>& response) {
  if (!response || response->status != 200) return WholeOutcome(response);
  Outcome outcome{response->complete ? 0 : kCut, 0};
  for (absl::string_view event : absl::StrSplit(response->body, "\n\n", absl::SkipEmpty())) {
    std::vector<std::string> halves = absl::StrSplit(event, absl::MaxSplits("data: ", 1));
    if (halves.size() < 2) continue;
    bool is_status = absl::StrContains(halves[0], "event: status");
    if (is_status) outcome.code = json::parse(halves[1]).at("code");
    outcome.messages += is_status ? 0 : 1;
  }
  return outcome;
}

// Texts with `key` are messages, up to the one that has the status.
Outcome SocketOutcome(FrameClient& client, const char* key) {
  Outcome outcome{kCut, 0};
  while (true) {
    Frame frame = client.Receive();
    if (frame.opcode == kPing) continue;
    if (frame.opcode != kText) return outcome;
    json text = json::parse(frame.payload);
    outcome.messages += text.contains(key) ? 1 : 0;
    if (!text.contains("status")) continue;
    outcome.code = text.at("status").at("code");
    if (text.contains("id")) return outcome;
  }
}

struct Request {
  std::string line;          // "GET /watch"
  std::string route;         // "/watch"
  std::string headers = {};  // lines that end with CR LF
  std::string body = {};
};

Form HttpForm(const std::string& name, const Request& request, const std::string& message,
              Outcome (*outcome)(const std::optional<http::RawResponse>&)) {
  auto run = [=](const std::string& address, const std::string& headers, bool finished) {
    std::string all = absl::StrCat(request.headers, headers);
    return outcome(Ask(address, request.line, all, request.body, finished));
  };
  return {name, request.route, message, run, !request.body.empty()};
}

Form SocketForm(const std::string& name, const std::string& path, const std::string& text,
                const std::string& message) {
  auto run = [=](const std::string& address, const std::string& headers, bool finished) {
    FrameClient client(address, path, headers);
    if (!text.empty()) client.SendText(text);
    if (!text.empty() && finished) client.SendText("");
    return SocketOutcome(client, "result");
  };
  return {name, path, message, run, !text.empty()};
}

Form MultiplexedForm(const std::string& message) {
  auto run = [](const std::string& address, const std::string& headers, bool) {
    FrameClient client(address, "/api/streams");
    json open = {{"id", 1}, {"get", "/watch"}};
    std::vector<std::string> parts = absl::StrSplit(headers, absl::ByAnyChar(":\r"));
    if (parts.size() > 1) open["headers"] = {{"grpc-timeout", parts[1].substr(1)}};
    client.SendText(open.dump());
    return SocketOutcome(client, "data");
  };
  return {"multiplexed", "/watch", message, run};
}

std::vector<Form> Forms() {
  lab::v1::EchoReply reply;
  reply.set_text("hello");
  lab::v1::Event event;
  event.set_number(7);
  google::api::HttpBody bytes;
  bytes.set_content_type("text/plain");
  bytes.set_data("hello");
  lab::v1::PutReply put;
  put.set_name("a");
  std::string echo = reply.SerializeAsString(), watch = event.SerializeAsString();
  std::string raw = bytes.SerializeAsString(), stored = put.SerializeAsString();
  const char* lines = "Content-Type: application/x-ndjson\r\n";
  const char* whole = "Content-Type: application/json\r\n";
  const char* text = "Content-Type: text/plain\r\n";
  std::string line = "{\"text\":\"a\"}\n", list = "[{\"text\":\"a\"}]";
  return {
      HttpForm("unary", {"GET /echo/x", "/echo/{text}"}, echo, WholeOutcome),
      HttpForm("lines up", {"POST /collect", "/collect", lines, line}, echo, WholeOutcome),
      HttpForm("a list up", {"POST /collect", "/collect", whole, list}, echo, WholeOutcome),
      HttpForm("bytes up", {"PUT /objects/a", "/objects/{name=**}", text, "hello"}, stored,
               WholeOutcome),
      HttpForm("lines down", {"GET /watch", "/watch"}, watch, LinesOutcome),
      HttpForm("events", {"GET /watch", "/watch", "Accept: text/event-stream\r\n"}, watch,
               EventsOutcome),
      HttpForm("bytes down", {"GET /objects/a", "/objects/{name=**}"}, raw, BytesOutcome),
      HttpForm("bytes both ways", {"POST /pipes/a", "/pipes/{name}", text, "hello"}, raw,
               BytesOutcome),
      HttpForm("lines both ways", {"POST /chat", "/chat", lines, line}, echo, LinesOutcome),
      SocketForm("socket down", "/watch", "", watch),
      SocketForm("socket up", "/collect", "{\"text\":\"a\"}", echo),
      SocketForm("socket both ways", "/chat", "{\"text\":\"a\"}", echo),
      MultiplexedForm(watch),
  };
}

using But = std::map<std::string, Outcome>;

struct Misbehaviour {
  const char* name;
  std::function<void(ScriptedReply& reply, const std::string& message)> change;
  Outcome outcome;
  But but = {};              // of forms that have another one
  const char* timeout = "";  // as Grpc-Timeout has it; none if empty
};

// After a message. An answer that is whole or none has it only if all went well; bytes that have
// begun can but be cut.
But AnswersFail(int code) {
  return {{"unary", {code, 0}},    {"lines up", {code, 0}},   {"a list up", {code, 0}},
          {"bytes up", {code, 0}}, {"bytes down", {kCut, 1}}, {"bytes both ways", {kCut, 1}}};
}

// Of a service that says that all went well, and nothing else: what streams to the client has no
// message, and the others lack theirs.
But EmptyStreams() {
  But empty;
  for (const char* form : {"lines down", "events", "bytes down", "bytes both ways",
                           "lines both ways", "socket down", "socket both ways", "multiplexed"}) {
    empty[form] = {0, 0};
  }
  return empty;
}

// Of HTTP/2.
constexpr std::uint32_t kInternalError = 2;
constexpr std::uint32_t kRefusedStream = 7;
constexpr std::uint32_t kCancel = 8;

void Answer(ScriptedReply& reply, const std::string& message) { reply.data = Framed(message); }

std::vector<Misbehaviour> Misbehaviours() {
  return {
      {"resets", [](auto& reply, auto&) { reply.reset = kInternalError; }, {13, 0}},
      {"refuses", [](auto& reply, auto&) { reply.reset = kRefusedStream; }, {14, 0}},
      {"cancels", [](auto& reply, auto&) { reply.reset = kCancel; }, {1, 0}},
      {"hangs up", [](auto& reply, auto&) { reply.hang_up = true; }, {14, 0}},
      {"goes away before the call",
       [](auto& reply, auto&) {
         reply.goaway = 0;
         reply.silent = true;
       },
       {14, 0}},
      {"goes away after it",
       [](auto& reply, auto& message) {
         Answer(reply, message);
         reply.goaway = 0x7fffffff;
       },
       {0, 1}},
      {"says nothing", [](auto& reply, auto&) { reply.silent = true; }, {4, 0}, {}, "300m"},
      {"sends garbage for frames",
       [](auto& reply, auto&) { reply.garbage = std::string(100, '\xff'); },
       {14, 0}},
      {"sends garbage for a message",
       [](auto& reply, auto&) { reply.data = Framed("\x0f\x0f"); },
       {13, 0}},
      {"sends a flag that is none",
       [](auto& reply, auto& message) {
         Answer(reply, message);
         reply.data[0] = 2;
       },
       {13, 0}},
      {"cuts a message short",
       [](auto& reply, auto& message) {
         Answer(reply, message);
         reply.data.pop_back();
       },
       {13, 0}},
      {"half-closes without a message", [](auto&, auto&) {}, {13, 0}, EmptyStreams()},
      {"resets after a message",
       [](auto& reply, auto& message) {
         Answer(reply, message);
         reply.reset_after = kInternalError;
       },
       {13, 1},
       AnswersFail(13)},
      {"hangs up after a message",
       [](auto& reply, auto& message) {
         Answer(reply, message);
         reply.hang_up_after = true;
       },
       {14, 1},
       AnswersFail(14)},
      {"says nothing after a message",
       [](auto& reply, auto& message) {
         Answer(reply, message);
         reply.stays_open = true;
       },
       {4, 1},
       AnswersFail(4),
       "1500m"},  // in which the message gets through on a busy machine, too
      {"fails after a message",
       [](auto& reply, auto& message) {
         Answer(reply, message);
         reply.trailers = {{"grpc-status", "9"}};
       },
       {9, 1},
       AnswersFail(9)},
      {"answers without trailers",
       [](auto& reply, auto& message) {
         Answer(reply, message);
         reply.trailers.clear();
       },
       {2, 1},
       AnswersFail(2)},
      {"is no gRPC",
       [](auto& reply, auto&) {
         reply.headers = {{":status", "502"}, {"content-type", "text/html"}};
         reply.data = "<html>";
         reply.trailers.clear();
       },
       {14, 0}},
  };
}

int AnswersOf(LabGateway& gateway, const std::string& route) {
  int sum = 0;
  for (absl::string_view line : absl::StrSplit(gateway.Scrape(), '\n')) {
    if (!absl::StartsWith(line, "triad_gateway_requests_total{")) continue;
    if (!absl::StrContains(line, absl::StrCat("route=\"", route, "\""))) continue;
    int count = 0;
    EXPECT_TRUE(absl::SimpleAtoi(line.substr(line.rfind(' ') + 1), &count)) << line;
    sum += count;
  }
  return sum;
}

void Check(const Form& form, const Misbehaviour& misbehaviour, bool finished) {
  SCOPED_TRACE(absl::StrCat(form.name, ", of a service that ", misbehaviour.name,
                            finished ? "" : ", before the client's end"));
  ScriptedServer::Options at_head;
  at_head.at_head = true;
  ScriptedServer service(
      [&](const ScriptedRequest&) {
        ScriptedReply reply;
        misbehaviour.change(reply, form.message);
        return reply;
      },
      at_head);
  MemoryBudget memory(16 * 1024 * 1024);
  GatewayOptions options;
  options.memory = &memory;
  http::ServerOptions server;
  server.memory = &memory;
  LabGateway gateway(std::move(options), service.port(), std::move(server));

  std::string headers = absl::StrCat("Grpc-Timeout: ", misbehaviour.timeout, "\r\n");
  if (*misbehaviour.timeout == '\0') headers.clear();
  auto other = misbehaviour.but.find(form.name);
  Outcome expected = other == misbehaviour.but.end() ? misbehaviour.outcome : other->second;
  EXPECT_EQ(form.run(gateway.address(), headers, finished), expected);
  EXPECT_TRUE(Eventually([&] { return AnswersOf(gateway, form.route) == 1; })) << gateway.Scrape();
  EXPECT_TRUE(Eventually([&] { return memory.used() == 0; })) << memory.used();
  EXPECT_THAT(gateway.Scrape(), ::testing::HasSubstr("triad_gateway_in_flight 0"));
}

class MisbehaviourTest : public ::testing::TestWithParam<Misbehaviour> {};

TEST_P(MisbehaviourTest, EveryFormOfCallHasOneOutcomeAndLeavesNothing) {
  for (const Form& form : Forms()) {
    Check(form, GetParam(), true);
    if (form.streams_up) Check(form, GetParam(), false);
  }
}

INSTANTIATE_TEST_SUITE_P(Each, MisbehaviourTest, ::testing::ValuesIn(Misbehaviours()),
                         [](const auto& info) {
                           std::string name;
                           for (char c : std::string(info.param.name)) {
                             if (c != ' ' && c != '-') name += c;
                           }
                           return name;
                         });

}  // namespace
}  // namespace triad::gateway
