#include "services/storage/objects/random_upload.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"

namespace triad::storage {
namespace {

constexpr int kDraws = 20;
constexpr std::uint64_t kNumbers = 10000;

}  // namespace

absl::StatusOr<Object> RandomUpload::Run() {
  for (int draw = 0; draw < kDraws; ++draw) {
    absl::StatusOr<Object> created = Create(absl::StrCat(random_.Uniform(kNumbers)));
    if (!absl::IsFailedPrecondition(created.status())) return created;
  }
  return WithRetryDelay(
      absl::UnavailableError(absl::StrCat("no free name in ", kDraws, " draws: the bucket ",
                                          kUploadsBucket, " is nearly full; try again")),
      absl::Seconds(1));
}

absl::StatusOr<Object> RandomUpload::Create(const std::string& number) {
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
