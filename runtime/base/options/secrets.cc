#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "absl/strings/str_cat.h"
#include "runtime/base/options/options.h"

namespace triad {
namespace {

absl::StatusOr<std::string> ReadSecretFile(const std::string& variable, const std::string& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rbe"),
                                                             std::fclose);
  std::string content;
  char buffer[4096];
  std::size_t count = 0;
  while (file != nullptr && (count = std::fread(buffer, 1, sizeof(buffer), file.get())) > 0) {
    content.append(buffer, count);
  }
  if (file == nullptr || std::ferror(file.get()) != 0) {
    return absl::InvalidArgumentError(
        absl::StrCat(variable, ": cannot read '", path, "': ", std::strerror(errno)));
  }
  if (!content.empty() && content.back() == '\n') content.pop_back();
  return content;
}

}  // namespace

absl::StatusOr<std::string> SecretFromEnvironment(const std::string& name) {
  std::string file_variable = absl::StrCat(name, "_FILE");
  const char* value = std::getenv(name.c_str());
  const char* path = std::getenv(file_variable.c_str());
  bool has_path = path != nullptr && *path != '\0';
  if (value != nullptr && has_path) {
    return absl::InvalidArgumentError(
        absl::StrCat(name, " and ", file_variable, " are both set: unset one of them"));
  }
  if (has_path) return ReadSecretFile(file_variable, path);
  if (value != nullptr) return std::string(value);
  return absl::NotFoundError(absl::StrCat("neither ", name, " nor ", file_variable, " is set"));
}

}  // namespace triad
