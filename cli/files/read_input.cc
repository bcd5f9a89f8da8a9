#include "cli/files/read_input.h"

#include <fstream>
#include <iostream>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "cli/exit_codes.h"

namespace triad::cli {

absl::StatusOr<std::string> ReadInput(absl::string_view flag, const std::string& path) {
  std::ifstream file;
  if (path != "-") file.open(path, std::ios::binary);
  std::istream& input = path == "-" ? std::cin : file;
  std::string text(std::istreambuf_iterator<char>(input), {});
  if (!input.bad() && (path == "-" || file.is_open())) return text;
  return UsageError(absl::StrCat(flag, ": cannot read '", path, "'"));
}

}  // namespace triad::cli
