#include "services/storage/objects/random_upload_handler.h"

#include <utility>

#include "services/storage/objects/write_object_handler.h"

namespace triad::storage {

absl::StatusOr<v1::UploadRandomResponse> RandomUploadHandler::Upload(
    rpc::Call& call, const v1::UploadRandomRequest&) {
  absl::StatusOr<Object> object = upload_.Run();
  if (!object.ok()) return WithWriteStatus(call, std::move(object).status());
  v1::UploadRandomResponse response;
  response.set_uploaded("ok");
  response.set_name(object->name.object);
  response.set_size(static_cast<std::int32_t>(object->size));
  response.set_sha256(object->sha256);
  return response;
}

}  // namespace triad::storage
