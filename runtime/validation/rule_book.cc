#include "runtime/validation/rule_book.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "runtime/base/status.h"
#include "runtime/validation/compiler.h"

namespace triad::validation {
namespace {

using google::protobuf::Descriptor;

bool IsIdle(const FieldRules& field) {
  FieldRules rest = field;
  if (rest.value.message != nullptr && rest.value.message->is_idle) rest.value.message = nullptr;
  return rest.empty();
}

bool IsIdle(const MessageRules& rules) {
  return rules.choices.empty() &&
         std::all_of(rules.fields.begin(), rules.fields.end(),
                     [](const FieldRules& field) { return IsIdle(field); });
}

// Types may hold each other: so all of them are idle until one is found that is not.
void FindIdle(const std::vector<MessageRules*>& all) {
  for (bool is_changed = true; is_changed;) {
    is_changed = false;
    for (MessageRules* rules : all) {
      if (!rules->is_idle || IsIdle(*rules)) continue;
      rules->is_idle = false;
      is_changed = true;
    }
  }
}

bool IsSeenForOthers(const MessageRules& rules, std::size_t place) {
  return rules.fields[place].field->oneof >= 0 ||
         std::any_of(rules.choices.begin(), rules.choices.end(), [&](const ChoiceRules& choice) {
           return std::count(choice.fields.begin(), choice.fields.end(), place) > 0;
         });
}

// Has fields that lead to idle types alone skipped.
void Prune(MessageRules& rules) {
  for (std::size_t i = 0; i < rules.fields.size(); ++i) {
    FieldRules& field = rules.fields[i];
    if (field.value.message != nullptr && field.value.message->is_idle) {
      field.value.message = nullptr;
    }
    if (field.empty() && !IsSeenForOthers(rules, i)) {
      rules.places[field.field->index] = MessageRules::kNone;
    }
  }
}

}  // namespace

RuleBook::RuleBook(Mode mode, const Clock& clock) : mode_(mode), clock_(clock) {}
RuleBook::~RuleBook() = default;

absl::StatusOr<const MessageRules*> RuleBook::RulesOf(const Descriptor& type) {
  if (mode_ == Mode::kOff) return nullptr;
  std::vector<MessageRules*> fresh;
  auto rules_of = [&](const messages::MessageTable& table) -> const MessageRules* {
    auto [place, is_new] = rules_.try_emplace(&table.descriptor());
    if (is_new) {
      place->second = std::make_unique<MessageRules>();
      place->second->table = &table;
      fresh.push_back(place->second.get());
    }
    return place->second.get();
  };
  const MessageRules* rules = rules_of(tables_.Of(type));
  for (std::size_t i = 0; i < fresh.size(); ++i) {
    TRIAD_RETURN_IF_ERROR(Compile(*fresh[i]->table, {clock_, rules_of, left_out_}, *fresh[i]));
  }
  if (mode_ == Mode::kStrict && !left_out_.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("rules that are not standard: ", absl::StrJoin(left_out_, "; ")));
  }
  FindIdle(fresh);
  for (MessageRules* one : fresh) Prune(*one);
  return rules->is_idle ? nullptr : rules;
}

}  // namespace triad::validation
