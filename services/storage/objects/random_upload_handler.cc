#include "services/storage/objects/random_upload_handler.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "services/storage/objects/object_mapping.h"

namespace triad::storage {
namespace {

constexpr int kDraws = 20;
constexpr std::uint64_t kNumbers = 10'000;

}  // namespace

absl::StatusOr<v1::UploadRandomResponse> RandomUploadHandler::Upload(
    rpc::Call& call, const v1::UploadRandomRequest&) {
  absl::StatusOr<Object> object = CreateAny();
  if (!object.ok()) return WithWriteStatus(call, std::move(object).status());
  v1::UploadRandomResponse response;
  response.set_uploaded("ok");
  response.set_name(object->name.object);
  response.set_size(static_cast<std::int32_t>(object->size));
  response.set_sha256(object->sha256);
  return response;
}

absl::StatusOr<Object> RandomUploadHandler::CreateAny() {
  for (int draw = 0; draw < kDraws; ++draw) {
    absl::StatusOr<Object> created = Create(absl::StrCat(random_.Uniform(kNumbers)));
    if (!absl::IsFailedPrecondition(created.status())) return created;
  }
  return WithRetryDelay(
      absl::UnavailableError(absl::StrCat("no free name in ", kDraws, " draws: the bucket ",
                                          kUploadsBucket, " is nearly full; try again")),
      absl::Seconds(1));
}

absl::StatusOr<Object> RandomUploadHandler::Create(const std::string& number) {
  NewObject object;
  object.name = {kUploadsBucket, absl::StrCat(number, ".txt")};
  object.content_type = "text/plain";
  object.condition.if_none_match = EtagList{.any = true, .tags = {}};
  TRIAD_ASSIGN_OR_RETURN(std::unique_ptr<ObjectWrite> write,
                         objects_.BeginWrite(std::move(object)));
  TRIAD_RETURN_IF_ERROR(write->Append(number));
  return write->Finish();
}

}  // namespace triad::storage
