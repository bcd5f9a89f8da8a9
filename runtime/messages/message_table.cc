#include "runtime/messages/message_table.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <cstring>
#include <numeric>

#include "absl/strings/str_cat.h"

namespace triad::messages {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;

// By FieldDescriptor::Type, whose first is 1.
constexpr FieldType kTypes[] = {
    FieldType::kDouble, FieldType::kFloat,   FieldType::kInt64,    FieldType::kUint64,
    FieldType::kInt32,  FieldType::kFixed64, FieldType::kFixed32,  FieldType::kBool,
    FieldType::kString, FieldType::kGroup,   FieldType::kMessage,  FieldType::kBytes,
    FieldType::kUint32, FieldType::kEnum,    FieldType::kSfixed32, FieldType::kSfixed64,
    FieldType::kSint32, FieldType::kSint64,
};

// A table by number has at most this many places for each field.
constexpr std::size_t kDensity = 4;
constexpr std::size_t kMinDense = 64;

// What a name of a field can hold is printable ASCII, but json_name is any text.
std::string Quoted(absl::string_view name) {
  std::string quoted = "\"";
  for (char c : name) {
    auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      absl::StrAppend(&quoted, "\\", absl::string_view(&c, 1));
    } else if (byte < 0x20) {
      absl::StrAppend(&quoted, "\\u", absl::Hex(byte, absl::kZeroPad4));
    } else {
      quoted.push_back(c);
    }
  }
  return quoted + "\"";
}

void EncodeTag(FieldEntry& entry) {
  WireType wire = entry.is_packed ? WireType::kBytes : WireTypeOf(entry.type);
  std::uint32_t tag = entry.number << 3 | static_cast<std::uint32_t>(wire);
  for (; tag >= 0x80; tag >>= 7) entry.tag[entry.tag_size++] = static_cast<char>(tag | 0x80);
  entry.tag[entry.tag_size++] = static_cast<char>(tag);
}

bool TakesNull(const FieldDescriptor& field) {
  if (field.message_type() != nullptr) {
    return WellKnownType(*field.message_type()) == WellKnown::kValue;
  }
  return field.enum_type() != nullptr &&
         field.enum_type()->full_name() == "google.protobuf.NullValue";
}

FieldEntry EntryOf(const FieldDescriptor& field) {
  FieldEntry entry;
  entry.descriptor = &field;
  entry.number = static_cast<std::uint32_t>(field.number());
  entry.type = kTypes[field.type() - 1];
  entry.cardinality = field.is_map()        ? Cardinality::kMap
                      : field.is_repeated() ? Cardinality::kRepeated
                                            : Cardinality::kSingular;
  entry.presence = FeaturesOf(field).presence;
  entry.is_packed = IsPacked(field);
  if (const auto* oneof = field.real_containing_oneof()) entry.oneof = oneof->index();
  const FieldDescriptor* value = field.is_map() ? field.message_type()->map_value() : &field;
  entry.takes_null = TakesNull(*value);
  entry.json_name = field.is_extension() ? absl::StrCat("[", field.PrintableNameForExtension(), "]")
                                         : field.json_name();
  const std::string& proto_name = field.is_extension() ? entry.json_name : field.name();
  entry.json_key = absl::StrCat(",", Quoted(entry.json_name), ":");
  entry.proto_key = absl::StrCat(",", Quoted(proto_name), ":");
  EncodeTag(entry);
  return entry;
}

std::vector<const FieldDescriptor*> FieldsOf(const Descriptor& type) {
  std::vector<const FieldDescriptor*> fields;
  type.file()->pool()->FindAllExtensions(&type, &fields);
  for (int i = 0; i < type.field_count(); ++i) fields.push_back(type.field(i));
  std::sort(fields.begin(), fields.end(), [](const FieldDescriptor* a, const FieldDescriptor* b) {
    return a->number() < b->number();
  });
  return fields;
}

}  // namespace

EnumTable::EnumTable(const EnumDescriptor& type)
    : is_open_(IsOpen(type)), is_null_value_(type.full_name() == "google.protobuf.NullValue") {
  for (int i = 0; i < type.value_count(); ++i) {
    const auto& value = *type.value(i);
    values_.push_back({value.number(), absl::StrCat("\"", value.name(), "\"")});
    names_.Add(value.name(), static_cast<std::uint32_t>(i));
  }
  by_number_.resize(values_.size());
  std::iota(by_number_.begin(), by_number_.end(), 0u);
  auto number = [this](std::uint32_t at) { return values_[at].number; };
  std::stable_sort(by_number_.begin(), by_number_.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return number(a) < number(b); });
  auto same = [&](std::uint32_t a, std::uint32_t b) { return number(a) == number(b); };
  by_number_.erase(std::unique(by_number_.begin(), by_number_.end(), same), by_number_.end());
  for (std::size_t i = 0; i < by_number_.size(); ++i) {
    is_dense_ = is_dense_ && number(by_number_[i]) == static_cast<std::int32_t>(i);
  }
}

const std::int32_t* EnumTable::NumberOf(absl::string_view name) const {
  std::uint32_t index = names_.Find(name);
  return index == NameIndex::kNone ? nullptr : &values_[index].number;
}

absl::string_view EnumTable::QuotedNameOf(std::int32_t number) const {
  if (is_dense_) {
    bool known = number >= 0 && static_cast<std::size_t>(number) < by_number_.size();
    return known ? values_[by_number_[number]].quoted_name : absl::string_view();
  }
  auto found = std::lower_bound(
      by_number_.begin(), by_number_.end(), number,
      [this](std::uint32_t at, std::int32_t wanted) { return values_[at].number < wanted; });
  if (found == by_number_.end() || values_[*found].number != number) return {};
  return values_[*found].quoted_name;
}

MessageTable::MessageTable(const Descriptor& type)
    : descriptor_(type),
      well_known_(WellKnownType(type)),
      oneof_count_(static_cast<std::size_t>(type.real_oneof_decl_count())) {
  for (const FieldDescriptor* field : FieldsOf(type)) {
    fields_.push_back(EntryOf(*field));
    fields_.back().index = static_cast<std::uint32_t>(fields_.size() - 1);
  }
  IndexFields();
}

// A JSON name wins over the same name of another field in the proto.
void MessageTable::IndexFields() {
  for (const FieldEntry& field : fields_) names_.Add(field.json_name, field.index);
  for (const FieldEntry& field : fields_) {
    if (!field.descriptor->is_extension()) names_.Add(field.descriptor->name(), field.index);
  }
  std::size_t size = std::max(kMinDense, kDensity * fields_.size());
  for (const FieldEntry& field : fields_) {
    if (field.number >= size) break;
    dense_.resize(field.number + 1, NameIndex::kNone);
    dense_[field.number] = field.index;
  }
}

const FieldEntry* MessageTable::FindSparse(std::uint32_t number) const {
  auto found = std::lower_bound(
      fields_.begin(), fields_.end(), number,
      [](const FieldEntry& field, std::uint32_t wanted) { return field.number < wanted; });
  return found == fields_.end() || found->number != number ? nullptr : &*found;
}

}  // namespace triad::messages
