// JSON schemas of protobuf messages, as proto3 JSON writes them.
#pragma once

#include <deque>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "gateway/protos/json_style.h"

namespace google::protobuf {
class Descriptor;
class EnumDescriptor;
class FieldDescriptor;
}  // namespace google::protobuf

namespace triad::gateway {

using Json = nlohmann::ordered_json;

// What a schema is used for. A message that is sent by a client is a schema of
// its own ("pkg.Message.Input"): it may leave out what an answer always holds.
enum class Use { kInput, kOutput };

// Collects the messages and enums that are referred to, by full name. Not
// thread-safe.
class SchemaBook {
 public:
  explicit SchemaBook(const JsonStyle& style) : usual_(style), style_(style) {}

  // How what follows is written. A message that is not written as usual is a schema of its own
  // ("pkg.Message.enum_values_number").
  void UseStyle(const JsonStyleChanges& changes);

  // Schema of a message, by reference if it is no well-known type.
  Json OfMessage(const google::protobuf::Descriptor& message, Use use);
  // Schema of a field, arrays and maps included, without its description; of one that clients send
  // with its rules.
  Json OfField(const google::protobuf::FieldDescriptor& field, Use use);

  // A message that a client sends may leave out `field`, as the path of some route has it.
  void MayLeaveOut(const google::protobuf::FieldDescriptor& field) { left_out_.insert(&field); }

  // Everything referred to so far, in order of name.
  Json Components();

 private:
  Json WithoutRules(const google::protobuf::FieldDescriptor& field, Use use);
  Json OfValue(const google::protobuf::FieldDescriptor& field, Use use);
  Json OfEnum(const google::protobuf::EnumDescriptor& type);
  Json Scalar(const google::protobuf::FieldDescriptor& field) const;
  // A wrapper is what it wraps, or null.
  Json Wrapper(const google::protobuf::Descriptor& message) const;
  // Null for a message that is written as an object of its fields.
  Json WellKnownSchema(const google::protobuf::Descriptor& message) const;
  Json Object(const google::protobuf::Descriptor& message, Use use);
  const std::string& NameOf(const google::protobuf::FieldDescriptor& field) const;
  std::string MessageDescription(const google::protobuf::Descriptor& message) const;
  // The name of a schema that is written as style_ says.
  std::string Styled(std::string name) const;

  struct Pending {
    const google::protobuf::Descriptor* message;
    Use use;
    JsonStyle style;
  };

  const JsonStyle usual_;
  JsonStyle style_;
  std::set<std::string> known_;
  std::set<const google::protobuf::FieldDescriptor*> left_out_;
  std::deque<Pending> pending_;
  std::map<std::string, Json> done_;
};

// `schema` with a description, unless that is empty.
Json Described(Json schema, const std::string& description);

}  // namespace triad::gateway
