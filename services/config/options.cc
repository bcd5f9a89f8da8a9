#include "services/config/options.h"

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/options/options.h"
#include "services/config/app/app_settings.h"

namespace triad::config {
namespace {

constexpr std::int64_t kMaxValueBytes = 4 << 20;

}  // namespace

void Options::Register(OptionParser& parser) {
  parser.Add("secret_key_file", &secret_key_file,
             "file with the keys of the secrets, one a line, 32 bytes in hex or base64: the first "
             "seals, all open; read again when it changes; empty: <data_dir>/secret.key, made "
             "together with a new database");
  parser.Add("history_retention", &compaction.retention,
             "how long replaced versions and watch events are kept");
  parser.Add("max_value_bytes", &limits.max_value_bytes,
             "bytes of the largest string or JSON value");
  parser.AddCheck("max_value_bytes", [this] {
    if (limits.max_value_bytes >= 1 && limits.max_value_bytes <= kMaxValueBytes) {
      return absl::OkStatus();
    }
    return absl::InvalidArgumentError(absl::StrCat("must be 1 to ", kMaxValueBytes));
  });
  parser.Add("watch_buffer_changes", &watch.ring_changes,
             "changes kept in memory for watches; those further behind read the database");
  parser.Add("watch_buffer_bytes", &watch.ring_bytes, "bytes of changes kept in memory");
  for (auto [name, value] : {std::pair("watch_buffer_changes", &watch.ring_changes),
                             std::pair("watch_buffer_bytes", &watch.ring_bytes)}) {
    parser.AddCheck(name, [value = value] {
      return *value >= 0 ? absl::OkStatus() : absl::InvalidArgumentError("must not be negative");
    });
  }
}

SetupOptions Options::Setup(const std::string& data_directory, Random& random) const {
  SetupOptions setup;
  // A file that was named but is missing is a mistake to report, not to repair.
  setup.make_key_file = secret_key_file.empty();
  setup.key_file =
      setup.make_key_file ? absl::StrCat(data_directory, "/secret.key") : secret_key_file;
  setup.first_entries = [&random] { return AppSettingsFromEnvironment(random); };
  return setup;
}

}  // namespace triad::config
