#include "gateway/transcoding/testing/random_message.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/text_format.h>
#include <google/protobuf/unknown_field_set.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "runtime/messages/wire_reader.h"

namespace triad::gateway {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

std::uint64_t Below(Randomness& random, std::uint64_t limit) { return random() % limit; }

// The ends of the range as often as what is between.
template <typename T>
T Integer(Randomness& random) {
  constexpr T kEnds[] = {0, 1, std::numeric_limits<T>::min(), std::numeric_limits<T>::max()};
  if (Below(random, 2) == 0) return kEnds[Below(random, 4)];
  return static_cast<T>(random() >> Below(random, 64));
}

template <typename T>
T Real(Randomness& random, bool finite) {
  using Limits = std::numeric_limits<T>;
  using Bits = std::conditional_t<sizeof(T) == 8, std::uint64_t, std::uint32_t>;
  T specials[] = {0,
                  -0.0f,
                  1.5f,
                  Limits::max(),
                  Limits::denorm_min(),
                  Limits::lowest(),
                  Limits::infinity(),
                  -Limits::infinity(),
                  Limits::quiet_NaN()};
  T value = Below(random, 2) == 0 ? specials[Below(random, std::size(specials))]
                                  : std::bit_cast<T>(static_cast<Bits>(random()));
  if (Below(random, 3) == 0) value = static_cast<T>(Below(random, 100000)) / 100;
  return finite && !std::isfinite(value) ? T{0.1f} : value;
}

std::string Text(Randomness& random) {
  static const char* const kPieces[] = {"a",
                                        "\"",
                                        "\\",
                                        "/",
                                        "\n",
                                        "\x01",
                                        "\x7F",
                                        "\xC3\xA9",
                                        "\xE2\x82\xAC",
                                        "\xF0\x9F\x98\x80",
                                        "<",
                                        "plain words",
                                        "\xEF\xBF\xBF",
                                        "\xE2\x80\xA8"};
  std::string text;
  for (std::uint64_t i = Below(random, 12); i > 0; --i) {
    text += kPieces[Below(random, std::size(kPieces))];
  }
  return text;
}

std::string Bytes(Randomness& random) {
  std::string bytes;
  for (std::uint64_t i = Below(random, 40); i > 0; --i) {
    bytes.push_back(static_cast<char>(random()));
  }
  return bytes;
}

// A message as its fields, set by name.
class Fields {
 public:
  explicit Fields(Message& message) : message_(message) {}
  const FieldDescriptor* operator[](const char* name) const {
    return message_.GetDescriptor()->FindFieldByName(name);
  }
  Message& message() { return message_; }
  const Reflection& reflection() { return *message_.GetReflection(); }

 private:
  Message& message_;
};

void FillTime(Randomness& random, Fields fields, bool is_duration) {
  auto second = static_cast<std::int64_t>(Below(random, 253'402'300'800));
  auto nanos = static_cast<std::int32_t>(Below(random, 1'000'000'000));
  if (Below(random, 2) == 0) nanos = nanos / 1'000'000 * 1'000'000;
  bool is_negative = is_duration && Below(random, 2) == 0;
  fields.reflection().SetInt64(&fields.message(), fields["seconds"],
                               is_negative ? -second : second);
  fields.reflection().SetInt32(&fields.message(), fields["nanos"], is_negative ? -nanos : nanos);
}

void FillAny(Randomness& random, Fields fields) {
  static const char* const kTypes[] = {"test.All", "google.protobuf.Duration"};
  std::string name = kTypes[Below(random, 2)];
  const Descriptor* type =
      fields.message().GetDescriptor()->file()->pool()->FindMessageTypeByName(name);
  google::protobuf::DynamicMessageFactory factory;
  std::unique_ptr<Message> inner(factory.GetPrototype(type)->New());
  FillRandomly(random, *inner, 1);
  Normalize(*inner);
  fields.reflection().SetString(&fields.message(), fields["type_url"],
                                "type.googleapis.com/" + name);
  fields.reflection().SetString(&fields.message(), fields["value"], inner->SerializeAsString());
}

// Whether the message is of a type whose fields have rules.
bool FillWellKnown(Randomness& random, Message& message, int levels) {
  const std::string& name = message.GetDescriptor()->full_name();
  Fields fields(message);
  if (name == "google.protobuf.Timestamp" || name == "google.protobuf.Duration") {
    FillTime(random, fields, name == "google.protobuf.Duration");
  } else if (name == "google.protobuf.FieldMask") {
    for (const char* path : {"a_b.c", "plain"}) {
      fields.reflection().AddString(&message, fields["paths"], path);
    }
  } else if (name == "google.protobuf.Any") {
    FillAny(random, fields);
  } else if (name == "google.protobuf.Value" && (levels <= 0 || Below(random, 2) == 0)) {
    fields.reflection().SetDouble(&message, fields["number_value"], Real<double>(random, true));
  } else if (name == "google.protobuf.Value") {
    static const char* const kKinds[] = {"struct_value", "list_value"};
    FillRandomly(random,
                 *fields.reflection().MutableMessage(&message, fields[kKinds[Below(random, 2)]]),
                 levels - 1);
  } else {
    return false;
  }
  return true;
}

// One value: of a repeated field one more, else the value.
template <typename T, typename Set, typename Add>
void Put(Message& message, const FieldDescriptor* field, const T& value, Set set, Add add) {
  const Reflection& reflection = *message.GetReflection();
  if (field->is_repeated()) {
    (reflection.*add)(&message, field, value);
  } else {
    (reflection.*set)(&message, field, value);
  }
}

void PutEnum(Randomness& random, Message& message, const FieldDescriptor* field) {
  const auto* type = field->enum_type();
  int number = type->value(static_cast<int>(Below(random, type->value_count())))->number();
  Put(message, field, number, &Reflection::SetEnumValue, &Reflection::AddEnumValue);
}

void PutRandom(Randomness& random, Message& message, const FieldDescriptor* field, int levels) {
  const Reflection& reflection = *message.GetReflection();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return Put(message, field, Integer<std::int32_t>(random), &Reflection::SetInt32,
                 &Reflection::AddInt32);
    case FieldDescriptor::CPPTYPE_INT64:
      return Put(message, field, Integer<std::int64_t>(random), &Reflection::SetInt64,
                 &Reflection::AddInt64);
    case FieldDescriptor::CPPTYPE_UINT32:
      return Put(message, field, Integer<std::uint32_t>(random), &Reflection::SetUInt32,
                 &Reflection::AddUInt32);
    case FieldDescriptor::CPPTYPE_UINT64:
      return Put(message, field, Integer<std::uint64_t>(random), &Reflection::SetUInt64,
                 &Reflection::AddUInt64);
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return Put(message, field, Real<double>(random, false), &Reflection::SetDouble,
                 &Reflection::AddDouble);
    case FieldDescriptor::CPPTYPE_FLOAT:
      return Put(message, field, Real<float>(random, false), &Reflection::SetFloat,
                 &Reflection::AddFloat);
    case FieldDescriptor::CPPTYPE_BOOL:
      return Put(message, field, Below(random, 2) == 0, &Reflection::SetBool, &Reflection::AddBool);
    case FieldDescriptor::CPPTYPE_ENUM:
      return PutEnum(random, message, field);
    case FieldDescriptor::CPPTYPE_STRING: {
      bool is_text = field->type() == FieldDescriptor::TYPE_STRING;
      return Put(message, field, is_text ? Text(random) : Bytes(random), &Reflection::SetString,
                 &Reflection::AddString);
    }
    case FieldDescriptor::CPPTYPE_MESSAGE:
      // A Value is something at any depth.
      if (levels <= 0 && field->message_type()->full_name() != "google.protobuf.Value") return;
      return FillRandomly(random,
                          field->is_repeated() ? *reflection.AddMessage(&message, field)
                                               : *reflection.MutableMessage(&message, field),
                          levels - 1);
  }
}

}  // namespace

void FillRandomly(Randomness& random, Message& message, int levels) {
  if (FillWellKnown(random, message, levels)) return;
  const Descriptor& type = *message.GetDescriptor();
  bool is_entry = type.options().map_entry();
  std::uint64_t one_in = type.field_count() > 10 ? 6 : 2;
  for (int i = 0; i < type.field_count(); ++i) {
    if (!is_entry && !type.field(i)->is_required() && Below(random, one_in) != 0) continue;
    std::uint64_t count = type.field(i)->is_repeated() ? Below(random, 12) : 1;
    for (; count > 0; --count) PutRandom(random, message, type.field(i), levels);
  }
}

void Normalize(Message& message) {
  const Reflection& reflection = *message.GetReflection();
  reflection.MutableUnknownFields(&message)->Clear();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->message_type() == nullptr) continue;
    if (!field->is_repeated()) {
      Normalize(*reflection.MutableMessage(&message, field));
      continue;
    }
    std::set<std::string> keys;
    for (int i = reflection.FieldSize(message, field) - 1; i >= 0; --i) {
      Message& element = *reflection.MutableRepeatedMessage(&message, field, i);
      Normalize(element);
      if (!field->is_map()) continue;
      std::string key;
      google::protobuf::TextFormat::PrintFieldValueToString(
          element, field->message_type()->map_key(), -1, &key);
      if (keys.insert(key).second) continue;
      for (int j = i; j + 1 < reflection.FieldSize(message, field); ++j) {
        reflection.SwapElements(&message, field, j, j + 1);
      }
      reflection.RemoveLast(&message, field);
    }
  }
}

std::string Shuffled(Randomness& random, const Descriptor& type, const std::string& wire) {
  std::map<int, std::vector<std::string>> groups;
  messages::WireReader in(wire);
  while (!in.AtEnd()) {
    const char* begin = in.at();
    std::uint32_t number = 0;
    auto wire_type = messages::WireType::kVarint;
    in.Tag(number, wire_type);
    in.Skip(wire_type, number);
    const auto* field = type.FindFieldByNumber(static_cast<int>(number));
    bool in_oneof = field != nullptr && field->containing_oneof() != nullptr;
    groups[in_oneof ? -1 - field->containing_oneof()->index() : static_cast<int>(number)]
        .emplace_back(begin, in.at());
  }
  std::string shuffled;
  while (!groups.empty()) {
    auto group =
        std::next(groups.begin(), static_cast<std::ptrdiff_t>(Below(random, groups.size())));
    shuffled += group->second.front();
    group->second.erase(group->second.begin());
    if (group->second.empty()) groups.erase(group);
  }
  return shuffled;
}

}  // namespace triad::gateway
