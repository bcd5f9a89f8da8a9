// Completion in bash and zsh: small scripts that ask triadctl itself what can come next.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "cli/table/command.h"

namespace triad::cli {

// What a shell evaluates; empty for one that is not known.
std::string CompletionScript(absl::string_view shell);

// The answer to a script.
struct Completions {
  struct Candidate {
    std::string text;
    std::string help;  // for shells that show it
  };
  std::vector<Candidate> candidates;  // that begin with what was typed
  bool files = false;                 // files can stand there, too
};

// What can stand in the place of the last of `words`, which may be empty; the others are
// what was typed before it, without "triadctl". `session` is for what only a server knows.
Completions Complete(const CommandTable& table, Session& session,
                     const std::vector<std::string>& words);

}  // namespace triad::cli
