// Wire bytes to JSON text, beside libprotobuf's reader. The input is a byte that chooses the type
// and an order of the fields, and the wire bytes.
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/stubs/logging.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "gateway/transcoding/codec.h"
#include "gateway/transcoding/testing/random_message.h"
#include "gateway/transcoding/testing/rules_proto.h"
#include "runtime/base/utf8.h"
#include "tests/fuzz/target.h"

namespace triad::fuzz {
namespace {

using gateway::Codec;
using google::protobuf::Descriptor;

// JSON without the maps of a closed enum: of an entry whose number it does not name, messages
// made at run time keep the key, and generated ones, as the codec, nothing.
nlohmann::json Comparable(const std::string& text) {
  return nlohmann::json::parse(
      text, [](int, nlohmann::json::parse_event_t event, nlohmann::json& parsed) {
        return event != nlohmann::json::parse_event_t::key || parsed != "byName";
      });
}

const Registration kTarget("wire_to_json", [](absl::string_view bytes) {
  static const auto& set = *gateway::CompileDescriptors(gateway::RulesProtos()).release();
  static const Codec& codec = *gateway::MakeCodec(set.pool(), {}).release();
  static auto& messages = *new google::protobuf::DynamicMessageFactory();
  // It says on standard error what it refuses.
  static google::protobuf::LogSilencer silencer;
  Input input(bytes);
  std::uint8_t choice = input.TakeByte();
  const Descriptor& type =
      *set.pool().FindMessageTypeByName(choice % 2 == 0 ? "test.All" : "old.Old");
  std::string wire(input.rest());
  auto json = codec.WireToJson(type, wire, gateway::kTerse);
  if (!json.ok()) {
    Require(json.status().code() == absl::StatusCode::kInternal, "the service is to blame");
    Require(IsValidUtf8(json.status().message()), "an error is text", json.status().message());
    return;
  }
  Require(nlohmann::json::accept(*json), "what is written is JSON", *json);
  gateway::Randomness random(choice);
  auto shuffled = codec.WireToJson(type, gateway::Shuffled(random, type, wire), gateway::kTerse);
  Require(shuffled.ok(), "fields may come in any order", shuffled.status().message());
  Require(nlohmann::json::parse(*shuffled) == nlohmann::json::parse(*json),
          "and mean the same then", *json);
  auto back = codec.JsonToWire(type, *json);
  Require(back.ok(), "what was written can be read", *json);
  std::unique_ptr<google::protobuf::Message> message(messages.GetPrototype(&type)->New());
  // It refuses more: text that is not UTF-8 in what is replaced later.
  if (!message->ParsePartialFromString(wire)) return;
  gateway::Normalize(*message);
  auto theirs = codec.WireToJson(type, message->SerializePartialAsString(), gateway::kTerse);
  Require(theirs.ok(), "what libprotobuf read can be written", theirs.status().message());
  Require(Comparable(*theirs) == Comparable(*json), "it is read alike", *json);
});

}  // namespace
}  // namespace triad::fuzz
