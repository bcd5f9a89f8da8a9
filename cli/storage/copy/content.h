// The content of objects, as it comes: never all of it is held.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/storage/paths.h"
#include "cli/transport/client.h"
#include "runtime/base/sha256.h"
#include "triad/storage/v1/storage.pb.h"

namespace triad::cli {

// What some bytes amount to.
class ContentSum {
 public:
  void Update(absl::string_view bytes);
  // DATA_LOSS, saying what differs, unless they are the content of `object`: by size and
  // SHA-256, or CRC32C where the server has no SHA-256 yet. Ends it; no Update after it.
  absl::Status Check(const storage::v1::Object& object);

 private:
  std::int64_t size_ = 0;
  std::uint32_t crc_ = 0xFFFFFFFF;
  Sha256Hasher sha256_;
};

// Bytes of an object.
struct ByteSpan {
  std::int64_t offset = 0;
  std::int64_t length = 0;
};

// What --range means for `size` bytes: "0-99", "100-", or "-100" for the last ones. A usage
// error for another form, OUT_OF_RANGE if there is nothing of it.
absl::StatusOr<ByteSpan> ParseSpan(absl::string_view text, std::int64_t size);

// Generation 0 is the current one.
absl::StatusOr<storage::v1::Object> DescribeObject(Client& client, const ObjectPath& path,
                                                   std::int64_t generation);

using TakeBytes = std::function<absl::Status(absl::string_view bytes)>;

// Hands the content of exactly this version to `take`, all of it or `span`, and checks it:
// DATA_LOSS, once everything has been handed over, if it is not what it should be.
absl::Status Download(Client& client, const storage::v1::Object& object,
                      const std::optional<ByteSpan>& span, const TakeBytes& take);

}  // namespace triad::cli
