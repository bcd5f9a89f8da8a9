#include "runtime/io/posix.h"

#include <fcntl.h>

#include <system_error>

#include "absl/strings/str_cat.h"

namespace triad {
namespace {

struct ErrnoRow {
  int error;
  absl::StatusCode code;
};

constexpr ErrnoRow kErrnoTable[] = {
    {ENOENT, absl::StatusCode::kNotFound},          {EEXIST, absl::StatusCode::kAlreadyExists},
    {ENOSPC, absl::StatusCode::kResourceExhausted}, {EDQUOT, absl::StatusCode::kResourceExhausted},
    {EACCES, absl::StatusCode::kPermissionDenied},  {EPERM, absl::StatusCode::kPermissionDenied},
    {EROFS, absl::StatusCode::kPermissionDenied},
};

absl::StatusCode CodeOf(int error) {
  for (const ErrnoRow& row : kErrnoTable) {
    if (row.error == error) return row.code;
  }
  return absl::StatusCode::kInternal;
}

}  // namespace

absl::Status ErrnoStatus(int error, absl::string_view action, absl::string_view path) {
  return absl::Status(CodeOf(error), absl::StrCat(path, ": ", action, ": ",
                                                  std::generic_category().message(error)));
}

absl::StatusOr<Descriptor> OpenDescriptor(const std::string& path, int flags, unsigned mode) {
  int value = RetryOnEintr([&] { return open(path.c_str(), flags | O_CLOEXEC, mode); });
  if (value < 0) return ErrnoStatus(errno, "open", path);
  return Descriptor(value);
}

}  // namespace triad
