#include "services/transform/rows/content_json.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>

#include "absl/strings/escaping.h"
#include "runtime/base/base64.h"

namespace triad::transform {
namespace {

using nlohmann::json;

// As the database names them, in order of Kind.
constexpr const char* kKinds[] = {"text", "bytes", "integer", "flag", "choice", "secret"};

Kind KindOf(const std::string& name) {
  auto found = std::find(std::begin(kKinds), std::end(kKinds), name);
  return static_cast<Kind>(found - std::begin(kKinds));
}

json Encode(const std::string& bytes) { return absl::Base64Escape(bytes); }
std::string Decode(const json& text) { return DecodeBase64(text.get<std::string>()).value(); }

json ToJson(const Parameter& parameter) {
  return {{"name", parameter.name},
          {"description", parameter.summary},
          {"kind", kKinds[static_cast<int>(parameter.kind)]},
          {"default", Encode(parameter.default_value)},
          {"required", parameter.required},
          {"choices", parameter.choices},
          {"min", parameter.min},
          {"max", parameter.max},
          {"unit", parameter.unit}};
}

Parameter ParameterOf(const json& parameter) {
  return {.name = parameter.at("name"),
          .summary = parameter.at("description"),
          .kind = KindOf(parameter.at("kind")),
          .default_value = Decode(parameter.at("default")),
          .required = parameter.at("required"),
          .choices = parameter.at("choices").get<std::vector<std::string>>(),
          .min = parameter.at("min"),
          .max = parameter.at("max"),
          .unit = parameter.at("unit")};
}

json ToJson(const RecipeTest& test) {
  json arguments = json::object();
  for (const auto& [name, text] : test.arguments) arguments[name] = Encode(text);
  return {{"input", Encode(test.input)},
          {"arguments", std::move(arguments)},
          {"output", Encode(test.output)}};
}

RecipeTest TestOf(const json& test) {
  RecipeTest read = {.input = Decode(test.at("input")), .output = Decode(test.at("output"))};
  for (const auto& [name, text] : test.at("arguments").items()) {
    read.arguments.emplace(name, Decode(text));
  }
  return read;
}

template <typename Item>
std::string Format(const std::vector<Item>& items) {
  json list = json::array();
  for (const Item& item : items) list.push_back(ToJson(item));
  return list.dump();
}

}  // namespace

std::string FormatParameters(const std::vector<Parameter>& parameters) {
  return Format(parameters);
}

std::string FormatTests(const std::vector<RecipeTest>& tests) { return Format(tests); }

std::vector<Parameter> ParseParameters(absl::string_view text) {
  std::vector<Parameter> parameters;
  for (const json& parameter : json::parse(text.begin(), text.end())) {
    parameters.push_back(ParameterOf(parameter));
  }
  return parameters;
}

std::vector<RecipeTest> ParseTests(absl::string_view text) {
  std::vector<RecipeTest> tests;
  for (const json& test : json::parse(text.begin(), text.end())) tests.push_back(TestOf(test));
  return tests;
}

}  // namespace triad::transform
