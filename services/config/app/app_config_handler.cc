#include "services/config/app/app_config_handler.h"

#include <optional>
#include <vector>

#include "runtime/base/status.h"
#include "services/config/app/app_settings.h"

namespace triad::config {
namespace {

std::vector<EntryName> EntryNames() {
  std::vector<EntryName> names;
  for (const AppSetting& setting : kAppSettings) names.push_back(setting.entry_name());
  return names;
}

// Null if there is no such field.
const google::protobuf::FieldDescriptor* FieldNamed(absl::string_view json_name) {
  const google::protobuf::Descriptor& message = *v1::AppConfig::descriptor();
  for (int i = 0; i < message.field_count(); ++i) {
    if (message.field(i)->json_name() == json_name) return message.field(i);
  }
  return nullptr;
}

}  // namespace

absl::StatusOr<v1::AppConfig> AppConfigHandler::Get(rpc::Call&, const v1::GetAppConfigRequest&) {
  static const std::vector<EntryName> kNames = EntryNames();
  TRIAD_ASSIGN_OR_RETURN(std::vector<std::optional<Entry>> entries, store_.GetEach(kNames));
  v1::AppConfig config;
  config.set_message("Config and secrets accessed");
  for (const std::optional<Entry>& entry : entries) {
    if (!entry) continue;
    config.GetReflection()->SetString(&config, FieldNamed(entry->name.key),
                                      FormatValue(entry->value));
  }
  return config;
}

}  // namespace triad::config
