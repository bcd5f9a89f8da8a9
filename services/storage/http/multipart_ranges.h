// The form of an answer with several ranges: multipart/byteranges (RFC 9110, section 14.6).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/storage/http/ranges.h"

namespace triad {
class Random;
}

namespace triad::storage {

// What stands around the bytes of the ranges:
//
//   HeadOf(0)  bytes of range 0  HeadOf(1)  bytes of range 1  …  End()
//
// Between them there is nothing else. Immutable.
class MultipartRanges {
 public:
  // `content_type` is the object's, of printable ASCII, `size` that of all its content.
  MultipartRanges(absl::string_view content_type, std::int64_t size,
                  std::vector<ContentRange> ranges, Random& random);

  const std::vector<ContentRange>& ranges() const { return ranges_; }
  // The Content-Type and the Content-Length of the answer.
  std::string ContentType() const;
  std::int64_t ContentLength() const;

  // What stands before the bytes of ranges()[part].
  std::string HeadOf(std::size_t part) const;
  std::string End() const;

 private:
  const std::string content_type_;
  const std::int64_t size_;
  const std::vector<ContentRange> ranges_;
  // 128 random bits in hex. No content has them by accident, and nobody who writes content
  // knows them. The characters need no quotes and no escapes.
  const std::string boundary_;
};

}  // namespace triad::storage
