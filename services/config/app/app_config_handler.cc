#include "services/config/app/app_config_handler.h"

#include <optional>
#include <vector>

#include "absl/strings/ascii.h"
#include "runtime/base/status.h"
#include "services/config/app/app_settings.h"

namespace triad::config {
namespace {

std::vector<EntryName> EntryNames() {
  std::vector<EntryName> names;
  for (const AppSetting& setting : kAppSettings) names.push_back(setting.entry_name());
  return names;
}

}  // namespace

absl::StatusOr<v1::AppConfig> AppConfigHandler::Get(rpc::Call&, const v1::GetAppConfigRequest&) {
  static const std::vector<EntryName> kNames = EntryNames();
  TRIAD_ASSIGN_OR_RETURN(std::vector<std::optional<Entry>> entries, store_.GetEach(kNames));
  v1::AppConfig config;
  const google::protobuf::Descriptor& message = *v1::AppConfig::descriptor();
  config.set_message("Config and secrets accessed");
  for (const std::optional<Entry>& entry : entries) {
    if (!entry) continue;
    const auto* field = message.FindFieldByName(absl::AsciiStrToLower(entry->name.key));
    config.GetReflection()->SetString(&config, field, FormatValue(entry->value));
  }
  return config;
}

}  // namespace triad::config
