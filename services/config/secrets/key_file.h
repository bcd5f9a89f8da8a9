// The file that holds the keys of the keyring.
#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace triad {
class FileSystem;
class Random;
}  // namespace triad

namespace triad::config {

class Keyring;

// The keys of the file at `path`, which are durable then. NOT_FOUND if there is none;
// FAILED_PRECONDITION, with the flag that names it, if it does not hold keys.
absl::StatusOr<std::unique_ptr<Keyring>> LoadKeyFile(FileSystem& files, const std::string& path,
                                                     Random& random);

// FAILED_PRECONDITION that says what is the matter with the file.
absl::Status InKeyFile(const std::string& path, const absl::Status& status);

// Makes what somebody has written there durable, so that nothing is sealed with a key that the end
// of the machine could take away. Where this process may not, that is left to who keeps the file.
absl::Status SyncKeyFile(FileSystem& files, const std::string& path);

// Makes or replaces the file, for its owner's eyes alone. Whatever fails, it is there as it was or
// as it should be. If it returns OK, that is durable.
absl::Status WriteKeyFile(FileSystem& files, const std::string& path, absl::string_view text,
                          Random& random);

}  // namespace triad::config
