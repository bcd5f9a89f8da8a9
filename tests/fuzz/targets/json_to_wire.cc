// JSON text to wire bytes. The input is a byte that chooses type and options, and the text.
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/io/coded_stream.h>

#include <memory>
#include <string>

#include "gateway/transcoding/codec.h"
#include "gateway/transcoding/testing/rules_proto.h"
#include "runtime/base/utf8.h"
#include "tests/fuzz/target.h"

namespace triad::fuzz {
namespace {

using gateway::Codec;
using google::protobuf::Descriptor;

const gateway::DescriptorSet& Set() {
  static const auto& set = *gateway::CompileDescriptors(gateway::RulesProtos()).release();
  return set;
}

// Whether libprotobuf reads it. A Struct has more messages within each other than JSON has
// objects.
bool IsMessage(const Descriptor& type, const std::string& wire) {
  constexpr int kLevels = 1000;
  static auto& messages = *new google::protobuf::DynamicMessageFactory();
  std::unique_ptr<google::protobuf::Message> message(messages.GetPrototype(&type)->New());
  google::protobuf::io::CodedInputStream input(reinterpret_cast<const std::uint8_t*>(wire.data()),
                                               static_cast<int>(wire.size()));
  input.SetRecursionLimit(kLevels);
  return message->ParsePartialFromCodedStream(&input) && input.ConsumedEntireMessage();
}

const Registration kTarget("json_to_wire", [](absl::string_view bytes) {
  static const Codec& strict = *gateway::MakeCodec(Set().pool(), {}).release();
  static const Codec& lenient =
      *gateway::MakeCodec(Set().pool(), {.ignore_unknown = true}).release();
  Input input(bytes);
  std::uint8_t choice = input.TakeByte();
  const Descriptor& type =
      *Set().pool().FindMessageTypeByName(choice % 2 == 0 ? "test.All" : "old.Old");
  absl::string_view json = input.rest();
  auto wire = strict.JsonToWire(type, json);
  auto ignored = lenient.JsonToWire(type, json);
  if (!wire.ok()) {
    Require(wire.status().code() == absl::StatusCode::kInvalidArgument, "the caller is told");
    Require(IsValidUtf8(wire.status().message()), "an error is text", wire.status().message());
  } else {
    Require(ignored.ok(), "what is good needs nothing ignored", json);
    RequireEqual(*wire, *ignored, "where nothing is ignored, nothing changes");
  }
  if (!ignored.ok()) return;
  Require(IsMessage(type, *ignored), "wire bytes are a message", json);
  auto printed = strict.WireToJson(type, *ignored, gateway::kTerse);
  Require(printed.ok(), "what was read can be written", printed.status().message());
  auto again = strict.JsonToWire(type, *printed);
  Require(again.ok(), "what was written can be read", *printed);
  RequireEqual(*strict.WireToJson(type, *again, gateway::kTerse), *printed, "and means the same");
});

}  // namespace
}  // namespace triad::fuzz
