// Command-line options, each also an environment variable.
//
// The flag `--drain_timeout` is also TRIAD_DRAIN_TIMEOUT; the flag wins, and an
// empty variable counts as unset. Of a repeated flag the last one wins. Only a
// main.cc makes a parser: everything below it takes plain structs, whose
// initial values are the defaults that --help shows.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace triad {

// What a number may be, both ends included.
template <typename T>
struct Range {
  T min = std::numeric_limits<T>::lowest();
  T max = std::numeric_limits<T>::max();
};

// Declares options into the caller's variables, then fills them. Not
// thread-safe. Variables must outlive Parse.
class OptionParser {
 public:
  // `summary` is one sentence for --help.
  OptionParser(absl::string_view program, absl::string_view summary);
  ~OptionParser();
  OptionParser(const OptionParser&) = delete;
  OptionParser& operator=(const OptionParser&) = delete;

  // One call per option. `name` is the flag without dashes, `help` one line.
  // The variable's value at the time of the call is the default.
  void Add(absl::string_view name, std::string* value, absl::string_view help);
  void Add(absl::string_view name, bool* value, absl::string_view help);
  void Add(absl::string_view name, std::int64_t* value, absl::string_view help,
           Range<std::int64_t> range = {});
  void Add(absl::string_view name, double* value, absl::string_view help, Range<double> range = {});
  // Takes "250ms", "10s", "5m", "1h" (absl::ParseDuration), not negative.
  void Add(absl::string_view name, absl::Duration* value, absl::string_view help);
  // Takes a comma-separated list; may be repeated.
  void Add(absl::string_view name, std::vector<std::string>* value, absl::string_view help);
  // Takes one of `choices`.
  void AddChoice(absl::string_view name, std::string* value, absl::string_view help,
                 std::vector<std::string> choices);
  // An option that there was: who still sets it is refused with one line that says
  // what to write instead. --help is silent about it.
  void Retired(absl::string_view name, absl::string_view instead);
  // A check that a range cannot say, such as one of two options together. Its
  // message says what was expected: "must be at least --s3_part_bytes".
  void AddCheck(absl::string_view name, std::function<absl::Status()> check);

  // Fills the variables, then runs the checks. --help and --version print to
  // stdout and exit with 0; anything wrong prints one line to stderr that names
  // the flag and what was expected, and exits with 2.
  void ParseOrExit(int argc, char** argv);

  // The same without leaving, for tests: INVALID_ARGUMENT with the line, or
  // CANCELLED with what --help and --version would print.
  absl::Status Parse(const std::vector<std::string>& arguments);

 private:
  using Apply = std::function<absl::Status(const std::vector<std::string>& texts)>;
  struct Option {
    std::string name;
    Apply apply;
    std::vector<std::function<absl::Status()>> checks;
    std::vector<std::string> texts;  // as given on the command line
  };

  // Declares an option whose texts CLI11 collects and `apply` understands.
  CLI::Option& Declare(absl::string_view name, absl::string_view type, absl::string_view help,
                       absl::string_view initial, Apply apply);
  // Lets CLI11 sort the arguments into options. CANCELLED with the text that
  // --help and --version ask for.
  absl::Status Collect(const std::vector<std::string>& arguments);
  // By the command line, or else by the environment.
  static absl::Status Set(const Option& option);

  const std::string program_;
  const std::unique_ptr<CLI::App> app_;
  std::deque<Option> options_;  // CLI11 keeps the addresses of the texts
};

// Value of a secret `name` from the environment: the variable NAME itself, or
// the contents of the file that NAME_FILE names, without one trailing newline.
// NOT_FOUND if neither is set, INVALID_ARGUMENT if both are or if the file
// cannot be read.
absl::StatusOr<std::string> SecretFromEnvironment(const std::string& name);

// Writes "<program>: <message>" to stderr and exits with 1: the one way a main
// ends on an error at start.
[[noreturn]] void ExitWithError(absl::string_view program, const absl::Status& status);

}  // namespace triad
