#include "services/config/options.h"

#include "absl/strings/str_cat.h"
#include "runtime/base/options/options.h"
#include "services/config/app/app_settings.h"

namespace triad::config {

void Options::Register(OptionParser& parser) {
  parser.Add("secret_key_file", &secret_key_file,
             "file with the keys of the secrets, one a line, 32 bytes in hex or base64: the first "
             "seals, all open; read again when it changes; empty: <data_dir>/secret.key, made "
             "together with a new database");
  parser.Add("history_retention", &compaction.retention,
             "how long replaced versions and watch events are kept");
  parser.Add("max_value_bytes", &limits.max_value_bytes,
             "bytes of the largest string or JSON value", {.min = 1, .max = 4 << 20});
  parser.Add("explicit_namespaces", &writer.explicit_namespaces,
             "whether only CreateNamespace makes namespaces, and not the first write into one");
  parser.Add("transaction_entries", &writer.transaction_entries,
             "entries that one transaction may write", {.min = 1, .max = 10'000});
  parser.Add("transaction_bytes", &writer.transaction_bytes,
             "bytes of values that one transaction may write", {.min = 1, .max = 1 << 30});
  parser.Add("import_entries", &writer.import_entries, "entries that one import may write",
             {.min = 1, .max = 1'000'000});
  parser.Add("view_bytes", &view.max_bytes,
             "memory for the entries as they are; beyond it values are read from the database, and "
             "beyond it without values all entries are",
             {.min = 0});
  parser.Add("max_watches", &watch.max_watches, "watches that may be open at a time", {.min = 1});
  parser.Add("watch_buffer_changes", &watch.ring_changes,
             "changes kept in memory for watches; those further behind read the database",
             {.min = 0});
  parser.Add("watch_buffer_bytes", &watch.ring_bytes, "bytes of changes kept in memory",
             {.min = 0});
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
