#include "services/config/secrets/key_file.h"

#include <openssl/crypto.h>

#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/random.h"
#include "runtime/base/status.h"
#include "runtime/io/file_system.h"
#include "services/config/secrets/keyring.h"

namespace triad::config {
namespace {

absl::Status WriteAndSync(FileSystem& files, const std::string& path, absl::string_view text) {
  TRIAD_ASSIGN_OR_RETURN(std::unique_ptr<WritableFile> file, files.Create(path, 0600));
  TRIAD_RETURN_IF_ERROR(file->Append(text));
  return file->Sync();
}

// The file that links lead to, so that they stay.
std::string Resolved(const std::string& path) {
  std::error_code error;
  std::filesystem::path resolved = std::filesystem::canonical(path, error);
  return error ? path : resolved.string();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Keyring>> LoadKeyFile(FileSystem& files, const std::string& path,
                                                     Random& random) {
  TRIAD_ASSIGN_OR_RETURN(std::string text, ReadFile(files, path, Keyring::kMaxFileBytes));
  auto keys = Keyring::Parse(text, random);
  OPENSSL_cleanse(text.data(), text.size());
  if (!keys.ok()) return InKeyFile(path, keys.status());
  TRIAD_RETURN_IF_ERROR(SyncKeyFile(files, path));
  return std::make_unique<Keyring>(*std::move(keys));
}

absl::Status InKeyFile(const std::string& path, const absl::Status& status) {
  return absl::FailedPreconditionError(
      absl::StrCat("--secret_key_file ", path, ": ", status.message()));
}

absl::Status SyncKeyFile(FileSystem& files, const std::string& path) {
  TRIAD_ASSIGN_OR_RETURN(std::unique_ptr<ReadableFile> file, files.Open(path));
  absl::Status synced = file->Sync();
  if (synced.ok()) synced = files.SyncDirectory(ParentOf(Resolved(path)));
  return absl::IsPermissionDenied(synced) ? absl::OkStatus() : synced;
}

absl::Status WriteKeyFile(FileSystem& files, const std::string& path, absl::string_view text,
                          Random& random) {
  std::string target = Resolved(path);
  std::string temporary = absl::StrCat(target, ".", RandomId(random, 8));
  absl::Status written = WriteAndSync(files, temporary, text);
  if (written.ok()) written = files.Rename(temporary, target);
  if (!written.ok()) {
    absl::Status removed = files.Remove(temporary);
    if (!removed.ok() && !absl::IsNotFound(removed)) {
      return Annotate(written, absl::StrCat(removed.message(), "; before that, "));
    }
    return written;
  }
  return files.SyncDirectory(ParentOf(target));
}

}  // namespace triad::config
