#include "gateway/protos/rule_file.h"

#include <google/api/annotations.pb.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <functional>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "runtime/base/status.h"
#include "runtime/yaml/yaml.h"
#include "triad/gateway/v1/annotations.pb.h"

namespace triad::gateway {
namespace {

using google::api::HttpRule;
using google::protobuf::FileDescriptorSet;
using google::protobuf::MethodDescriptorProto;
using google::protobuf::MethodOptions;
using Json = nlohmann::ordered_json;

absl::Status Wrong(absl::string_view path, absl::string_view expected) {
  return absl::InvalidArgumentError(absl::StrCat(path, ": ", expected));
}

absl::StatusOr<std::string> Text(const Json& value, absl::string_view path) {
  if (!value.is_string()) return Wrong(path, "must be text");
  return value.get<std::string>();
}

absl::StatusOr<bool> Flag(const Json& value, absl::string_view path) {
  if (!value.is_boolean()) return Wrong(path, "must be true or false");
  return value.get<bool>();
}

// Texts of a list, or the only one.
absl::StatusOr<std::vector<std::string>> Texts(const Json& value, const std::string& path) {
  std::vector<std::string> texts;
  for (const Json& one : value.is_array() ? value : Json::array({value})) {
    TRIAD_ASSIGN_OR_RETURN(std::string text, Text(one, path));
    texts.push_back(std::move(text));
  }
  return texts;
}

// One member of a mapping, and what takes it.
template <typename Target>
struct Member {
  const char* name;
  absl::Status (*take)(const Json& value, const std::string& path, Target& target);
};

template <typename Target, std::size_t count>
absl::Status TakeAll(const Json& mapping, const std::string& path,
                     const Member<Target> (&members)[count], Target& target) {
  if (!mapping.is_object()) return Wrong(path, "must be a mapping");
  for (const auto& [name, value] : mapping.items()) {
    if (name == "selector") continue;
    const auto* member = std::find_if(std::begin(members), std::end(members),
                                      [&name = name](const auto& m) { return m.name == name; });
    std::string at = absl::StrCat(path, ".", name);
    if (member == std::end(members)) return Wrong(at, "is not known");
    TRIAD_RETURN_IF_ERROR(member->take(value, at, target));
  }
  return absl::OkStatus();
}

#define TRIAD_TEXT(Target, field)                                                  \
  [](const Json& value, const std::string& path, Target& target) -> absl::Status { \
    TRIAD_ASSIGN_OR_RETURN(std::string text, Text(value, path));                   \
    target.set_##field(text);                                                      \
    return absl::OkStatus();                                                       \
  }

using google::api::CustomHttpPattern;
constexpr Member<CustomHttpPattern> kCustom[] = {
    {"kind", TRIAD_TEXT(CustomHttpPattern, kind)},
    {"path", TRIAD_TEXT(CustomHttpPattern, path)},
};

absl::Status TakeRule(const Json& mapping, const std::string& path, HttpRule& rule);

constexpr Member<HttpRule> kRule[] = {
    {"get", TRIAD_TEXT(HttpRule, get)},
    {"put", TRIAD_TEXT(HttpRule, put)},
    {"post", TRIAD_TEXT(HttpRule, post)},
    {"delete", TRIAD_TEXT(HttpRule, delete_)},
    {"patch", TRIAD_TEXT(HttpRule, patch)},
    {"body", TRIAD_TEXT(HttpRule, body)},
    {"response_body", TRIAD_TEXT(HttpRule, response_body)},
    {"custom",
     [](const Json& value, const std::string& path, HttpRule& rule) {
       return TakeAll(value, path, kCustom, *rule.mutable_custom());
     }},
    {"additional_bindings",
     [](const Json& value, const std::string& path, HttpRule& rule) {
       if (!value.is_array()) return Wrong(path, "must be a list");
       for (const Json& binding : value) {
         TRIAD_RETURN_IF_ERROR(TakeRule(binding, path, *rule.add_additional_bindings()));
       }
       return absl::OkStatus();
     }},
};

absl::Status TakeRule(const Json& mapping, const std::string& path, HttpRule& rule) {
  return TakeAll(mapping, path, kRule, rule);
}

constexpr Member<v1::Resume> kResume[] = {
    {"request_field", TRIAD_TEXT(v1::Resume, request_field)},
    {"response_field", TRIAD_TEXT(v1::Resume, response_field)},
    {"payload_field",
     [](const Json& value, const std::string& path, v1::Resume& resume) -> absl::Status {
       TRIAD_ASSIGN_OR_RETURN(std::vector<std::string> names, Texts(value, path));
       for (std::string& name : names) resume.add_payload_field(std::move(name));
       return absl::OkStatus();
     }},
};
#undef TRIAD_TEXT

absl::Status TakeTimeout(const Json& value, const std::string& path, MethodOptions& options) {
  TRIAD_ASSIGN_OR_RETURN(std::string text, Text(value, path));
  absl::Duration timeout;
  if (!absl::ParseDuration(text, &timeout)) return Wrong(path, "must be a time, such as 5s");
  auto* set = options.MutableExtension(v1::timeout);
  set->set_seconds(absl::ToInt64Seconds(timeout));
  set->set_nanos(static_cast<int>(absl::ToInt64Nanoseconds(timeout % absl::Seconds(1))));
  return absl::OkStatus();
}

absl::Status TakeStyle(const Json& value, const std::string& path, MethodOptions& options) {
  TRIAD_ASSIGN_OR_RETURN(std::vector<std::string> choices, Texts(value, path));
  for (std::string& choice : choices) options.AddExtension(v1::json_style, std::move(choice));
  return absl::OkStatus();
}

absl::Status TakeHeaders(const Json& value, const std::string& path, MethodOptions& options) {
  TRIAD_ASSIGN_OR_RETURN(std::vector<std::string> names, Texts(value, path));
  for (std::string& name : names) options.AddExtension(v1::headers, std::move(name));
  return absl::OkStatus();
}

constexpr Member<MethodOptions> kSettings[] = {
    {"timeout", TakeTimeout},
    {"headers", TakeHeaders},
    {"json_style", TakeStyle},
    {"secret",
     [](const Json& value, const std::string& path, MethodOptions& options) -> absl::Status {
       TRIAD_ASSIGN_OR_RETURN(bool on, Flag(value, path));
       options.SetExtension(v1::secret, on);
       return absl::OkStatus();
     }},
    {"compress_stream",
     [](const Json& value, const std::string& path, MethodOptions& options) -> absl::Status {
       TRIAD_ASSIGN_OR_RETURN(bool on, Flag(value, path));
       options.SetExtension(v1::compress_stream, on);
       return absl::OkStatus();
     }},
    {"resume",
     [](const Json& value, const std::string& path, MethodOptions& options) {
       return TakeAll(value, path, kResume, *options.MutableExtension(v1::resume));
     }},
};

// Each element of the list at `section.list`, with its selector.
absl::Status ForEach(
    const Json& document, const char* section, const char* list,
    const std::function<absl::Status(const std::string&, const Json&, const std::string&)>& take) {
  if (!document.contains(section) || !document[section].contains(list)) return absl::OkStatus();
  std::string path = absl::StrCat(section, ".", list);
  const Json& elements = document[section][list];
  if (!elements.is_array()) return Wrong(path, "must be a list");
  for (std::size_t i = 0; i < elements.size(); ++i) {
    std::string at = absl::StrCat(path, "[", i, "]");
    const Json& element = elements[i];
    if (!element.is_object() || !element.contains("selector")) {
      return Wrong(at, "must have a `selector`: pkg.Service.Method");
    }
    TRIAD_ASSIGN_OR_RETURN(std::string selector, Text(element["selector"], at + ".selector"));
    TRIAD_RETURN_IF_ERROR(take(selector, element, at));
  }
  return absl::OkStatus();
}

// Every method of `set`, with its full name.
void VisitMethods(FileDescriptorSet& set,
                  const std::function<void(const std::string& service, const std::string& name,
                                           MethodDescriptorProto& method)>& visit) {
  for (auto& file : *set.mutable_file()) {
    for (auto& service : *file.mutable_service()) {
      std::string full_name =
          absl::StrCat(file.package(), file.package().empty() ? "" : ".", service.name());
      for (auto& method : *service.mutable_method()) {
        visit(full_name, absl::StrCat(full_name, ".", method.name()), method);
      }
    }
  }
}

}  // namespace

absl::StatusOr<RuleFile> RuleFile::Parse(absl::string_view text) {
  TRIAD_ASSIGN_OR_RETURN(Json document, ParseYaml(text));
  if (!document.is_object()) return absl::InvalidArgumentError("must be a mapping");
  RuleFile file;
  TRIAD_RETURN_IF_ERROR(
      ForEach(document, "http", "rules",
              [&](const std::string& selector, const Json& rule, const std::string& path) {
                auto [place, is_new] = file.rules_.try_emplace(selector);
                if (!is_new) {
                  return Wrong(path, absl::StrCat("there is a rule for ", selector, " already"));
                }
                return TakeRule(rule, path, place->second);
              }));
  TRIAD_RETURN_IF_ERROR(
      ForEach(document, "triad", "methods",
              [&](const std::string& selector, const Json& settings, const std::string& path) {
                return TakeAll(settings, path, kSettings, file.options_[selector]);
              }));
  return file;
}

absl::StatusOr<RuleFile> RuleFile::Load(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!file.is_open() || file.bad()) {
    return absl::NotFoundError(absl::StrCat(path, ": cannot be read: ", std::strerror(errno)));
  }
  absl::StatusOr<RuleFile> rules = Parse(text);
  if (!rules.ok()) return Annotate(rules.status(), absl::StrCat(path, ": "));
  return rules;
}

absl::Status RuleFile::ApplyTo(FileDescriptorSet& set,
                               const std::vector<std::string>& unknown) const {
  auto rules = rules_;
  auto options = options_;
  VisitMethods(
      set, [&](const std::string&, const std::string& name, MethodDescriptorProto& method) {
        if (auto rule = rules.extract(name)) {
          *method.mutable_options()->MutableExtension(google::api::http) = std::move(rule.mapped());
        }
        if (auto settings = options.extract(name)) {
          method.mutable_options()->MergeFrom(settings.mapped());
        }
      });
  std::vector<std::string> left;
  for (const auto& [name, rule] : rules) left.push_back(name);
  for (const auto& [name, settings] : options) left.push_back(name);
  for (const std::string& name : left) {
    std::string service = name.substr(0, name.rfind('.'));
    if (std::find(unknown.begin(), unknown.end(), service) != unknown.end()) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("--http_rules: '", name, "' is no method in the descriptor set"));
  }
  return absl::OkStatus();
}

void KeepRules(const std::vector<std::string>& services, FileDescriptorSet& set) {
  VisitMethods(
      set, [&](const std::string& service, const std::string&, MethodDescriptorProto& method) {
        bool is_kept = std::find(services.begin(), services.end(), service) != services.end();
        if (!is_kept) method.mutable_options()->ClearExtension(google::api::http);
      });
}

void AnnotateMethods(const std::vector<std::string>& services, FileDescriptorSet& set) {
  VisitMethods(
      set, [&](const std::string& service, const std::string&, MethodDescriptorProto& method) {
        bool is_wanted = std::find(services.begin(), services.end(), service) != services.end();
        if (!is_wanted || method.options().HasExtension(google::api::http)) return;
        HttpRule* rule = method.mutable_options()->MutableExtension(google::api::http);
        rule->set_post(absl::StrCat("/", service, "/", method.name()));
        rule->set_body("*");
      });
}

}  // namespace triad::gateway
