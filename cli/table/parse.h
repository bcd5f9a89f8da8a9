// Command lines, by the table of commands.
//
// Words of the command come first; flags may stand anywhere, those of one command after its
// words. "--flag VALUE", "--flag=VALUE", "-o json", "-ojson"; "--" ends the flags. A number
// such as "-5" is an argument.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "cli/table/command.h"

namespace triad::cli {

// Flags as they were given, checked against their types.
class FlagValues {
 public:
  void Add(absl::string_view name, absl::string_view text);

  bool Has(absl::string_view name) const;
  // The last value given, or `otherwise`.
  std::string Text(absl::string_view name, absl::string_view otherwise = {}) const;
  std::int64_t Integer(absl::string_view name, std::int64_t otherwise = 0) const;
  absl::Duration Duration(absl::string_view name, absl::Duration otherwise) const;
  // All of a repeated flag, in order.
  std::vector<std::string> All(absl::string_view name) const;

 private:
  std::vector<std::pair<std::string, std::string>> given_;
};

struct Invocation {
  std::string words;                 // as far as they are known: "config", "config set"
  const Command* command = nullptr;  // null if `words` are none
  std::vector<std::string> arguments;
  FlagValues flags;
  bool help = false;  // asked for; nothing else was checked then
};

// A usage error, with the nearest word where one is unknown. Without words, and for those
// of a group alone, an invocation without a command.
absl::StatusOr<Invocation> Parse(const CommandTable& table, const std::vector<std::string>& args);

// Whether `text` is what `flag` takes; else a usage error that names `source`, such as
// "--wait" or "TRIADCTL_WAIT".
absl::Status CheckFlag(const Flag& flag, absl::string_view source, absl::string_view text);

}  // namespace triad::cli
