// JSON schemas of protobuf messages, as proto3 JSON writes them.
#pragma once

#include <deque>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

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
  explicit SchemaBook(bool print_defaults) : print_defaults_(print_defaults) {}

  // Schema of a message, by reference if it is no well-known type.
  Json OfMessage(const google::protobuf::Descriptor& message, Use use);
  // Schema of a field, arrays and maps included, without its description.
  Json OfField(const google::protobuf::FieldDescriptor& field, Use use);

  // Everything referred to so far, in order of name.
  Json Components();

 private:
  Json OfValue(const google::protobuf::FieldDescriptor& field, Use use);
  Json OfEnum(const google::protobuf::EnumDescriptor& type);
  Json Object(const google::protobuf::Descriptor& message, Use use);

  const bool print_defaults_;
  std::set<std::string> known_;
  std::deque<std::pair<const google::protobuf::Descriptor*, Use>> pending_;
  std::map<std::string, Json> done_;
};

// `schema` with a description, unless that is empty.
Json Described(Json schema, const std::string& description);

}  // namespace triad::gateway
