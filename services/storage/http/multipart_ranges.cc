#include "services/storage/http/multipart_ranges.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/random.h"

namespace triad::storage {

MultipartRanges::MultipartRanges(absl::string_view content_type, std::int64_t size,
                                 std::vector<ContentRange> ranges, Random& random)
    : content_type_(content_type),
      size_(size),
      ranges_(std::move(ranges)),
      boundary_(RandomId(random)) {}

std::string MultipartRanges::ContentType() const {
  return absl::StrCat("multipart/byteranges; boundary=", boundary_);
}

std::int64_t MultipartRanges::ContentLength() const {
  auto length = static_cast<std::int64_t>(End().size());
  for (std::size_t part = 0; part < ranges_.size(); ++part) {
    length += static_cast<std::int64_t>(HeadOf(part).size()) + ranges_[part].length;
  }
  return length;
}

std::string MultipartRanges::HeadOf(std::size_t part) const {
  const ContentRange& range = ranges_[part];
  return absl::StrCat(part == 0 ? "" : "\r\n", "--", boundary_, "\r\nContent-Type: ", content_type_,
                      "\r\nContent-Range: bytes ", range.offset, "-", range.end() - 1, "/", size_,
                      "\r\n\r\n");
}

std::string MultipartRanges::End() const { return absl::StrCat("\r\n--", boundary_, "--\r\n"); }

}  // namespace triad::storage
