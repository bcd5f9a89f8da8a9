#include "runtime/io/file_system.h"

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"

namespace triad {

std::string ParentOf(const std::string& path) {
  std::string parent = (std::filesystem::path(path) / "").parent_path().parent_path();
  return parent.empty() ? "." : parent;
}

absl::Status MakeDirectories(FileSystem& files, const std::string& path) {
  std::string parent = ParentOf(path);
  absl::Status made = files.MakeDirectory(path);
  if (absl::IsNotFound(made) && parent != path) {
    TRIAD_RETURN_IF_ERROR(MakeDirectories(files, parent));
    made = files.MakeDirectory(path);
  }
  TRIAD_RETURN_IF_ERROR(made);
  // Also if it was there: an earlier process may have died before its sync.
  return files.SyncDirectory(parent);
}

absl::StatusOr<std::string> ReadFile(FileSystem& files, const std::string& path,
                                     std::size_t limit) {
  TRIAD_ASSIGN_OR_RETURN(std::unique_ptr<ReadableFile> file, files.Open(path));
  TRIAD_ASSIGN_OR_RETURN(std::uint64_t size, file->Size());
  if (size > limit) {
    return absl::ResourceExhaustedError(
        absl::StrCat(path, ": ", size, " bytes, at most ", limit, " are allowed"));
  }
  return file->Read(0, static_cast<std::size_t>(size));
}

}  // namespace triad
