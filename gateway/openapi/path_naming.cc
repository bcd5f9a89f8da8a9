#include "gateway/openapi/path_naming.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace triad::gateway {
namespace {

std::string Identifier(std::string text) {
  for (char& c : text) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c))) c = '_';
  }
  return text;
}

// What RFC 3986 lets stand in a segment stays; braces would be OpenAPI's own.
std::string Encode(const std::string& literal) {
  std::string text;
  for (char c : literal) {
    bool plain = absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
                 absl::string_view("-._~!$&'()*+,;=@").find(c) != absl::string_view::npos;
    absl::StrAppend(&text, plain ? std::string(1, c)
                                 : absl::StrFormat("%%%02X", static_cast<unsigned char>(c)));
  }
  return text;
}

const PathTemplate::Variable* VariableAt(const PathTemplate& path, std::size_t segment) {
  for (const auto& variable : path.variables) {
    if (variable.begin <= segment && segment < variable.end) return &variable;
  }
  return nullptr;
}

std::string LeafName(const PathTemplate::Variable& variable) {
  return variable.field_path.substr(variable.field_path.rfind('.') + 1);
}

// `number` counts the wildcards of the path.
std::string ProposeName(const PathTemplate& path, std::size_t segment, std::size_t number) {
  const auto* variable = VariableAt(path, segment);
  if (variable != nullptr && variable->end - variable->begin == 1) return LeafName(*variable);
  bool collection = segment > 0 && path.segments[segment - 1].kind == PathTemplate::Kind::kLiteral;
  if (collection && (variable == nullptr || segment > variable->begin)) {
    return Singular(Identifier(path.segments[segment - 1].text));
  }
  return absl::StrCat(variable == nullptr ? "segment" : LeafName(*variable), "_", number);
}

bool Taken(const NamedPath& named, const std::string& name) {
  return std::any_of(named.parameters.begin(), named.parameters.end(),
                     [&](const PathParameter& other) { return other.name == name; });
}

PathParameter MakeParameter(const PathTemplate& path, std::size_t segment, const NamedPath& named,
                            const std::vector<std::string>& names) {
  std::size_t number = named.parameters.size() + 1;
  PathParameter parameter;
  parameter.name = number <= names.size() ? names[number - 1] : ProposeName(path, segment, number);
  if (Taken(named, parameter.name)) absl::StrAppend(&parameter.name, "_", number);
  parameter.variable = VariableAt(path, segment);
  parameter.whole =
      parameter.variable != nullptr && parameter.variable->end - parameter.variable->begin == 1;
  parameter.rest = path.segments[segment].kind == PathTemplate::Kind::kRest;
  return parameter;
}

}  // namespace

NamedPath NamePath(const PathTemplate& path, const std::vector<std::string>& names) {
  NamedPath named;
  for (std::size_t i = 0; i < path.segments.size(); ++i) {
    if (path.segments[i].kind == PathTemplate::Kind::kLiteral) {
      absl::StrAppend(&named.path, "/", Encode(path.segments[i].text));
      absl::StrAppend(&named.signature, "/", Encode(path.segments[i].text));
      continue;
    }
    named.parameters.push_back(MakeParameter(path, i, named, names));
    absl::StrAppend(&named.path, "/{", named.parameters.back().name, "}");
    absl::StrAppend(&named.signature, "/{}");
  }
  if (!path.verb.empty()) {
    absl::StrAppend(&named.path, ":", Encode(path.verb));
    absl::StrAppend(&named.signature, ":", Encode(path.verb));
  }
  return named;
}

std::string NamedPattern(const PathTemplate& path, const NamedPath& named,
                         const PathTemplate::Variable& variable) {
  std::string pattern;
  auto parameter = named.parameters.begin();
  for (std::size_t i = 0; i < variable.end; ++i) {
    bool literal = path.segments[i].kind == PathTemplate::Kind::kLiteral;
    std::string text =
        literal ? path.segments[i].text : absl::StrCat("{", (parameter++)->name, "}");
    if (i >= variable.begin) absl::StrAppend(&pattern, pattern.empty() ? "" : "/", text);
  }
  return pattern;
}

std::string Singular(const std::string& collection) {
  auto without = [&](std::size_t count) { return collection.substr(0, collection.size() - count); };
  if (collection.size() > 3 && absl::EndsWith(collection, "ies")) return without(3) + "y";
  for (const char* ending : {"sses", "xes", "ches", "shes"}) {
    if (absl::EndsWith(collection, ending)) return without(2);
  }
  bool plural = collection.size() > 1 && absl::EndsWith(collection, "s");
  return plural && !absl::EndsWith(collection, "ss") ? without(1) : collection;
}

}  // namespace triad::gateway
