// What a command runs with: its command line, what holds for the run, the server, and where
// it writes.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/output/document.h"
#include "cli/output/style.h"
#include "cli/settings/profiles.h"
#include "cli/settings/settings.h"
#include "cli/table/command.h"
#include "cli/table/parse.h"
#include "cli/transport/client.h"

namespace triad::cli {

class Session {
 public:
  // `table` must outlive it.
  Session(const CommandTable& table, Invocation invocation, Profiles profiles, Settings settings);

  const CommandTable& table() const { return table_; }
  const FlagValues& flags() const { return invocation_.flags; }
  const std::vector<std::string>& arguments() const { return invocation_.arguments; }
  // Empty if there are not so many.
  std::string argument(std::size_t index) const;
  const Profiles& profiles() const { return profiles_; }
  const Settings& settings() const { return settings_; }

  // Lives as long as the session. Made with the first call; not connected yet.
  absl::StatusOr<Client*> client();
  // Another one, for another thread.
  absl::StatusOr<std::unique_ptr<Client>> NewClient() const;

  // Of standard output.
  const Colours& colours() const { return colours_; }
  bool wants_table() const { return settings_.output == OutputFormat::kTable; }
  void Write(absl::string_view text) const;
  // So that whoever reads it has what was written so far.
  void Flush() const;
  Sink sink() const;
  // `value` as one document, where no table is wanted.
  void WriteDocument(const nlohmann::ordered_json& value) const;
  // One of a stream of documents: a line of JSON, or YAML behind "---".
  void WriteOneOfMany(const nlohmann::ordered_json& value) const;
  // A line on standard error, for people.
  void Say(absl::string_view text) const;

 private:
  const CommandTable& table_;
  const Invocation invocation_;
  const Profiles profiles_;
  const Settings settings_;
  const Colours colours_;
  std::unique_ptr<Client> client_;
};

}  // namespace triad::cli
