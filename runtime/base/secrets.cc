#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "runtime/base/options.h"

namespace triad {
namespace {

absl::StatusOr<std::string> ReadSecretFile(const std::string& variable, const std::string& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::string content((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (!file.is_open() || file.bad() || errno == EISDIR) {
    return absl::InvalidArgumentError(
        absl::StrCat(variable, ": cannot read '", path, "': ", std::strerror(errno)));
  }
  if (!content.empty() && content.back() == '\n') content.pop_back();
  return content;
}

}  // namespace

absl::StatusOr<std::string> SecretFromEnvironment(const std::string& name) {
  const std::string file_variable = absl::StrCat(name, "_FILE");
  const char* value = std::getenv(name.c_str());
  const char* path = std::getenv(file_variable.c_str());
  const bool has_path = path != nullptr && *path != '\0';
  if (value != nullptr && has_path) {
    return absl::InvalidArgumentError(
        absl::StrCat(name, " and ", file_variable, " are both set: unset one of them"));
  }
  if (has_path) return ReadSecretFile(file_variable, path);
  if (value != nullptr) return std::string(value);
  return absl::NotFoundError(absl::StrCat("neither ", name, " nor ", file_variable, " is set"));
}

}  // namespace triad
