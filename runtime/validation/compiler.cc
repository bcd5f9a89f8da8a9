#include "runtime/validation/compiler.h"

#include <buf/validate/validate.pb.h>
#include <google/protobuf/descriptor.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "runtime/base/status.h"
#include "runtime/validation/checks/checks.h"

namespace triad::validation {
namespace {

using Options = buf::validate::FieldRules;
using google::protobuf::FieldDescriptor;
using messages::Cardinality;
using messages::FieldEntry;
using messages::FieldType;
using messages::MessageTable;

// "pkg.Message.field: …"
absl::Status Wrong(const FieldEntry& field, absl::string_view description) {
  return absl::InvalidArgumentError(absl::StrCat(field.descriptor->full_name(), ": ", description));
}

bool IsMessage(const FieldEntry& field) { return field.message != nullptr; }

class Compiler {
 public:
  Compiler(const MessageTable& table, const CompilerParts& parts, MessageRules& rules)
      : table_(table), parts_(parts), rules_(rules) {}

  absl::Status Run() {
    const auto& type = table_.descriptor();
    const auto& options = type.options().GetExtension(buf::validate::message);
    LeaveOutCel(type.full_name(), options);
    for (int i = 0; i < type.field_count(); ++i) {
      TRIAD_RETURN_IF_ERROR(AddField(*type.field(i), options));
    }
    FillPlaces();
    for (const auto& rule : options.oneof()) TRIAD_RETURN_IF_ERROR(AddListed(rule));
    for (int i = 0; i < type.real_oneof_decl_count(); ++i) AddOneof(*type.oneof_decl(i));
    return absl::OkStatus();
  }

 private:
  // One line for each rule of CEL.
  template <typename Rules>
  void LeaveOutCel(absl::string_view where, const Rules& rules) {
    for (const auto& rule : rules.cel())
      LeaveOut(where, absl::StrCat("CEL rule '", rule.id(), "'"));
    for (const auto& expression : rules.cel_expression()) {
      LeaveOut(where, absl::StrCat("CEL rule '", expression, "'"));
    }
  }
  void LeaveOut(absl::string_view where, absl::string_view what) {
    parts_.left_out.push_back(absl::StrCat(where, ": ", what));
  }

  // What stands in the message of a type's rules and is none of them: a predefined rule of
  // somebody's own, or one of a later protovalidate.
  void LeaveOutUnknown(const FieldEntry& field, const Options& options) {
    const auto* set = Options::GetReflection()->GetOneofFieldDescriptor(
        options, Options::descriptor()->FindOneofByName("type"));
    if (set == nullptr) return;
    const auto& rules = Options::GetReflection()->GetMessage(options, set);
    const auto& unknown = rules.GetReflection()->GetUnknownFields(rules);
    std::vector<const FieldDescriptor*> known;
    rules.GetReflection()->ListFields(rules, &known);
    bool has_extension = std::any_of(known.begin(), known.end(),
                                     [](const auto* one) { return one->is_extension(); });
    if (unknown.empty() && !has_extension) return;
    LeaveOut(field.descriptor->full_name(),
             absl::StrCat("rule in ", set->name(), " that is not a standard one"));
  }

  absl::Status AddField(const FieldDescriptor& descriptor,
                        const buf::validate::MessageRules& message) {
    const FieldEntry& entry = *table_.FindByNumber(static_cast<std::uint32_t>(descriptor.number()));
    const Options& options = descriptor.options().GetExtension(buf::validate::field);
    bool is_listed =
        std::any_of(message.oneof().begin(), message.oneof().end(), [&](const auto& rule) {
          return std::count(rule.fields().begin(), rule.fields().end(), descriptor.name()) > 0;
        });
    FieldRules rules;
    rules.field = &entry;
    if (options.ignore() != buf::validate::IGNORE_ALWAYS) {
      rules.is_required = options.required();
      rules.only_when_set = options.ignore() == buf::validate::IGNORE_IF_ZERO_VALUE ||
                            (is_listed && !options.has_ignore());
      TRIAD_RETURN_IF_ERROR(AddRules(entry, options, rules));
    }
    // Members of a oneof are seen for the sake of each other.
    if (!rules.empty() || is_listed || entry.oneof >= 0) rules_.fields.push_back(std::move(rules));
    return absl::OkStatus();
  }

  absl::Status AddRules(const FieldEntry& entry, const Options& options, FieldRules& rules) {
    switch (entry.cardinality) {
      case Cardinality::kSingular:
        return AddValue(entry, options, rules.value);
      case Cardinality::kRepeated:
        return AddList(entry, options, rules);
      case Cardinality::kMap:
        return AddMap(entry, options, rules);
    }
    return absl::OkStatus();
  }

  absl::Status AddList(const FieldEntry& entry, const Options& options, FieldRules& rules) {
    TRIAD_RETURN_IF_ERROR(CheckType(entry, options, Options::kRepeated));
    LeaveOutCel(entry.descriptor->full_name(), options);
    LeaveOutUnknown(entry, options);
    rules.is_unique = options.repeated().unique();
    bool is_wrapper =
        IsMessage(entry) && entry.message->well_known() == messages::WellKnown::kWrapper;
    if (rules.is_unique && IsMessage(entry) && !is_wrapper) {
      return Wrong(entry, "has the rule 'unique', which is for scalars and enums");
    }
    AddSizes(options.repeated(), rules.sizes);
    return AddElement(entry, options.repeated().items(), rules.value);
  }

  absl::Status AddMap(const FieldEntry& entry, const Options& options, FieldRules& rules) {
    TRIAD_RETURN_IF_ERROR(CheckType(entry, options, Options::kMap));
    LeaveOutCel(entry.descriptor->full_name(), options);
    LeaveOutUnknown(entry, options);
    AddSizes(options.map(), rules.sizes);
    const MessageTable& pair = *entry.message;
    TRIAD_RETURN_IF_ERROR(AddElement(*pair.FindByNumber(1), options.map().keys(), rules.key));
    return AddElement(*pair.FindByNumber(2), options.map().values(), rules.value);
  }

  // Of what is not told apart from what is absent: an element, a key, a value.
  absl::Status AddElement(const FieldEntry& entry, const Options& options, ValueRules& rules) {
    if (options.ignore() == buf::validate::IGNORE_ALWAYS) return absl::OkStatus();
    rules.skips_zero = !IsMessage(entry) && options.ignore() == buf::validate::IGNORE_IF_ZERO_VALUE;
    if (entry.enumeration != nullptr) {
      rules.zero = static_cast<std::uint64_t>(std::int64_t{entry.enumeration->default_number()});
    }
    return AddValue(entry, options, rules);
  }

  absl::Status AddValue(const FieldEntry& entry, const Options& options, ValueRules& rules) {
    const Kind& kind = KindOf(entry);
    TRIAD_RETURN_IF_ERROR(CheckType(entry, options, kind.rules));
    LeaveOutCel(entry.descriptor->full_name(), options);
    LeaveOutUnknown(entry, options);
    if (IsMessage(entry)) {
      rules.message = parts_.rules_of(*entry.message);
      if (entry.message->well_known() == messages::WellKnown::kWrapper) {
        rules.wrapped = &entry.message->fields().front();
      }
    }
    if (options.type_case() == Options::TYPE_NOT_SET) return absl::OkStatus();
    const FieldEntry& value = rules.wrapped == nullptr ? entry : *rules.wrapped;
    absl::Status added = kind.add({options, value, parts_.clock}, rules.checks);
    return added.ok() ? added : Wrong(entry, added.message());
  }

  // A field has rules of its own type, if any.
  static absl::Status CheckType(const FieldEntry& entry, const Options& options,
                                Options::TypeCase wanted) {
    Options::TypeCase given = options.type_case();
    if (given == Options::TYPE_NOT_SET || given == wanted) return absl::OkStatus();
    std::string expected = wanted == Options::TYPE_NOT_SET
                               ? "no type of rules is for it"
                               : absl::StrCat("it takes those of ", NameOf(wanted));
    return Wrong(entry, absl::StrCat("has rules of ", NameOf(given), ", and ", expected));
  }

  void FillPlaces() {
    rules_.places.assign(table_.fields().size(), MessageRules::kNone);
    for (std::size_t i = 0; i < rules_.fields.size(); ++i) {
      rules_.places[rules_.fields[i].field->index] = static_cast<std::uint32_t>(i);
    }
  }

  // (buf.validate.message).oneof
  absl::Status AddListed(const buf::validate::MessageOneofRule& rule) {
    const auto& type = table_.descriptor();
    std::string names = absl::StrJoin(rule.fields(), ", ");
    ChoiceRules choice;
    choice.is_required = rule.required();
    choice.is_exclusive = true;
    choice.none = {"message.oneof", absl::StrCat("must have one of ", names, " set"), nullptr};
    choice.several = {"message.oneof", absl::StrCat("must have only one of ", names, " set"),
                      nullptr};
    for (const std::string& name : rule.fields()) {
      const FieldDescriptor* field = type.FindFieldByName(name);
      std::size_t place = field == nullptr ? MessageRules::kNone : PlaceOf(*field);
      if (field == nullptr || std::count(choice.fields.begin(), choice.fields.end(), place) > 0) {
        return absl::InvalidArgumentError(
            absl::StrCat(type.full_name(), ": has a rule 'oneof' with the field '", name,
                         field == nullptr ? "', which it does not have" : "' twice"));
      }
      choice.fields.push_back(place);
    }
    if (choice.fields.empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat(type.full_name(), ": has a rule 'oneof' without fields"));
    }
    rules_.choices.push_back(std::move(choice));
    return absl::OkStatus();
  }

  // (buf.validate.oneof).required
  void AddOneof(const google::protobuf::OneofDescriptor& oneof) {
    if (!oneof.options().GetExtension(buf::validate::oneof).required()) return;
    ChoiceRules choice;
    choice.oneof = &oneof;
    choice.is_required = true;
    std::vector<std::string> names;
    for (int i = 0; i < oneof.field_count(); ++i) {
      names.push_back(oneof.field(i)->name());
      choice.fields.push_back(PlaceOf(*oneof.field(i)));
    }
    choice.none = {"required",
                   absl::StrCat("must have one of ", absl::StrJoin(names, ", "), " set"), nullptr};
    rules_.choices.push_back(std::move(choice));
  }

  std::size_t PlaceOf(const FieldDescriptor& field) const {
    return rules_.places[table_.FindByNumber(static_cast<std::uint32_t>(field.number()))->index];
  }

  const MessageTable& table_;
  const CompilerParts& parts_;
  MessageRules& rules_;
};

}  // namespace

absl::Status Compile(const MessageTable& table, const CompilerParts& parts, MessageRules& rules) {
  rules.table = &table;
  return Compiler(table, parts, rules).Run();
}

}  // namespace triad::validation
