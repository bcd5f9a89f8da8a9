#include "services/config/app/app_config_handler.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runtime/base/status.h"
#include "services/config/app/app_settings.h"

namespace triad::config {
namespace {

struct Field {
  absl::string_view key;
  void (*set)(v1::AppConfig&, std::string);
};

constexpr Field kFields[] = {
    {"SECRET_KEY", [](v1::AppConfig& c, std::string v) { c.set_secret_key(std::move(v)); }},
    {"DB_PASSWORD", [](v1::AppConfig& c, std::string v) { c.set_db_password(std::move(v)); }},
    {"API_BASE_URL", [](v1::AppConfig& c, std::string v) { c.set_api_base_url(std::move(v)); }},
    {"LOG_LEVEL", [](v1::AppConfig& c, std::string v) { c.set_log_level(std::move(v)); }},
    {"MAX_CONNECTIONS",
     [](v1::AppConfig& c, std::string v) { c.set_max_connections(std::move(v)); }},
};

std::vector<EntryName> Names() {
  std::vector<EntryName> names;
  for (const Field& field : kFields) {
    names.push_back({std::string(kAppNamespace), std::string(field.key)});
  }
  return names;
}

}  // namespace

absl::StatusOr<v1::AppConfig> AppConfigHandler::Get(rpc::Call&, const v1::GetAppConfigRequest&) {
  static const std::vector<EntryName> kNames = Names();
  TRIAD_ASSIGN_OR_RETURN(std::vector<std::optional<Entry>> entries, store_.GetEach(kNames));
  v1::AppConfig config;
  config.set_message("Config and secrets accessed");
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (entries[i]) kFields[i].set(config, ValueText(entries[i]->value));
  }
  return config;
}

}  // namespace triad::config
