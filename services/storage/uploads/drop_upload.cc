#include "services/storage/uploads/drop_upload.h"

#include <vector>

#include "runtime/base/status.h"

namespace triad::storage {

absl::Status DropUpload(UploadRows& uploads, ContentRows& content, const std::string& id) {
  TRIAD_ASSIGN_OR_RETURN(std::vector<UploadPart> parts,
                         uploads.ListParts(id, /*after=*/0, kMaxUploadParts));
  for (const UploadPart& part : parts) TRIAD_RETURN_IF_ERROR(content.Release(part.content));
  return uploads.Delete(id);
}

}  // namespace triad::storage
