#include "runtime/validation/validate.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "runtime/validation/fields.h"

namespace triad::validation {
namespace {

using messages::Cardinality;
using messages::FieldEntry;
using messages::Presence;
using messages::WireReader;
using messages::WireType;

// Each takes more than 8 bytes of the 4 KiB that an answer has for them.
constexpr std::size_t kMaxKept = 512;
constexpr std::size_t kMaxKeyBytes = 64;

// What one message holds of one field.
struct Held {
  Singular value;
  std::uint64_t count = 0;  // elements of a list
  bool has_twins = false;
  std::unique_ptr<Distinct> distinct;
  std::unique_ptr<Entries> entries;
};
using AllHeld = absl::InlinedVector<Held, 8>;

// The characters of `text` that fit.
absl::string_view Cut(absl::string_view text) {
  if (text.size() <= kMaxKeyBytes) return text;
  std::size_t size = kMaxKeyBytes;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
  return text.substr(0, size);
}

std::string Subscript(std::size_t index) { return absl::StrCat("[", index, "]"); }

std::string Subscript(const FieldEntry& key, const Value& value) {
  switch (key.type) {
    case messages::FieldType::kString: {
      return absl::StrCat("[\"", absl::Utf8SafeCEscape(Cut(value.bytes)), "\"]");
    }
    case messages::FieldType::kBool:
      return value.bits != 0 ? "[true]" : "[false]";
    case messages::FieldType::kUint64:
    case messages::FieldType::kFixed64:
      return absl::StrCat("[", value.bits, "]");
    default:
      return absl::StrCat("[", static_cast<std::int64_t>(value.bits), "]");
  }
}

// The value in a wrapper.
bool Unwrap(const FieldEntry& field, Value& value) {
  WireReader in(value.bytes);
  value = Value();
  while (!in.AtEnd()) {
    std::uint32_t number;
    WireType type;
    if (!in.Tag(number, type)) return false;
    bool is_it = number == field.number && Fits(field, type);
    if (is_it ? !Read(in, field, type, value) : !in.Skip(type, number)) return false;
  }
  return true;
}

// One message with all that is in it. For one thread. What returns false has met bytes that are
// no message.
class Run {
 public:
  bool Message(const MessageRules& rules, absl::string_view wire) {
    if (path_.size() > messages::kMaxDepth) return false;
    std::size_t begin = violations_.first.size();
    AllHeld held(rules.fields.size());
    if (!Scan(rules, wire, held)) return false;
    for (std::size_t i = 0; i < rules.fields.size(); ++i) {
      if (!Field(rules.fields[i], held[i])) return false;
    }
    Sort(rules, begin);
    for (const ChoiceRules& choice : rules.choices) Choice(choice, rules, held);
    return true;
  }

  Violations Result() && { return std::move(violations_); }

 private:
  // Reads all fields, and checks elements of lists as they come.
  bool Scan(const MessageRules& rules, absl::string_view wire, AllHeld& held) {
    WireReader in(wire);
    while (!in.AtEnd()) {
      std::uint32_t number;
      WireType type;
      if (!in.Tag(number, type)) return false;
      const FieldEntry* field = rules.table->FindByNumber(number);
      std::uint32_t place = field == nullptr ? MessageRules::kNone : rules.places[field->index];
      if (place == MessageRules::kNone) {
        if (!in.Skip(type, number)) return false;
        continue;
      }
      if (!Occurrence(rules, place, type, in, held)) return false;
    }
    return true;
  }

  bool Occurrence(const MessageRules& rules, std::uint32_t place, WireType type, WireReader& in,
                  AllHeld& held) {
    const FieldRules& field = rules.fields[place];
    const FieldEntry& entry = *field.field;
    bool is_packed = type == WireType::kBytes && entry.cardinality == Cardinality::kRepeated &&
                     entry.type < messages::FieldType::kString;
    if (is_packed) return Packed(field, in, held[place]);
    if (!Fits(entry, type)) return in.Skip(type, entry.number);
    Value value;
    if (!Read(in, entry, type, value)) return false;
    if (IsForeign(entry, value)) return true;
    switch (entry.cardinality) {
      case Cardinality::kRepeated:
        return Element(field, value, held[place]);
      case Cardinality::kMap:
        return Entry(field, value.bytes, held[place]);
      case Cardinality::kSingular:
        break;
    }
    if (entry.oneof >= 0) ClearOthers(rules, place, held);
    if (entry.message != nullptr) {
      held[place].value.Merge(value.bytes);
    } else {
      held[place].value.Set(value);
    }
    return true;
  }

  // The member of a oneof that comes last is the one that is set.
  static void ClearOthers(const MessageRules& rules, std::uint32_t place, AllHeld& held) {
    for (std::size_t i = 0; i < rules.fields.size(); ++i) {
      bool is_other =
          i != place && rules.fields[i].field->oneof == rules.fields[place].field->oneof;
      if (is_other) held[i].value.Clear();
    }
  }

  bool Packed(const FieldRules& field, WireReader& in, Held& held) {
    absl::string_view packed;
    if (!in.Bytes(packed)) return false;
    WireReader elements(packed);
    while (!elements.AtEnd()) {
      Value value;
      if (!Read(elements, *field.field, messages::WireTypeOf(field.field->type), value))
        return false;
      if (!IsForeign(*field.field, value) && !Element(field, value, held)) return false;
    }
    return true;
  }

  bool Element(const FieldRules& field, const Value& value, Held& held) {
    std::size_t index = held.count++;
    if (field.is_unique && !AddDistinct(field, value, held)) return false;
    if (field.value.empty()) return true;
    path_.push_back({field.field, nullptr, Subscript(index)});
    bool is_message = Check(field.value, value);
    path_.pop_back();
    return is_message;
  }

  static bool AddDistinct(const FieldRules& field, Value value, Held& held) {
    const FieldEntry* wrapped = field.value.wrapped;
    if (wrapped != nullptr && !Unwrap(*wrapped, value)) return false;
    if (held.distinct == nullptr) held.distinct = std::make_unique<Distinct>();
    if (!held.distinct->Add(wrapped == nullptr ? *field.field : *wrapped, value)) {
      held.has_twins = true;
    }
    return true;
  }

  static bool Entry(const FieldRules& field, absl::string_view wire, Held& held) {
    Entries::Entry entry;
    if (!ReadEntry(*field.field, wire, entry)) return false;
    if (held.entries == nullptr) held.entries = std::make_unique<Entries>();
    if (!IsForeign(*field.field->message->FindByNumber(2), entry.value.value())) {
      held.entries->Add(*field.field, std::move(entry));
    }
    return true;
  }

  // What can be said of a field once all of the message has been read.
  bool Field(const FieldRules& field, const Held& held) {
    if (field.empty()) return true;
    bool is_singular = field.field->cardinality == Cardinality::kSingular;
    Value size = {held.entries == nullptr ? held.count : held.entries->all().size(), {}};
    bool is_set = is_singular ? IsSet(*field.field, held.value) : size.bits > 0;
    path_.push_back({field.field, nullptr, {}});
    bool is_message = true;
    if (field.is_required && !is_set) {
      Add("required", "is required");
    } else if (is_singular) {
      bool has_rules = is_set || (!field.only_when_set && !HasPresence(*field.field));
      is_message = !has_rules || Check(field.value, held.value.value());
    } else if (is_set || !field.only_when_set) {
      AddUnless(field.sizes, size);
      if (held.has_twins) Add("repeated.unique", "must not have an item twice");
      is_message = held.entries == nullptr || AllEntries(field, *held.entries);
    }
    path_.pop_back();
    return is_message;
  }

  static bool HasPresence(const FieldEntry& field) { return field.presence != Presence::kImplicit; }

  static bool IsSet(const FieldEntry& field, const Singular& value) {
    if (HasPresence(field)) return value.is_set();
    return value.value().bits != 0 || !value.value().bytes.empty();
  }

  bool AllEntries(const FieldRules& field, const Entries& entries) {
    const FieldEntry& key = *field.field->message->FindByNumber(1);
    for (const Entries::Entry& entry : entries.all()) {
      path_.back().subscript = Subscript(key, entry.key.value());
      if (!Check(field.key, entry.key.value())) return false;
      if (!Check(field.value, entry.value.value())) return false;
    }
    return true;
  }

  bool Check(const ValueRules& rules, Value value) {
    if (rules.skips_zero && value.bits == rules.zero && value.bytes.empty()) return true;
    absl::string_view fields = value.bytes;
    if (rules.wrapped != nullptr && !Unwrap(*rules.wrapped, value)) return false;
    AddUnless(rules.checks, value);
    return rules.message == nullptr || Message(*rules.message, fields);
  }

  void Choice(const ChoiceRules& choice, const MessageRules& rules, const AllHeld& held) {
    auto is_set = [&](std::size_t place) {
      const FieldEntry& field = *rules.fields[place].field;
      const Held& one = held[place];
      return field.cardinality == Cardinality::kSingular
                 ? IsSet(field, one.value)
                 : one.count > 0 || (one.entries != nullptr && !one.entries->all().empty());
    };
    auto set = std::count_if(choice.fields.begin(), choice.fields.end(), is_set);
    if (choice.oneof != nullptr) path_.push_back({nullptr, choice.oneof, {}});
    if (choice.is_required && set == 0) Add(choice.none.id, choice.none.expected);
    if (choice.is_exclusive && set > 1) Add(choice.several.id, choice.several.expected);
    if (choice.oneof != nullptr) path_.pop_back();
  }

  void AddUnless(const Checks& checks, const Value& value) {
    for (const validation::Check& check : checks) {
      if (!check.holds(value)) Add(check.id, check.expected);
    }
  }

  void Add(absl::string_view rule, absl::string_view expected) {
    ++violations_.count;
    if (violations_.first.size() < kMaxKept) violations_.first.push_back({path_, rule, expected});
  }

  // Those of this message's fields, from `begin` on: elements were checked before other fields.
  void Sort(const MessageRules& rules, std::size_t begin) {
    auto& all = violations_.first;
    if (all.size() - begin < 2) return;
    std::size_t depth = path_.size();
    auto place = [&](const Violation& violation) {
      return rules.places[violation.path[depth].field->index];
    };
    std::stable_sort(all.begin() + static_cast<std::ptrdiff_t>(begin), all.end(),
                     [&](const Violation& a, const Violation& b) { return place(a) < place(b); });
  }

  Path path_;
  Violations violations_;
};

}  // namespace

absl::StatusOr<Violations> FindViolations(const MessageRules& rules, absl::string_view wire) {
  Run run;
  if (!run.Message(rules, wire)) {
    return absl::InvalidArgumentError(
        absl::StrCat("request: is not a valid ", rules.table->descriptor().full_name()));
  }
  return std::move(run).Result();
}

absl::Status Validate(const MessageRules& rules, absl::string_view wire, NameOfField name) {
  TRIAD_ASSIGN_OR_RETURN(Violations violations, FindViolations(rules, wire));
  return violations.count == 0 ? absl::OkStatus() : AsStatus(violations, name);
}

}  // namespace triad::validation
