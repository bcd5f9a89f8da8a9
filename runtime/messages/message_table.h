// What a codec asks about a message type, compiled once: fields by name and by number, and
// what is done with each.
//
//   Descriptor ─▶ MessageTable ─▶ FieldEntry ─▶ MessageTable of the field's type, EnumTable
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "runtime/messages/features.h"
#include "runtime/messages/name_index.h"
#include "runtime/messages/well_known.h"

namespace google::protobuf {
class Descriptor;
class EnumDescriptor;
class FieldDescriptor;
}  // namespace google::protobuf

namespace triad::messages {

// How a value stands on the wire.
enum class FieldType : std::uint8_t {
  kDouble,
  kFloat,
  kInt32,
  kInt64,
  kUint32,
  kUint64,
  kSint32,
  kSint64,
  kFixed32,
  kFixed64,
  kSfixed32,
  kSfixed64,
  kBool,
  kEnum,
  kString,
  kBytes,
  kMessage,
  kGroup,
};

enum class WireType : std::uint8_t {
  kVarint = 0,
  kFixed64 = 1,
  kBytes = 2,
  kStartGroup = 3,
  kEndGroup = 4,
  kFixed32 = 5,
};

// https://protobuf.dev/programming-guides/encoding/#structure
constexpr WireType WireTypeOf(FieldType type) {
  constexpr WireType kTypes[] = {
      WireType::kFixed64, WireType::kFixed32,    WireType::kVarint,  WireType::kVarint,
      WireType::kVarint,  WireType::kVarint,     WireType::kVarint,  WireType::kVarint,
      WireType::kFixed32, WireType::kFixed64,    WireType::kFixed32, WireType::kFixed64,
      WireType::kVarint,  WireType::kVarint,     WireType::kBytes,   WireType::kBytes,
      WireType::kBytes,   WireType::kStartGroup,
  };
  return kTypes[static_cast<std::size_t>(type)];
}

enum class Cardinality : std::uint8_t { kSingular, kRepeated, kMap };

// Names and numbers of an enum. Immutable, hence thread-safe.
class EnumTable {
 public:
  explicit EnumTable(const google::protobuf::EnumDescriptor& type);
  EnumTable(const EnumTable&) = delete;
  EnumTable& operator=(const EnumTable&) = delete;

  // nullptr if there is none of that name.
  const std::int32_t* NumberOf(absl::string_view name) const;
  // The first name of `number`, in quotes; empty if it has none.
  absl::string_view QuotedNameOf(std::int32_t number) const;
  // Whether it takes numbers without a name.
  bool is_open() const { return is_open_; }
  // Whether `number` is a value of it: on the wire, one that is none is as if it was not there.
  bool Takes(std::int32_t number) const { return is_open_ || !QuotedNameOf(number).empty(); }
  // google.protobuf.NullValue, which JSON writes as null.
  bool is_null_value() const { return is_null_value_; }
  std::int32_t default_number() const { return values_.front().number; }

 private:
  struct Value {
    std::int32_t number;
    std::string quoted_name;
  };

  const bool is_open_;
  const bool is_null_value_;
  std::vector<Value> values_;  // as declared
  NameIndex names_;
  // Places in values_, of each number the first, by number.
  std::vector<std::uint32_t> by_number_;
  // Whether they are 0, 1, 2 ….
  bool is_dense_ = true;
};

class MessageTable;

struct FieldEntry {
  const google::protobuf::FieldDescriptor* descriptor = nullptr;
  const MessageTable* message = nullptr;   // of kMessage and kGroup
  const EnumTable* enumeration = nullptr;  // of kEnum
  std::uint32_t number = 0;
  std::uint32_t index = 0;  // among the fields of the message, by number
  std::int32_t oneof = -1;  // among its real oneofs
  FieldType type = FieldType::kInt32;
  Cardinality cardinality = Cardinality::kSingular;
  Presence presence = Presence::kExplicit;
  bool is_packed = false;
  // null is a value of it: a google.protobuf.Value or NullValue.
  bool takes_null = false;
  // The tag as it is written: of a packed field that of the whole, of a group that of its begin.
  std::uint8_t tag_size = 0;
  std::array<char, 5> tag = {};
  std::string json_name;
  // Behind another member: ",\"jsonName\":", escaped, and the same with the proto's name.
  std::string json_key;
  std::string proto_key;
};

// From a message down to one of its fields; outer fields first.
using EntryPath = std::vector<const FieldEntry*>;

// Immutable once it is compiled, hence thread-safe.
class MessageTable {
 public:
  explicit MessageTable(const google::protobuf::Descriptor& type);
  MessageTable(const MessageTable&) = delete;
  MessageTable& operator=(const MessageTable&) = delete;

  const google::protobuf::Descriptor& descriptor() const { return descriptor_; }
  WellKnown well_known() const { return well_known_; }
  // By number, extensions included.
  const std::vector<FieldEntry>& fields() const { return fields_; }
  std::size_t oneof_count() const { return oneof_count_; }

  // By its JSON name or the proto's, of an extension "[full.name]"; nullptr if there is none.
  const FieldEntry* FindByName(absl::string_view name) const {
    std::uint32_t index = names_.Find(name);
    return index == NameIndex::kNone ? nullptr : &fields_[index];
  }
  // nullptr if there is none.
  const FieldEntry* FindByNumber(std::uint32_t number) const {
    if (number < dense_.size()) {
      std::uint32_t index = dense_[number];
      return index == NameIndex::kNone ? nullptr : &fields_[index];
    }
    return FindSparse(number);
  }

 private:
  friend class MessageTables;

  const FieldEntry* FindSparse(std::uint32_t number) const;
  void IndexFields();

  const google::protobuf::Descriptor& descriptor_;
  const WellKnown well_known_;
  const std::size_t oneof_count_;
  std::vector<FieldEntry> fields_;
  NameIndex names_;
  std::vector<std::uint32_t> dense_;  // by number, as far as few are left out
};

}  // namespace triad::messages
