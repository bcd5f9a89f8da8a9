// The table of commands. A row says everything about one: help, completion, suggestions and
// the parser are made from it, so that a new command is a row and a function.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/exit_codes.h"

namespace triad::cli {

class Session;  // what a command runs with (cli/session.h)

// What can stand in a place that begins with `begun`. Asked while somebody types: it says
// nothing where it cannot know.
using Candidates = std::vector<std::string> (*)(Session& session, absl::string_view begun);

// What a flag's value has to be. The parser refuses what is not.
enum class FlagType { kSwitch, kText, kInteger, kDuration, kFile };

struct Flag {
  absl::string_view name;   // without dashes
  absl::string_view value;  // what help calls its value; empty for a switch
  absl::string_view help;   // the rest of its line
  FlagType type = FlagType::kText;
  std::vector<absl::string_view> choices = {};  // what a text may be; empty: anything
  char letter = 0;                              // "-o"
  bool repeated = false;                        // else the last one counts
  absl::string_view environment = {};           // the variable that stands in for it
  Candidates candidates = nullptr;
};

struct Argument {
  absl::string_view name;  // "NS/KEY"
  absl::string_view help;
  bool optional = false;
  bool repeated = false;  // of one of them: any number
  std::vector<absl::string_view> choices = {};
  Candidates candidates = nullptr;
};

struct Command {
  absl::string_view words;    // "config set"
  absl::string_view summary;  // one line of a list: "Writes an entry"
  absl::string_view details;  // more of it, in sentences; lines of at most 80 characters
  std::vector<Argument> arguments;
  std::vector<Flag> flags;     // beside GlobalFlags()
  absl::string_view examples;  // lines to type; at least one
  absl::StatusOr<ExitCode> (*run)(Session& session);
  bool local = false;   // it asks no server, and runs whatever the profiles say
  bool hidden = false;  // from help and completion
};

// What several commands share their first words with.
struct Group {
  absl::string_view words;
  absl::string_view summary;
};

class CommandTable {
 public:
  CommandTable(std::vector<Group> groups, std::vector<Command> commands);

  const std::vector<Command>& commands() const { return commands_; }
  const std::vector<Group>& groups() const { return groups_; }
  // The row of exactly these words; null if there is none.
  const Command* Find(absl::string_view words) const;
  const Group* FindGroup(absl::string_view words) const;
  // The words that may come after `words`, in the order of the table; not those of
  // hidden commands.
  std::vector<std::string> WordsAfter(absl::string_view words) const;

 private:
  const std::vector<Group> groups_;
  const std::vector<Command> commands_;
};

// Flags that every command takes.
const std::vector<Flag>& GlobalFlags();

// The flag of `command`, or of all, with this name; null if there is none. `command` may
// be null.
const Flag* FindFlag(const Command* command, absl::string_view name);
const Flag* FindFlag(const Command* command, char letter);

}  // namespace triad::cli
