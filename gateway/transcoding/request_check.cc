#include "gateway/transcoding/request_check.h"

#include <google/protobuf/descriptor.h>

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "runtime/validation/validate.h"

namespace triad::gateway {
namespace {

// Whether the step lies in what the body holds.
bool IsInBody(const Route& route, const validation::Path& path, std::size_t step) {
  if (route.body_path.empty()) return true;
  if (step < route.body_path.size()) return false;
  for (std::size_t i = 0; i < route.body_path.size(); ++i) {
    if (path[i].field == nullptr || path[i].field->descriptor != route.body_path[i]) return false;
  }
  return true;
}

}  // namespace

absl::Status CheckRequest(const Route& route, absl::string_view message, absl::string_view json) {
  if (route.rules == nullptr) return absl::OkStatus();
  auto name = [&](const validation::Path& path, std::size_t step) {
    const messages::FieldEntry& field = *path[step].field;
    const std::string& proto_name = field.descriptor->name();
    bool is_json = !json.empty() && IsInBody(route, path, step) &&
                   !absl::StrContains(json, absl::StrCat("\"", proto_name, "\""));
    return is_json ? field.json_name : proto_name;
  };
  return validation::Validate(*route.rules, message, name);
}

}  // namespace triad::gateway
