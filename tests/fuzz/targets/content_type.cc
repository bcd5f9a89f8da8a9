// The type of content whose writer names none. The input is the name of the object, which
// ends at the first line feed, and the content.
#include "services/storage/http/content_type.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "services/storage/http/download_headers.h"
#include "tests/fuzz/target.h"

namespace triad::fuzz {
namespace {

using storage::DetectContentType;

// All that are not safe to show in place, and are not run as a page either.
constexpr absl::string_view kInert[] = {"application/gzip",
                                        "application/octet-stream",
                                        "application/pdf",
                                        "application/zip",
                                        "application/zstd",
                                        "text/csv; charset=utf-8",
                                        "text/markdown; charset=utf-8"};

const Registration kTarget("content_type", [](absl::string_view bytes) {
  Input input(bytes);
  absl::string_view name = input.TakeLine();
  absl::string_view content = input.rest();
  std::string type = DetectContentType(content, name);
  bool is_inert = std::find(std::begin(kInert), std::end(kInert), type) != std::end(kInert);
  Require(is_inert || storage::IsSafeInline(type), "no type is run by a browser", type);
  absl::string_view beginning = content.substr(0, storage::kMaxDetectionBytes);
  RequireEqual(DetectContentType(beginning, name), type, "the beginning decides");
});

}  // namespace
}  // namespace triad::fuzz
