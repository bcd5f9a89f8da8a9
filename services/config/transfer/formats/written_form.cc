#include "services/config/transfer/formats/written_form.h"

#include <string>
#include <utility>
#include <variant>

#include "runtime/base/resources/labels.h"
#include "runtime/base/resources/time_text.h"
#include "services/config/transfer/formats/entry_form.h"

namespace triad::config {
namespace {

using nlohmann::ordered_json;

// JSON is kept as a text, of which spaces and the order of keys are part.
struct Writer {
  ordered_json operator()(const Json& json) const { return json.text; }
  template <typename T>
  ordered_json operator()(const T& value) const {
    return value;
  }
};

}  // namespace

ordered_json WrittenForm(const Entry& entry) {
  ordered_json value = std::visit(Writer(), entry.value);
  bool is_json = KindOf(entry.value) == ValueKind::kJson;
  bool short_form = !is_json && !entry.secret && entry.description.empty() &&
                    entry.labels.empty() && !entry.expire_time.has_value();
  if (short_form) return value;
  ordered_json form = ordered_json::object();
  form[std::string(kValueMember)] = std::move(value);
  if (is_json) form[std::string(kTypeMember)] = std::string(TypeName(ValueKind::kJson));
  if (entry.secret) form[std::string(kSecretMember)] = true;
  if (!entry.description.empty()) form[std::string(kDescriptionMember)] = entry.description;
  if (!entry.labels.empty()) form[std::string(kLabelsMember)] = ParseLabels(entry.labels);
  if (entry.expire_time.has_value()) {
    form[std::string(kExpireTimeMember)] = TimeText(*entry.expire_time);
  }
  return form;
}

}  // namespace triad::config
