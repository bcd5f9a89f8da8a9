#include "services/transform/engine/recipe/plan.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "runtime/base/utf8.h"
#include "services/transform/engine/catalogue.h"

namespace triad::transform {
namespace {

const Parameter* FindParameter(const Operation& operation, absl::string_view name) {
  for (const Parameter& parameter : operation.parameters) {
    if (parameter.name == name) return &parameter;
  }
  return nullptr;
}

absl::StatusOr<const Operation*> FindOperationOf(const Step& step, const std::string& field) {
  if (const Operation* operation = FindOperation(step.operation)) return operation;
  return InvalidField(absl::StrCat(field, ".operation"),
                      absl::StrCat("there is no operation '", step.operation, "'; ",
                                   kListOfOperations, " lists them"));
}

// Of an argument with variables in it.
absl::StatusOr<ArgumentValue> ValueOf(const Parameter& parameter, const Template& text,
                                      const Variables& variables) {
  std::string filled = text.Fill(variables);
  bool bytes = parameter.kind == Kind::kBytes || parameter.kind == Kind::kSecret;
  if (!bytes && !IsValidUtf8(filled)) {
    return absl::InvalidArgumentError("must be text (UTF-8), which a variable in it is not");
  }
  // How bytes are written is said by the argument, and never by what a variable holds.
  if (bytes && !NamesNotation(text.beginning())) filled.insert(0, "utf8:");
  return ParseArgument(parameter, filled);
}

absl::Status CheckNames(const Step& step, const Operation& operation, const std::string& field) {
  for (const auto& [name, text] : step.arguments) {
    if (FindParameter(operation, name) != nullptr) continue;
    return InvalidField(absl::StrCat(field, ".arguments"),
                        absl::StrCat(operation.id, " takes no argument '", name, "'"));
  }
  if (!step.as.empty() && !IsVariableName(step.as)) {
    return InvalidField(absl::StrCat(field, ".as"),
                        "must be at most 64 letters, digits and '_', with no digit first");
  }
  if (step.comment.find_first_of("\r\n") != std::string::npos) {
    return InvalidField(absl::StrCat(field, ".comment"), "must be one line");
  }
  return absl::OkStatus();
}

// Makes one step of a plan. `known` are the variables that earlier steps keep.
class StepPlanner {
 public:
  StepPlanner(const Step& step, std::size_t index, const std::set<std::string>& known,
              const Given& given)
      : step_(step), known_(known), given_(given) {
    planned_.index = index;
    planned_.as = step.as;
  }

  absl::StatusOr<PlannedStep> Make() {
    std::string field = FieldOf(planned_.index);
    TRIAD_ASSIGN_OR_RETURN(planned_.operation, FindOperationOf(step_, field));
    TRIAD_RETURN_IF_ERROR(CheckNames(step_, *planned_.operation, field));
    if (given_.Has(step_.as)) {
      return InvalidField(absl::StrCat(field, ".as"), "must not be the name of a parameter");
    }
    for (const Parameter& parameter : planned_.operation->parameters) {
      absl::Status added = Add(parameter);
      if (!added.ok()) {
        return InvalidField(FieldOf(planned_.index, parameter.name), added.message());
      }
    }
    return std::move(planned_);
  }

 private:
  absl::Status Add(const Parameter& parameter) {
    auto given = step_.arguments.find(parameter.name);
    if (given == step_.arguments.end()) {
      if (parameter.required) return absl::InvalidArgumentError("is required");
      return AddText(parameter, parameter.default_value);
    }
    TRIAD_ASSIGN_OR_RETURN(Template parsed, Template::Parse(given->second));
    if (parsed.names().empty()) return AddText(parameter, parsed.Fill({}));
    bool open = false;
    for (const std::string& name : parsed.names()) {
      if (given_.values.count(name) != 0) continue;
      open = true;
      if (known_.count(name) != 0 || given_.later.count(name) != 0) continue;
      return absl::InvalidArgumentError(
          absl::StrCat("has the variable '", name, "', which no earlier step keeps"));
    }
    if (!open) {
      TRIAD_ASSIGN_OR_RETURN(ArgumentValue value, ValueOf(parameter, parsed, given_.values));
      planned_.arguments.Set(parameter.name, std::move(value));
      return absl::OkStatus();
    }
    planned_.open.emplace_back(&parameter, std::move(parsed));
    return absl::OkStatus();
  }

  absl::Status AddText(const Parameter& parameter, absl::string_view text) {
    TRIAD_ASSIGN_OR_RETURN(ArgumentValue value, ParseArgument(parameter, text));
    planned_.arguments.Set(parameter.name, std::move(value));
    return absl::OkStatus();
  }

  const Step& step_;
  const std::set<std::string>& known_;
  const Given& given_;
  PlannedStep planned_;
};

}  // namespace

std::string FieldOf(std::size_t step) { return absl::StrCat("steps[", step, "]"); }

std::string FieldOf(std::size_t step, absl::string_view parameter) {
  return absl::StrCat(FieldOf(step), ".arguments.", parameter);
}

absl::StatusOr<std::vector<PlannedStep>> Plan(const Recipe& recipe, std::size_t max_steps,
                                              const Given& given) {
  if (recipe.empty() || recipe.size() > max_steps) {
    return InvalidField("steps", absl::StrCat("must be 1 to ", max_steps, " steps"));
  }
  std::vector<PlannedStep> plan;
  std::set<std::string> known;
  for (std::size_t i = 0; i < recipe.size(); ++i) {
    TRIAD_ASSIGN_OR_RETURN(PlannedStep step, StepPlanner(recipe[i], i, known, given).Make());
    if (recipe[i].disabled) continue;
    if (!step.as.empty()) known.insert(step.as);
    plan.push_back(std::move(step));
  }
  return plan;
}

bool KeepsOutputs(const Recipe& recipe) {
  return std::any_of(recipe.begin(), recipe.end(),
                     [](const Step& step) { return !step.disabled && !step.as.empty(); });
}

absl::StatusOr<Arguments> FillArguments(const PlannedStep& step, const Variables& variables) {
  Arguments arguments = step.arguments;
  for (const auto& [parameter, text] : step.open) {
    absl::StatusOr<ArgumentValue> value = ValueOf(*parameter, text, variables);
    if (!value.ok()) return BadArgument(parameter->name, value.status().message());
    arguments.Set(parameter->name, *std::move(value));
  }
  return arguments;
}

absl::Status NamedStatus(const absl::Status& status, const PlannedStep& step) {
  if (absl::IsInvalidArgument(status)) {
    if (std::optional<std::string> parameter = ParameterOf(status)) {
      return InvalidField(FieldOf(step.index, *parameter), status.message());
    }
    std::optional<std::size_t> byte = ByteOf(status);
    std::string place = byte ? absl::StrCat(", at byte ", *byte) : "";
    return InvalidField(FieldOf(step.index), absl::StrCat("the input of ", step.operation->id, " ",
                                                          status.message(), place));
  }
  if (absl::IsResourceExhausted(status)) {
    return Annotate(status, absl::StrCat(FieldOf(step.index), ": "));
  }
  return status;
}

}  // namespace triad::transform
