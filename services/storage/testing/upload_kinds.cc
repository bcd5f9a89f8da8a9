#include "services/storage/testing/upload_kinds.h"

#include <memory>
#include <utility>
#include <vector>

#include "runtime/base/status.h"
#include "services/storage/testing/object_kinds.h"

namespace triad::storage {
namespace {

// The unfinished upload of a name.
absl::StatusOr<UploadName> FindUpload(StorageFixture& storage, const std::string& key) {
  ObjectName name = NameOf(key);
  TRIAD_ASSIGN_OR_RETURN(
      UploadPage page,
      storage.uploads->List({.bucket = name.bucket, .prefix = name.object, .limit = 1}));
  if (page.uploads.empty()) return absl::NotFoundError("no upload");
  return UploadName{name, page.uploads.front().id};
}

}  // namespace

WriteKind CreateUpload(const std::string& key) {
  return {"create an upload of " + key,
          [=](StorageFixture& storage) {
            Upload upload;
            upload.name = NameOf(key);
            return storage.uploads->Create(std::move(upload)).status();
          },
          [=](StoreState& state) {
            state.uploads[key];
            return true;
          }};
}

WriteKind PutPart(const std::string& key, std::int64_t number, const std::string& bytes) {
  return {"put a part of " + key,
          [=](StorageFixture& storage) -> absl::Status {
            TRIAD_ASSIGN_OR_RETURN(UploadName upload, FindUpload(storage, key));
            TRIAD_ASSIGN_OR_RETURN(std::unique_ptr<PartWrite> part,
                                   storage.uploads->BeginPart(upload, number));
            TRIAD_RETURN_IF_ERROR(part->Append(bytes));
            return part->Finish().status();
          },
          [=](StoreState& state) {
            if (!state.uploads.contains(key)) return false;
            state.uploads[key][number] = bytes;
            return true;
          }};
}

WriteKind CompleteUpload(const std::string& key) {
  return {"complete the upload of " + key,
          [=](StorageFixture& storage) -> absl::Status {
            TRIAD_ASSIGN_OR_RETURN(UploadName upload, FindUpload(storage, key));
            TRIAD_ASSIGN_OR_RETURN(PartPage page, storage.uploads->ListParts(upload, 0, 100));
            if (page.parts.empty()) return absl::NotFoundError("no part");
            std::vector<ChosenPart> chosen;
            for (const UploadPart& part : page.parts) chosen.push_back({part.number, part.etag});
            return storage.uploads->Complete(upload, chosen, {}).status();
          },
          [=](StoreState& state) {
            auto found = state.uploads.find(key);
            if (found == state.uploads.end() || found->second.empty()) return false;
            std::string content;
            for (const auto& [number, bytes] : found->second) content += bytes;
            PutState(state, key, {content, "", false});
            state.uploads.erase(found);
            return true;
          }};
}

WriteKind AbortUpload(const std::string& key) {
  return {"abort the upload of " + key,
          [=](StorageFixture& storage) -> absl::Status {
            TRIAD_ASSIGN_OR_RETURN(UploadName upload, FindUpload(storage, key));
            return storage.uploads->Abort(upload);
          },
          [=](StoreState& state) { return state.uploads.erase(key) > 0; }};
}

}  // namespace triad::storage
